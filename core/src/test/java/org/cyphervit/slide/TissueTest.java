package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.tiling.Rejection;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.slide.tiling.TileGrid;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.Coverage;
import org.cyphervit.slide.tissue.TissueOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TissueTest {
    private static final int[] GLASS = {243, 242, 244};
    private static final int[] EOSIN = {225, 150, 190};
    private static final int[] GREEN_PEN = {60, 140, 90};
    private static final int[] BLACK = {12, 10, 14};

    @TempDir
    private Path folder;

    @Test
    void coverageByTheIntegralImageEqualsBruteForce() {
        Random random = new Random(3);
        int width = 37;
        int height = 23;
        boolean[] mask = new boolean[width * height];
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextInt(3) > 0;
        }
        Coverage coverage = new Coverage(mask, width);
        for (int i = 0; i < 200; i++) {
            double left = random.nextDouble() * 35 - 1;
            double top = random.nextDouble() * 21 - 1;
            double right = left + 0.2 + random.nextDouble() * 8;
            double bottom = top + 0.2 + random.nextDouble() * 8;
            double covered = 0;
            for (int y = 0; y < height; y++) {
                for (int x = 0; x < width; x++) {
                    double across = Math.max(0, Math.min(right, x + 1) - Math.max(left, x));
                    double down = Math.max(0, Math.min(bottom, y + 1) - Math.max(top, y));
                    covered += mask[y * width + x] ? across * down : 0;
                }
            }
            double expected = covered / ((right - left) * (bottom - top));
            assertThat(coverage.share(left, top, right, bottom)).isEqualTo(expected, within(1e-12));
        }
    }

    @Test
    void aBlankSlideGivesNoTilesAndSaysWhy() throws Exception {
        for (int[] glass : List.of(GLASS, new int[] {255, 255, 255}, new int[] {244, 240, 222})) { // the last is tinted
            SlidePlan plan = plan(paint(800, 800, glass), 0.5, standard(0.7));
            assertThat(plan.kept()).isEmpty();
            assertThat(plan.rejected().values().stream().mapToInt(List::size).sum())
                    .isEqualTo(plan.grid().size())
                    .isPositive();
        }
    }

    @Test
    void aFieldSmallerThanTheLeastPieceOfASlideIsTissueAllTheSame() throws Exception {
        // 512 px at 0.25 um, as those of the TNBC nuclei set: 16,384 square microns, where pieces below 20,000 are
        // dust.
        assertThat(plan(paint(512, 512, EOSIN), 0.25, standard(0.7)).kept()).isNotEmpty();
    }

    @Test
    void halfTissueIsRejectedAtSeventyAndKeptAtFiftyPercent() throws Exception {
        RgbImage image = paint(1792, 448, GLASS);
        fill(image, 0, 0, 896 + 112, 448, EOSIN); // tiles of 224 px: four of tissue, one half covered, three of glass
        assertThat(plan(image, 0.5, standard(0.7)).kept()).hasSize(8);
        SlidePlan half = plan(image, 0.5, standard(0.5));
        assertThat(half.kept()).hasSize(10);
        assertThat(half.kept().get(4).coverage()).isEqualTo(0.5, within(0.03));
        assertThat(half.rejected().get(Rejection.GLASS)).hasSize(6);
        int before = Integer.MAX_VALUE;
        for (double least = 0; least <= 1; least += 0.125) {
            int count = plan(image, 0.5, standard(least)).kept().size();
            assertThat(count)
                    .as("the more tissue is asked for, the fewer tiles")
                    .isLessThanOrEqualTo(before);
            before = count;
        }
    }

    @Test
    void theThresholdIsInclusive() throws Exception {
        RgbImage image = paint(448, 448, EOSIN);
        assertThat(plan(image, 0.5, standard(1)).kept()).hasSize(4);
    }

    @Test
    void theStripAtTheRightAndLowerEdgeIsCutToo() throws Exception {
        SlidePlan plan = plan(paint(500, 300, EOSIN), 0.5, standard(0.7));
        assertThat(plan.kept()).extracting(Tile::x).containsOnly(0L, 224L, 500L - 224);
        assertThat(plan.kept()).extracting(Tile::y).containsOnly(0L, 300L - 224);
        assertThat(plan.kept()).hasSize(6);
    }

    @Test
    void theSamePhysicalTilesAtAnyScale() throws Exception {
        RgbImage fine = paint(2700, 1900, GLASS);
        fill(fine, 300, 200, 1700, 1500, EOSIN);
        fill(fine, 900, 700, 300, 280, GLASS);
        RgbImage coarse = RgbImage.blank(1350, 950);
        for (int i = 0; i < 1350 * 950; i++) {
            for (int c = 0; c < 3; c++) {
                coarse.rgb()[3 * i + c] = (byte) fine.at(i % 1350 * 2, i / 1350 * 2, c);
            }
        }
        SlidePlan at25 = plan(fine, 0.25, standard(0.7));
        SlidePlan at50 = plan(coarse, 0.5, standard(0.7));
        assertThat(at25.kept()).hasSameSizeAs(at50.kept()).isNotEmpty();
        for (int i = 0; i < at25.kept().size(); i++) {
            Tile a = at25.kept().get(i);
            Tile b = at50.kept().get(i);
            assertThat(a.x()).isEqualTo(2 * b.x());
            assertThat(a.y()).isEqualTo(2 * b.y());
            assertThat(a.coverage()).isEqualTo(b.coverage(), within(0.01));
        }
    }

    @Test
    void penAndBlackAreNamedAsTheReason() throws Exception {
        RgbImage image = paint(1792, 448, EOSIN);
        fill(image, 448, 0, 448, 448, GREEN_PEN);
        fill(image, 1120, 0, 448, 448, BLACK);
        SlidePlan plan = plan(image, 0.5, standard(0.7));
        assertThat(plan.rejected().get(Rejection.PEN)).extracting(Tile::x).contains(448L, 672L);
        assertThat(plan.rejected().get(Rejection.DARK)).extracting(Tile::x).containsOnly(1120L, 1344L);
        assertThat(plan.kept()).extracting(Tile::x).contains(0L, 1568L);
    }

    @Test
    void aFieldFullOfPaleAndDarkTissueIsKeptWhole() throws Exception {
        RgbImage image = paint(1128, 720, new int[] {228, 196, 214}); // Otsu alone would drop the pale half
        fill(image, 500, 0, 628, 720, new int[] {140, 80, 160});
        SlidePlan plan = plan(image, 0, TilingOptions.fields());
        assertThat(plan.kept()).hasSize(9 * 5);
        TileGrid grid = plan.grid();
        assertThat(grid.x(8) + 224).as("from edge to edge").isEqualTo(1128);
        assertThat(grid.y(44) + 224).isEqualTo(720);
        assertThat(grid.stepX()).as("at most 50 %% overlap").isGreaterThanOrEqualTo(112);
    }

    @Test
    void aSlideWithoutScaleIsAskedForIt() {
        assertThatThrownBy(() -> plan(paint(300, 300, EOSIN), 0, standard(0.7)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("setting 'mpp'");
    }

    private static TilingOptions standard(double minTissue) {
        return new TilingOptions(224, OptionalDouble.of(0.5), 0, minTissue, false, TissueOptions.standard());
    }

    private SlidePlan plan(RgbImage image, double mpp, TilingOptions options) throws Exception {
        Path file = folder.resolve("slide.png");
        ImageFiles.writePng(file, image);
        try (Slide slide =
                Slide.open(file, SlideReader.JAVA, mpp > 0 ? OptionalDouble.of(mpp) : OptionalDouble.empty())) {
            return SlidePlan.of(slide, options);
        }
    }

    private static RgbImage paint(int width, int height, int[] color) {
        RgbImage image = RgbImage.blank(width, height);
        fill(image, 0, 0, width, height, color);
        return image;
    }

    // With the texture of tissue, except on glass, which has only a camera's noise.
    private static void fill(RgbImage image, int x, int y, int width, int height, int[] color) {
        Random random = new Random(1);
        boolean glass = Math.min(color[0], color[2]) > 220;
        for (int row = y; row < y + height; row++) {
            for (int column = x; column < x + width; column++) {
                int coarse = glass ? 0 : ((column / 40 * 7 + row / 40 * 13) % 5 - 2) * 6;
                int shade = coarse + random.nextInt(5) - 2;
                for (int c = 0; c < 3; c++) {
                    image.rgb()[3 * (row * image.width() + column) + c] = (byte) Math.clamp(color[c] + shade, 0, 255);
                }
            }
        }
    }
}
