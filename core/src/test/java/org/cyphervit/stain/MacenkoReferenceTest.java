package org.cyphervit.stain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class MacenkoReferenceTest {
    private Fixture fixture;
    private int images;

    @BeforeEach
    void read() throws IOException {
        fixture = Fixture.read("macenko");
        images = (int) fixture.contents().tensors().keySet().stream()
                .filter(name -> name.matches("input\\.image\\d+"))
                .count();
    }

    @Test
    void stainsAndAmountsAreThoseOfTheOfficialCode() {
        for (int i = 0; i < images; i++) {
            StainProfile fit = fit(i);
            double[] stains = Tensors.doubles(fixture.expected("he" + i));
            double[] amounts = Tensors.doubles(fixture.expected("max_concentration" + i));
            for (int k = 0; k < 6; k++) {
                assertThat(fit.stains()[k / 2][k % 2]).isCloseTo(stains[k], within(1e-9));
            }
            assertThat(fit.amounts()[0]).isCloseTo(amounts[0], within(1e-9));
            assertThat(fit.amounts()[1]).isCloseTo(amounts[1], within(1e-9));
        }
    }

    @Test
    void normalizedAndSeparatedImagesAreWithinOneGreyLevel() {
        StainFit reference = StainMethod.MACENKO.reference();
        for (int i = 0; i < images; i++) {
            byte[] rgb = bytes(fixture.input("image" + i));
            byte[] normalized = rgb.clone();
            fit(i).recolor(normalized, reference);
            assertThat(largest(normalized, fixture.expected("normalized" + i))).isLessThanOrEqualTo(1);
            assertThat(largest(
                            fit(i).separate(rgb, StainProfile.Stain.HAEMATOXYLIN, reference),
                            fixture.expected("haematoxylin" + i)))
                    .isLessThanOrEqualTo(1);
            assertThat(largest(
                            fit(i).separate(rgb, StainProfile.Stain.EOSIN, reference), fixture.expected("eosin" + i)))
                    .isLessThanOrEqualTo(1);
        }
    }

    @Test
    void anotherImageIsATarget() {
        byte[] rgb = bytes(fixture.input("image1"));
        fit(1).recolor(rgb, fit(0));
        assertThat(largest(rgb, fixture.expected("image1_normalized_to_image0")))
                .isLessThanOrEqualTo(1);
    }

    private StainProfile fit(int image) {
        return Macenko.fit(bytes(fixture.input("image" + image))).orElseThrow();
    }

    private static int largest(byte[] actual, Tensor expected) {
        byte[] wanted = bytes(expected);
        assertThat(actual).hasSameSizeAs(wanted);
        return IntStream.range(0, actual.length)
                .map(i -> Math.abs((actual[i] & 0xff) - (wanted[i] & 0xff)))
                .max()
                .orElseThrow();
    }

    private static byte[] bytes(Tensor tensor) {
        byte[] bytes = new byte[(int) tensor.numel()];
        Tensors.buffer(tensor).get(bytes);
        return bytes;
    }
}
