package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.quality.Focus;
import org.cyphervit.slide.quality.QualityOptions;
import org.cyphervit.slide.tiling.QualityTrial;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.TissueOptions;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** Artefacts that are painted over a real slide. */
class QualityTest {
    @Test
    void paintedArtefactsAreFoundAndCleanTissueIsKept() {
        try (Slide slide = slide()) {
            Map<QualityTrial.Kind, QualityTrial.Outcome> outcomes =
                    QualityTrial.run(List.of(slide), TilingOptions.standard(), 2, 3, done -> {});
            int spoilt = 0;
            int found = 0;
            for (Map.Entry<QualityTrial.Kind, QualityTrial.Outcome> entry : outcomes.entrySet()) {
                QualityTrial.Outcome outcome = entry.getValue();
                assertThat(outcome.spoilt()).as("%s, spoilt", entry.getKey()).isPositive();
                if (entry.getKey().name().endsWith("PEN")) {
                    assertThat(outcome.recall())
                            .as("%s, recall", entry.getKey())
                            .isGreaterThan(0.9);
                }
                // Ink spreads its margin of 32 microns over the neighbours of what it covers, and few tiles are left.
                assertThat(outcome.falsePositives())
                        .as("%s, false positives", entry.getKey())
                        .isLessThan(0.2);
                spoilt += outcome.spoilt();
                found += outcome.found();
            }
            // Two folds or bubbles alone say little; the guide has the table of more.
            assertThat((double) found / spoilt).as("recall of all").isGreaterThan(0.7);
        }
    }

    @Test
    void sharpnessFallsWithBlurAndHardlyDependsOnResolution() {
        try (Slide slide = slide()) {
            double x = 700;
            double y = 1100;
            RgbImage fine = slide.read(x, y, 1, 448, 448);
            RgbImage coarse = slide.read(x, y, 2, 224, 224);
            double sharp = Focus.of(fine, slide.mpp());
            assertThat(Focus.of(coarse, 2 * slide.mpp()) / sharp).isBetween(0.5, 2.0);
            double before = sharp;
            for (double sigma : new double[] {1, 2, 4}) {
                ArtefactPainter.Blur blur =
                        new ArtefactPainter.Blur(x * slide.mpp() + 112, y * slide.mpp() + 112, 300, sigma);
                double blurred =
                        Focus.of(ArtefactPainter.over(slide, List.of(blur)).read(x, y, 1, 448, 448), slide.mpp());
                assertThat(blurred).isLessThan(before / 2);
                before = blurred;
            }
            assertThat(sharp).isGreaterThan(QualityOptions.standard().focus());
        }
        assertThat(Focus.of(Pixels.white(64, 64), 0.5)).as("nothing there").isInfinite();
        assertThat(Focus.tells(2)).isFalse();
    }

    @Test
    void uncheckedTilesAreKept() {
        TilingOptions unchecked = new TilingOptions(
                224, OptionalDouble.of(0.5), 0, 0.7, false, TissueOptions.standard(), QualityOptions.none());
        try (Slide slide = slide()) {
            ArtefactPainter.Bubble bubble = new ArtefactPainter.Bubble(600, 700, 250);
            Slide painted = ArtefactPainter.over(slide, List.of(bubble));
            int all = SlidePlan.of(painted, unchecked).kept().size();
            assertThat(SlidePlan.of(painted, TilingOptions.standard()).kept().size())
                    .isLessThan(all);
        }
        assertThatThrownBy(() -> new QualityOptions(true, 2, 0, 0, 0))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("from 0 to 1");
    }

    private static Slide slide() {
        Path file = Path.of(System.getProperty("data.dir", ""), "slides", "CMU-1-Small-Region.svs");
        Assumptions.assumeTrue(Files.exists(file), "no " + file);
        return Slide.open(file);
    }
}
