package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.stream.IntStream;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.Baselines;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.tissue.Overview;
import org.cyphervit.slide.tissue.TissueMask;
import org.cyphervit.slide.tissue.TissueOptions;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.stain.Haematoxylin;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;
import org.cyphervit.stain.StainProfile;
import org.cyphervit.train.Run;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.node.ObjectNode;

/**
 * The road from pixels to a trained encoder on real tissue: four tiles of each of the eight classes of CRC-VAL-HE-7K
 * (Kather 2018, <a href="https://doi.org/10.5281/zenodo.1214456">doi:10.5281/zenodo.1214456</a>), whose stains were
 * normalised by Macenko's method. They lie in {@code tiles} among the test resources.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealTissueTest {
    private static final double MPP = 0.5;

    private final TileSource tiles = ImageFolder.scan(Path.of("src/test/resources/tiles"));

    @Test
    void tilesAreDecodedWithTheirClasses() throws IOException {
        assertThat(tiles.size()).isEqualTo(32);
        assertThat(tiles.classes()).containsExactly("ADI", "DEB", "LYM", "MUC", "MUS", "NORM", "STR", "TUM");
        for (int i = 0; i < tiles.size(); i++) {
            RgbImage image = tiles.read(i);
            assertThat(image.width()).isEqualTo(224);
            assertThat(image.height()).isEqualTo(224);
            double[] mean = mean(image.rgb());
            // Haematoxylin and eosin take more green than red and blue.
            assertThat(mean[1]).as(tiles.name(i)).isLessThan(mean[0]).isLessThan(mean[2]);
        }
    }

    @Test
    void macenkoFindsTheStainsThatTheTilesWereGiven() throws IOException {
        StainProfile reference = (StainProfile) StainMethod.MACENKO.reference();
        for (String type : List.of("TUM", "NORM", "STR")) {
            for (int i : of(type)) {
                StainProfile found = (StainProfile)
                        StainMethod.MACENKO.fit(tiles.read(i).rgb()).orElseThrow();
                for (int s = 0; s < 2; s++) {
                    assertThat(cosine(found.stains(), reference.stains(), s))
                            .as("%s, stain %d", tiles.name(i), s)
                            .isGreaterThan(0.97);
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(StainMethod.class)
    void tilesOfAnotherLaboratoryComeBack(StainMethod method) throws IOException {
        StainProfile other = new StainProfile(
                StainMethod.MACENKO, new double[][] {{0.60, 0.15}, {0.72, 0.88}, {0.35, 0.45}}, new double[] {1.6, 0.9
                });
        double left = 0; // share of the difference, the mean over tiles
        for (int i : of("TUM")) {
            byte[] original = tiles.read(i).rgb();
            byte[] changed = original.clone();
            StainMethod.MACENKO.fit(original).orElseThrow().recolor(changed, other);
            double before = colourDifference(original, changed);
            assertThat(before).isGreaterThan(10);
            StainFit target = method.fit(original).orElseThrow();
            method.fit(changed).orElseThrow().recolor(changed, target);
            left += colourDifference(original, changed) / before / 4;
        }
        assertThat(left).isLessThan(0.55);
    }

    @Test
    void denseTissueHoldsNucleiAndFatHoldsLittleTissue() throws IOException {
        double[] nuclei = new double[tiles.classes().size()];
        double[] tissue = new double[nuclei.length];
        for (int i = 0; i < tiles.size(); i++) {
            RgbImage image = tiles.read(i);
            float[] marked = Haematoxylin.nuclei(image.rgb());
            nuclei[tiles.label(i)] += IntStream.range(0, marked.length)
                            .mapToDouble(p -> marked[p])
                            .average()
                            .orElseThrow()
                    / 4;
            Overview overview = new Overview(image, 1, new Bounds(0, 0, image.width(), image.height()), new BitSet());
            tissue[tiles.label(i)] += TissueMask.of(overview, MPP, new TissueOptions(8, 0.05, 4, 100, 100))
                            .tissueShare()
                    / 4;
        }
        for (String dense : List.of("LYM", "TUM", "NORM")) {
            assertThat(nuclei[at(dense)])
                    .as(dense)
                    .isGreaterThan(nuclei[at("MUC")] + 0.15)
                    .isGreaterThan(nuclei[at("ADI")] + 0.3);
        }
        assertThat(tissue[at("ADI")]).isLessThan(tissue[at("TUM")] - 0.2);
        assertThat(tissue[at("TUM")]).isGreaterThan(0.9);
    }

    @Test
    void colourAloneKnowsMoreThanChance() {
        FeatureMatrix colours = Baselines.colorHistograms(tiles).features();
        int right = 0;
        for (int i = 0; i < tiles.size(); i++) {
            int tile = i;
            int nearest = IntStream.range(0, tiles.size())
                    .filter(j -> j != tile)
                    .boxed()
                    .max((a, b) -> Double.compare(dot(colours, tile, a), dot(colours, tile, b)))
                    .orElseThrow();
            right += tiles.label(nearest) == tiles.label(i) ? 1 : 0;
        }
        assertThat((double) right / tiles.size()).isBetween(0.3, 0.9); // chance: 3 / 31
    }

    @Test
    void anEncoderLearnsFromThemAndMapsThem(@TempDir Path folder) throws IOException {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=simclr");
        Recipes.set(overrides, "backbone={name: cyphervit_nano, width: 48}");
        Recipes.set(overrides, "run={steps: 24, batch: 16, loaderThreads: 1, seed: 5, probeEvery: 0}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        Recipe recipe = Recipes.resolve(overrides, new DatasetInfo(tiles.size(), tiles.classes()));
        new Run(folder, recipe, tiles, null, List.of(new MetricsCsv())).train(false);
        NavigableMap<Long, Map<String, Double>> steps = MetricsCsv.read(folder.resolve(MetricsCsv.NAME));
        double first = Objects.requireNonNull(steps.firstEntry().getValue().get("loss"));
        double last = Objects.requireNonNull(steps.lastEntry().getValue().get("loss"));
        assertThat(last).isLessThan(first - 0.1);
        try (Backbone encoder = EncoderFile.read(folder, TestDevice.get())) {
            assertThat(PhenotypeMaps.of(encoder, tiles.read(0), 1, TestDevice.get())
                            .tokens())
                    .isEqualTo(4);
        }
    }

    private int[] of(String type) {
        return IntStream.range(0, tiles.size())
                .filter(i -> tiles.label(i) == at(type))
                .toArray();
    }

    private int at(String type) {
        return tiles.classes().indexOf(type);
    }

    private static double[] mean(byte[] rgb) {
        double[] mean = new double[3];
        for (int i = 0; i < rgb.length; i++) {
            mean[i % 3] += (rgb[i] & 0xff) * 3.0 / rgb.length;
        }
        return mean;
    }

    // Of the mean colours, in grey levels, over all three channels.
    private static double colourDifference(byte[] a, byte[] b) {
        double[] of = mean(a);
        double[] other = mean(b);
        return IntStream.range(0, 3)
                .mapToDouble(c -> Math.abs(of[c] - other[c]))
                .sum();
    }

    private static double cosine(double[][] a, double[][] b, int s) {
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int c = 0; c < 3; c++) {
            ab += a[c][s] * b[c][s];
            aa += a[c][s] * a[c][s];
            bb += b[c][s] * b[c][s];
        }
        return ab / Math.sqrt(aa * bb);
    }

    private static double dot(FeatureMatrix rows, int a, int b) {
        double sum = 0;
        for (int k = 0; k < rows.width(); k++) {
            sum += rows.values()[a * rows.width() + k] * rows.values()[b * rows.width() + k];
        }
        return sum;
    }
}
