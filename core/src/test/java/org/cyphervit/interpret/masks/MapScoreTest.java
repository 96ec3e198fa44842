package org.cyphervit.interpret.masks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MapScoreTest {
    private static final RgbImage BLANK = new RgbImage(4, 2, new byte[24]);

    @Test
    void overlapsEqualTheDefinitions() {
        MaskedImage truth = new MaskedImage("x", BLANK, new byte[] {1, 1, 1, 0, 0, 0, 0, 0}, List.of("no", "yes"));
        float[] first = {.9f, .8f, .2f, .7f, .1f, .2f, .3f, .4f}; // region: pixels 0, 1, 3
        float[] second = new float[8];
        for (int i = 0; i < 8; i++) {
            second[i] = 1 - first[i];
        }
        MapScore score = MapScore.of(List.of(first, second), truth);
        assertThat(score.dice()[0]).containsExactly(new double[] {4 / 6.0, 2 / 8.0}, within(1e-12));
        assertThat(score.iou()[0]).containsExactly(new double[] {2 / 4.0, 1 / 7.0}, within(1e-12));
        // .9 .8 .2 against .7 .1 .2 .3 .4: 5 + 5 + 1.5 of 15
        assertThat(score.auroc()[0]).containsExactly(new double[] {11.5 / 15, 3.5 / 15}, within(1e-12));
        assertThat(MapScore.best(score.dice())).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(score.matchedDice()).isCloseTo((4 / 6.0 + 2 * 4 / 10.0) / 2, within(1e-12));
    }

    @Test
    void oneMapForAllImagesIsChosenOnTheOthers() {
        MapScore a =
                new MapScore(new double[][] {{.9, .5}}, new double[][] {{.8, .4}}, new double[][] {{.9, .6}}, 0, 0);
        MapScore b =
                new MapScore(new double[][] {{.1, .6}}, new double[][] {{.1, .5}}, new double[][] {{.3, .7}}, 0, 0);
        MapSummary summary = MapSummary.of("maps", List.of(a, b), true);
        assertThat(summary.bestDice()).isCloseTo(.75, within(1e-12));
        assertThat(summary.fixedDice()).isCloseTo((.5 + .1) / 2, within(1e-12)); // each takes the other's favourite
        assertThat(MapSummary.of("maps", List.of(a, b), false).fixedDice()).isNaN();
    }

    @Test
    void generatedNucleiAreFoundByColorAlone() {
        List<MaskedImage> fields = MaskedImages.nuclei(3, 96, 1);
        List<MapScore> scores = fields.stream()
                .map(field -> MapScore.of(
                        ColorClusters.of(List.of(field.image()), 4, 0).maps(field.image()), field))
                .toList();
        assertThat(MapSummary.of("colour", scores, true).bestDice()).isGreaterThan(0.4);
        assertThat(MaskedImages.phenotypes(2, 96, 1).getFirst().isBinary()).isFalse();
    }

    @Test
    void masksAreFoundByNameAndMissingOnesNamed(@TempDir Path folder) throws Exception {
        Path images = Files.createDirectories(folder.resolve("images"));
        Path masks = Files.createDirectories(folder.resolve("masks"));
        MaskedImage field = MaskedImages.nuclei(1, 64, 1).getFirst();
        ImageFiles.writePng(images.resolve("a.png"), field.image());
        byte[] rgb = new byte[3 * 64 * 64];
        for (int i = 0; i < field.classes().length; i++) {
            rgb[3 * i] = (byte) (field.classes()[i] * 7); // an instance number, not 255
        }
        ImageFiles.writePng(masks.resolve("a.png"), new RgbImage(64, 64, rgb));
        assertThat(MaskedImages.folders(images, masks, 0).getFirst().classes()).isEqualTo(field.classes());
        assertThat(MaskedImages.folders(images, masks, 32).getFirst().image().width())
                .isEqualTo(32);
        ImageFiles.writePng(images.resolve("b.png"), field.image());
        assertThatThrownBy(() -> MaskedImages.folders(images, masks, 0))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'b.png' has no mask");
    }
}
