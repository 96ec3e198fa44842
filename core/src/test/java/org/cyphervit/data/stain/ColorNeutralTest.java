package org.cyphervit.data.stain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.Protocols;
import org.junit.jupiter.api.Test;

class ColorNeutralTest {
    private static final GeneratedTissue TISSUE = new GeneratedTissue(40, 6, 48, 3);

    @Test
    void theSameTileAndSeedGiveTheSamePixelsAndAnotherSeedOthers() throws IOException {
        TileSource first = new ColorNeutral(TISSUE, ColorNeutral.Kind.RESTAIN, 1);
        assertThat(first.read(7).rgb()).isEqualTo(first.read(7).rgb());
        assertThat(new ColorNeutral(TISSUE, ColorNeutral.Kind.RESTAIN, 2)
                        .read(7)
                        .rgb())
                .isNotEqualTo(first.read(7).rgb());
        assertThat(first.fingerprint()).isNotEqualTo(TISSUE.fingerprint());
    }

    @Test
    void coloursTellMuchLessOfTheTissueThanBefore() {
        double plain = colorAccuracy(Split.of(TISSUE, 0.33, 0));
        // grey levels still tell how unevenly haematoxylin lies, so that their histogram keeps more than colours keep
        assertThat(neutral(ColorNeutral.Kind.RESTAIN)).isLessThan(plain - 0.15);
        assertThat(neutral(ColorNeutral.Kind.HAEMATOXYLIN)).isLessThan(plain - 0.05);
    }

    @Test
    void haematoxylinIsGreyAndDarkestAtNuclei() throws IOException {
        byte[] rgb = new ColorNeutral(TISSUE, ColorNeutral.Kind.HAEMATOXYLIN, 0)
                .read(0)
                .rgb();
        for (int i = 0; i < rgb.length; i += 3) {
            assertThat(rgb[i]).isEqualTo(rgb[i + 1]).isEqualTo(rgb[i + 2]);
        }
    }

    @Test
    void glassStaysBright() throws IOException {
        byte[] glass = new byte[3 * 64];
        java.util.Arrays.fill(glass, (byte) 240);
        org.cyphervit.stain.RandomStain.draw(new java.util.SplittableRandom(0)).apply(glass);
        for (byte value : glass) {
            assertThat(value & 0xff).isGreaterThan(180);
        }
    }

    @Test
    void anUnknownKindIsRefusedWithTheKnownOnes() {
        assertThatThrownBy(() -> ColorNeutral.Kind.named("grey"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("restain or haematoxylin");
    }

    private static double neutral(ColorNeutral.Kind kind) {
        return colorAccuracy(ColorNeutral.of(Split.of(TISSUE, 0.33, 0), kind, 0));
    }

    private static double colorAccuracy(Split split) {
        Protocol<LabelledFeatures> knn =
                Protocols.named(Protocols.classification(new Protocols.Options(List.of(5), "cpu", 0)), "knn");
        return knn.judge(colors(split.train()), colors(split.test())).metric("accuracy");
    }

    private static LabelledFeatures colors(TileSource source) {
        FeatureMatrix features = Baselines.colorHistograms(source).features();
        return LabelledFeatures.of(
                source, java.util.stream.IntStream.range(0, source.size()).toArray(), features);
    }
}
