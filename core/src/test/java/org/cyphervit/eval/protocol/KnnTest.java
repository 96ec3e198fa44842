package org.cyphervit.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassScores;
import org.junit.jupiter.api.Test;

class KnnTest {
    @Test
    void votesEqualTheDefinitionForAnyNumberOfSamplesAndClasses() {
        RandomGenerator random = new SplittableRandom(11);
        for (int[] size : new int[][] {{1, 1, 1}, {40, 3, 2}, {300, 1500, 23}}) {
            LabelledFeatures train = gaussian(random, size[0], size[2]);
            FeatureMatrix queries = gaussian(random, size[1], size[2]).features();
            List<Knn.Votes> verdicts = new Knn(List.of(1, 7, 1000), 0.07, TestDevice.NAME).classify(train, queries);
            for (Knn.Votes votes : verdicts) {
                assertThat(votes.scores().rows()).isEqualTo(size[1]);
                for (int query : new int[] {0, size[1] / 2, size[1] - 1}) {
                    double[] expected = shares(train, queries, query, votes.k());
                    for (int label = 0; label < size[2]; label++) {
                        assertThat(votes.scores().at(query, label)).isCloseTo(expected[label], within(1e-4));
                    }
                }
            }
            assertThat(verdicts.getLast().k()).isEqualTo(size[0]);
        }
    }

    @Test
    void leavingOneOutLeavesItsGroupOut() {
        // Pairs of near-duplicates of one patient with one label; the nearest stranger has the other label.
        float[] values = {1, 0, 1, 0.01f, 0.8f, 0.6f, 0.8f, 0.61f};
        int[] labels = {0, 0, 1, 1};
        Knn nearest = new Knn(List.of(1), 0.07, TestDevice.NAME);
        FeatureMatrix features = new FeatureMatrix(values, 2);
        LabelledFeatures alone = new LabelledFeatures(features, labels, List.of("a", "b"));
        assertThat(nearest.leaveOneOut(alone).votes().getFirst().scores().accuracyAt(1, labels))
                .isEqualTo(1.0);
        LabelledFeatures grouped =
                new LabelledFeatures(features, labels, List.of("a", "b"), List.of("p", "p", "q", "q"));
        assertThat(nearest.leaveOneOut(grouped).votes().getFirst().scores().accuracyAt(1, labels))
                .isEqualTo(0.0);
        LabelledFeatures onePatient =
                new LabelledFeatures(features, labels, List.of("a", "b"), List.of("p", "p", "p", "p"));
        assertThat(nearest.leaveOneOut(onePatient).votes().getFirst().scores().values())
                .containsOnly(0.0);
    }

    @Test
    void regressionIsTheWeightedMeanOfTheNeighboursTargets() {
        FeatureMatrix train = new FeatureMatrix(new float[] {1, 0, 0, 1, -1, 0}, 2);
        FeatureMatrix query = new FeatureMatrix(new float[] {3, 4}, 2); // cosines 0.6, 0.8, -0.6
        List<Knn.Estimates> estimates =
                new Knn(List.of(1, 2), 0.5, TestDevice.NAME).regress(train, new double[] {10, 20, 1000}, query);
        double a = Math.exp(0.6 / 0.5);
        double b = Math.exp(0.8 / 0.5);
        assertThat(estimates.get(0).values()[0]).isCloseTo(20, within(1e-9));
        assertThat(estimates.get(1).values()[0]).isCloseTo((10 * a + 20 * b) / (a + b), within(1e-5));
    }

    @Test
    void aTinyTemperatureDoesNotOverflow() {
        LabelledFeatures train = gaussian(new SplittableRandom(3), 50, 2);
        ClassScores scores = new Knn(List.of(50), 1e-3, TestDevice.NAME)
                .classify(train, train.features())
                .getFirst()
                .scores();
        assertThat(scores.accuracyAt(1, train.labels())).isEqualTo(1.0);
    }

    @Test
    void aClassNobodyVotedForIsNoHitOfTheTopThree() {
        ClassScores scores = new ClassScores(new double[] {0, 0, 0, 1}, 4);
        assertThat(scores.accuracyAt(3, new int[] {0})).isEqualTo(0.0);
        assertThat(scores.accuracyAt(1, new int[] {3})).isEqualTo(1.0);
    }

    @Test
    void mistakesAreNamed() {
        assertThatThrownBy(() -> new Knn(List.of(0), 0.07, TestDevice.NAME))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("[0]");
        assertThatThrownBy(() -> new FeatureMatrix(new float[] {1, 2, 3, Float.NaN}, 2))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Feature 1 of sample 1 is NaN");
        assertThatThrownBy(() -> Knn.standard()
                        .classify(gaussian(new SplittableRandom(1), 5, 2), new FeatureMatrix(new float[3], 3)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("4 and of 3");
    }

    private static double[] shares(LabelledFeatures train, FeatureMatrix queries, int query, int k) {
        double[] similarity = IntStream.range(0, train.size())
                .mapToDouble(i -> cosine(train.features(), i, queries, query))
                .toArray();
        int[] nearest = IntStream.range(0, train.size())
                .boxed()
                .sorted((a, b) -> Double.compare(similarity[b], similarity[a]))
                .limit(k)
                .mapToInt(i -> i)
                .toArray();
        double[] votes = new double[train.classes().size()];
        double total = 0;
        for (int i : nearest) {
            double weight = Math.exp(similarity[i] / 0.07);
            votes[train.labels()[i]] += weight;
            total += weight;
        }
        for (int label = 0; label < votes.length; label++) {
            votes[label] /= total;
        }
        return votes;
    }

    private static double cosine(FeatureMatrix a, int i, FeatureMatrix b, int j) {
        double product = 0;
        double normA = 0;
        double normB = 0;
        for (int d = 0; d < a.width(); d++) {
            double x = a.values()[i * a.width() + d];
            double y = b.values()[j * b.width() + d];
            product += x * y;
            normA += x * x;
            normB += y * y;
        }
        return product / Math.sqrt(normA * normB);
    }

    private static LabelledFeatures gaussian(RandomGenerator random, int samples, int classes) {
        float[] values = new float[samples * 4];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        int[] labels = random.ints(samples, 0, classes).toArray();
        return new LabelledFeatures(
                new FeatureMatrix(values, 4),
                labels,
                IntStream.range(0, classes).mapToObj(Integer::toString).toList());
    }
}
