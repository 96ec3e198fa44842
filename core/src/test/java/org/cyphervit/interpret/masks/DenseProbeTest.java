package org.cyphervit.interpret.masks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

class DenseProbeTest {
    private static final Device DEVICE = TestDevice.get();

    private final List<MaskedImage> fields = MaskedImages.nuclei(6, 64, 1);

    @Test
    void coloursFindGeneratedNucleiAndChanceDoesNot() {
        assertThat(auroc(new DenseProbe(3, 0)
                        .of(PatchFeatures.colors("colours", 8, 4), fields, DenseProbeTest::pair, i -> {})))
                .isGreaterThan(0.8);
        PatchFeatures nothing = new PatchFeatures(
                "nothing", 8, 4, image -> new FeatureMatrix(new float[] {1, 2, 3, 4}, 1)); // where, not what
        assertThat(auroc(new DenseProbe(3, 0).of(nothing, fields, DenseProbeTest::pair, i -> {})))
                .isBetween(0.4, 0.6);
    }

    @Test
    void everyImageIsJudgedOnceAndTheSameWayEachTime() {
        List<DenseProbe.Score> scores =
                new DenseProbe(2, 5).of(PatchFeatures.colors("colours", 8, 8), fields, DenseProbeTest::pair, i -> {});
        assertThat(scores)
                .extracting(DenseProbe.Score::image)
                .doesNotHaveDuplicates()
                .hasSize(6);
        assertThat(new DenseProbe(2, 5)
                        .of(PatchFeatures.colors("colours", 8, 8), fields, DenseProbeTest::pair, i -> {}))
                .isEqualTo(scores);
    }

    @Test
    void patchesOfWindowsLieWhereTheyLieInTheImage() {
        RgbImage image = RgbImage.blank(40, 24); // two windows of 16 in a row, one in a column; the rest is cropped
        for (int i = 0; i < image.rgb().length; i++) {
            image.rgb()[i] = (byte) (i / 3 % 40 / 8 * 40); // a level per column of patches
        }
        FeatureMatrix colors = PatchFeatures.colors("colours", 16, 8).of(image);
        assertThat(colors.rows()).isEqualTo(2 * 4);
        float[] first = new float[4];
        for (int c = 0; c < 4; c++) {
            first[c] = colors.values()[6 * c];
            assertThat(colors.values()[6 * (4 + c)]).isEqualTo(first[c]);
        }
        assertThat(first).isSortedAccordingTo((a, b) -> Float.compare(b, a)).doesNotHaveDuplicates();
    }

    @Test
    void backbonesGiveTokensAndShares() {
        for (String preset : List.of("vit_nano", "cyphervit_nano")) {
            try (Backbone backbone = Backbones.preset(preset).config(8, 32, 0).build(0, DEVICE)) {
                assertThat(PatchFeatures.tokens("tokens", backbone, 32, DEVICE)
                                .of(fields.getFirst().image())
                                .width())
                        .isEqualTo(192);
                assertThat(PatchFeatures.shares("shares", backbone, 32, DEVICE)
                                .of(fields.getFirst().image())
                                .rows())
                        .isEqualTo(64);
            }
        }
    }

    @Test
    void whatCannotBeProbedIsSaid() {
        PatchFeatures colors = PatchFeatures.colors("colours", 8, 8);
        DenseProbe probe = new DenseProbe(2, 0);
        assertThatThrownBy(() -> probe.of(colors, fields, name -> "one", i -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("all 6 images are of one");
        assertThatThrownBy(() -> probe.of(colors, MaskedImages.phenotypes(2, 64, 1), name -> name, i -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("masks of one thing");
        assertThatThrownBy(() -> PatchFeatures.colors("colours", 96, 8)
                        .of(fields.getFirst().image()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("smaller than a window");
        List<MaskedImage> empty = new ArrayList<>();
        fields.forEach(field -> empty.add(
                new MaskedImage(field.name(), field.image(), new byte[field.classes().length], field.names())));
        assertThatThrownBy(() -> probe.of(colors, empty, DenseProbeTest::pair, i -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("nothing to learn");
    }

    private static String pair(String name) {
        return "patient " + Integer.parseInt(name.substring(5)) / 2;
    }

    private static double auroc(List<DenseProbe.Score> scores) {
        return scores.stream().mapToDouble(DenseProbe.Score::auroc).average().orElseThrow();
    }
}
