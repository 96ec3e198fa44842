package org.cyphervit.data.stain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.stain.StainOptions.Fit;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.stain.StainMethod;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StainNormalizedTilesTest {
    private static final StainOptions BY_TILE = new StainOptions("macenko", Fit.TILE, "");
    private static final StainOptions BY_SLIDE = new StainOptions("macenko", Fit.GROUP, "");

    @TempDir
    private Path folder;

    private TileSource tissue = new GeneratedTissue(4, 3, 64, 7);

    @BeforeEach
    void write() throws IOException {
        new GeneratedTissue(4, 3, 64, 7).writeTo(folder, done -> {});
        byte[] glass = new byte[3 * 64 * 64];
        Arrays.fill(glass, (byte) 245);
        ImageFiles.writePng(folder.resolve("slide0/adipose/zz-glass.png"), new RgbImage(64, 64, glass));
        tissue = ImageFolder.scan(folder, ImageFolder.Labels.PARENT, 16, 1);
    }

    @Test
    void slidesLookMoreAlikeThanBefore() throws IOException {
        double before = spreadBetweenSlides(tissue);
        assertThat(spreadBetweenSlides(StainNormalizedTiles.of(tissue, BY_SLIDE)))
                .isLessThan(before / 2);
    }

    @Test
    void glassStaysAsItIsAndIsNamedOnce() throws IOException {
        StainNormalizedTiles stained = new StainNormalizedTiles(tissue, StainMethod.MACENKO, BY_TILE);
        int glass = indexOf(stained, "slide0/adipose/zz-glass.png");
        for (int i = 0; i < stained.size(); i++) {
            stained.read(i);
        }
        assertThat(stained.read(glass).rgb()).isEqualTo(tissue.read(glass).rgb());
        assertThat(stained.unchanged())
                .contains(stained.name(glass))
                .allMatch(name -> name.matches(".*/(adipose|background|mucus)/.*"));
    }

    @Test
    void theSourceIsLeftAloneAndTheFingerprintTellsTheDifference() throws IOException {
        int tile = tumour(tissue)[0];
        byte[] original = tissue.read(tile).rgb();
        TileSource stained = StainNormalizedTiles.of(tissue, BY_TILE);
        assertThat(Arrays.equals(stained.read(tile).rgb(), original)).isFalse();
        assertThat(Arrays.equals(tissue.read(tile).rgb(), original)).isTrue();
        assertThat(stained.fingerprint())
                .isNotEqualTo(tissue.fingerprint())
                .isNotEqualTo(StainNormalizedTiles.of(tissue, BY_SLIDE).fingerprint())
                .isEqualTo(StainNormalizedTiles.of(tissue, BY_TILE).fingerprint());
        assertThat(StainNormalizedTiles.of(tissue, StainOptions.NONE)).isSameAs(tissue);
    }

    @Test
    void targetsAreImagesOrSavedFits() throws IOException {
        Path image = folder.resolve(tissue.name(tumour(tissue)[1]));
        Path saved = folder.resolve("fit.json");
        Files.writeString(
                saved,
                StainMethod.MACENKO
                        .fit(tissue.read(tumour(tissue)[1]).rgb())
                        .orElseThrow()
                        .toJson());
        int tile = tumour(tissue)[0];
        TileSource byImage = StainNormalizedTiles.of(tissue, new StainOptions("macenko", Fit.TILE, image.toString()));
        TileSource byFile = StainNormalizedTiles.of(tissue, new StainOptions("macenko", Fit.TILE, saved.toString()));
        TileSource byReference = StainNormalizedTiles.of(tissue, BY_TILE);
        assertThat(Arrays.equals(byImage.read(tile).rgb(), byFile.read(tile).rgb()))
                .isTrue();
        assertThat(Arrays.equals(
                        byImage.read(tile).rgb(), byReference.read(tile).rgb()))
                .isFalse();
    }

    @Test
    void mistakesAreExplained() {
        assertThatThrownBy(() -> new StainOptions("makenko", Fit.TILE, ""))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("macenko");
        TileSource ungrouped = ImageFolder.scan(folder, ImageFolder.Labels.NONE, 16, 1);
        assertThatThrownBy(() -> StainNormalizedTiles.of(ungrouped, BY_SLIDE))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no slide or patient");
        String glass = folder.resolve("slide0/adipose/zz-glass.png").toString();
        assertThatThrownBy(() -> StainNormalizedTiles.of(tissue, new StainOptions("reinhard", Fit.TILE, glass)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("zz-glass.png");
        assertThatThrownBy(() ->
                        StainNormalizedTiles.of(tissue, new StainOptions("reinhard", Fit.TILE, folder + "/no.json")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no.json");
    }

    // Variance of the slides' mean colours.
    private static double spreadBetweenSlides(TileSource source) throws IOException {
        List<String> slides = List.of("slide0", "slide1", "slide2");
        double[][] mean = new double[3][3];
        int[] pixels = new int[3];
        for (int i : tumour(source)) {
            int slide = slides.indexOf(source.group(i));
            byte[] rgb = source.read(i).rgb();
            for (int p = 0; p < rgb.length; p++) {
                mean[slide][p % 3] += rgb[p] & 0xff;
            }
            pixels[slide] += rgb.length / 3;
        }
        double spread = 0;
        for (int c = 0; c < 3; c++) {
            double all = 0;
            for (int s = 0; s < 3; s++) {
                all += mean[s][c] / pixels[s] / 3;
            }
            for (int s = 0; s < 3; s++) {
                spread += Math.pow(mean[s][c] / pixels[s] - all, 2);
            }
        }
        return spread;
    }

    private static int[] tumour(TileSource source) {
        return IntStream.range(0, source.size())
                .filter(i -> source.classes().get(source.label(i)).equals("tumour"))
                .toArray();
    }

    private static int indexOf(TileSource source, String name) {
        for (int i = 0; i < source.size(); i++) {
            if (source.name(i).equals(name)) {
                return i;
            }
        }
        throw new AssertionError("no tile " + name);
    }
}
