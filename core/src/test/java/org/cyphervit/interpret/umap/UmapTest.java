package org.cyphervit.interpret.umap;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class UmapTest {
    private static final int D = 12;

    @ParameterizedTest
    @EnumSource(DistanceMetric.class)
    void neighboursAreThoseOfAFullSortWithTiesByNumber(DistanceMetric metric) {
        FeatureMatrix features = withDuplicates(clusters(60, 3, 0.5, 1));
        int k = 7;
        NearestNeighbours found = NearestNeighbours.of(Points.of(features, metric), k);
        for (int i = 0; i < features.rows(); i++) {
            int self = i;
            int[] expected = IntStream.range(0, features.rows())
                    .filter(j -> j != self)
                    .boxed()
                    .sorted(Comparator.comparingDouble((Integer j) -> distance(features, self, j, metric))
                            .thenComparingInt(j -> j))
                    .limit(k)
                    .mapToInt(j -> j)
                    .toArray();
            assertThat(Arrays.copyOfRange(found.indices(), i * k, (i + 1) * k)).isEqualTo(expected);
            assertThat(found.distances()[i * k + k - 1])
                    .isCloseTo(distance(features, i, expected[k - 1], metric), within(1e-5));
        }
    }

    @Test
    void theKernelIsThePublishedFit() {
        LayoutKernel standard = LayoutKernel.fit(0.1, 1);
        assertThat(standard.a()).isCloseTo(1.577, within(2e-3));
        assertThat(standard.b()).isCloseTo(0.895, within(2e-3));
        LayoutKernel loose = LayoutKernel.fit(0.5, 1);
        assertThat(loose.a()).isCloseTo(0.583, within(2e-3));
        assertThat(loose.b()).isCloseTo(1.334, within(2e-3));
    }

    @Test
    void strengthsSumToTheLogarithmOfTheNeighboursAndTheUnionIsSymmetric() {
        double[] distances = {0.2, 0.3, 0.5, 0.9, 1.4, 1.5, 2, 3};
        double sigma = FuzzyGraph.scale(distances, 0.2, 1);
        double sum =
                Arrays.stream(distances).map(d -> Math.exp(-(d - 0.2) / sigma)).sum();
        assertThat(sum).isCloseTo(3, within(1e-9)); // log2 8

        FeatureMatrix features = withDuplicates(clusters(80, 3, 0.5, 2));
        NearestNeighbours neighbours = NearestNeighbours.of(Points.of(features, DistanceMetric.EUCLIDEAN), 6);
        FuzzyGraph graph = FuzzyGraph.of(neighbours);
        for (int i = 0; i < graph.points(); i++) {
            double strongest = 0;
            for (int e = graph.starts()[i]; e < graph.starts()[i + 1]; e++) {
                assertThat(weight(graph, graph.columns()[e], i)).isEqualTo(graph.weights()[e]);
                strongest = Math.max(strongest, graph.weights()[e]);
            }
            assertThat(strongest).as("every point is firmly tied to one other").isEqualTo(1);
        }
    }

    @Test
    void clustersStayTogetherAndTheSameSeedGivesTheSamePicture() {
        FeatureMatrix features = clusters(300, 5, 0.4, 3);
        UmapOptions options = UmapOptions.standard();
        FeatureMatrix plane = Umap.of(features, options);
        assertThat(Trustworthiness.of(features, plane, 15, DistanceMetric.COSINE))
                .isGreaterThan(0.9);
        int[] nearest = NearestNeighbours.of(Points.of(plane, DistanceMetric.EUCLIDEAN), 1)
                .indices();
        long apart =
                IntStream.range(0, 300).filter(i -> nearest[i] % 5 != i % 5).count();
        assertThat(apart).as("nearest neighbours of another cluster").isLessThanOrEqualTo(3);
        assertThat(Umap.of(features, options).values()).isEqualTo(plane.values());
        assertThat(Umap.of(features, options.withSeed(1)).values()).isNotEqualTo(plane.values());
    }

    @Test
    void trustIsOneForTheFeaturesThemselvesAndHalfForChance() {
        FeatureMatrix plane = random(400, 2, 4);
        assertThat(Trustworthiness.of(plane, plane, 10, DistanceMetric.EUCLIDEAN))
                .isEqualTo(1);
        assertThat(Trustworthiness.of(random(400, 8, 5), plane, 10, DistanceMetric.EUCLIDEAN))
                .isBetween(0.4, 0.6);
        // By hand: on the line 0, 1, 3, 7, 20 with its ends exchanged in the picture, k = 1.
        FeatureMatrix line = new FeatureMatrix(new float[] {0, 1, 3, 7, 20}, 1);
        FeatureMatrix exchanged = new FeatureMatrix(new float[] {20, 0, 1, 0, 3, 0, 7, 0, 0, 0}, 2);
        // Shown nearest: 0->3 (rank 3), 1->4 (rank 4), 2->1 (1), 3->2 (1), 4->1 (rank 3): excess 2 + 3 + 2 = 7.
        assertThat(Trustworthiness.of(line, exchanged, 1, DistanceMetric.EUCLIDEAN))
                .isCloseTo(1 - 2.0 / (5 * 1 * (10 - 3 - 1)) * 7, within(1e-12));
    }

    @Test
    void identicalFeaturesGiveAFinitePictureAndTooFewASay() {
        FeatureMatrix same = new FeatureMatrix(new float[40 * 3], 3);
        for (float value : Umap.of(same, UmapOptions.standard()).values()) {
            assertThat(value).isFinite();
        }
        assertThatThrownBy(() -> Umap.of(random(15, 3, 1), UmapOptions.standard()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("got 15");
    }

    @Test
    void thePlotShowsEveryPointAndClass() {
        FeatureMatrix plane = random(90, 2, 6);
        int[] labels = IntStream.range(0, 90).map(i -> i % 18 - 1).toArray();
        List<String> classes =
                IntStream.range(0, 17).mapToObj(c -> "class<" + c).toList();
        ScatterPlot plot = new ScatterPlot(
                List.of(
                        new ScatterPlot.Panel("one", "caption", plane, labels),
                        new ScatterPlot.Panel("two", "caption", plane, labels)),
                classes,
                300);
        String svg = plot.svg();
        assertThat(svg).contains("class&lt;16").doesNotContain("class<");
        long marks = svg.lines()
                .filter(line ->
                        line.startsWith("<circle") || line.startsWith("<path") || line.matches("<rect x.*\\d\\.\\d.*"))
                .count();
        assertThat(marks).isEqualTo(2 * 90 + 17);
        assertThat(plot.image().getWidth()).isGreaterThan(600);
    }

    private static float weight(FuzzyGraph graph, int row, int column) {
        int at = Arrays.binarySearch(graph.columns(), graph.starts()[row], graph.starts()[row + 1], column);
        return at < 0 ? 0 : graph.weights()[at];
    }

    private static double distance(FeatureMatrix features, int i, int j, DistanceMetric metric) {
        double dot = 0;
        double ii = 0;
        double jj = 0;
        for (int d = 0; d < features.width(); d++) {
            double a = features.values()[i * features.width() + d];
            double b = features.values()[j * features.width() + d];
            dot += a * b;
            ii += a * a;
            jj += b * b;
        }
        return metric == DistanceMetric.COSINE
                ? 1 - dot / Math.sqrt(ii * jj)
                : Math.sqrt(Math.max(0, ii + jj - 2 * dot));
    }

    /** Point i belongs to cluster i mod count. */
    private static FeatureMatrix clusters(int rows, int count, double spread, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        float[] centres = random(count, D, seed + 100).values();
        float[] values = new float[rows * D];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * centres[i / D % count * D + i % D] + spread * random.nextGaussian());
        }
        return new FeatureMatrix(values, D);
    }

    private static FeatureMatrix random(int rows, int width, long seed) {
        RandomGenerator random = new SplittableRandom(seed);
        float[] values = new float[rows * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return new FeatureMatrix(values, width);
    }

    private static FeatureMatrix withDuplicates(FeatureMatrix features) {
        return features.append(features.select(new int[] {3, 3, 9}));
    }
}
