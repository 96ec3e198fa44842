package org.cyphervit.eval.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.TargetFeatures;
import org.cyphervit.eval.TrainTest;
import org.cyphervit.eval.numeric.Lbfgs;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class ProtocolsTest {
    private static final int WIDTH = 12;

    @Test
    void everyProtocolTellsSeparableClassesApartAndShuffledOnesNot() {
        LabelledFeatures train = blobs(240, 1.0, 1);
        LabelledFeatures test = blobs(120, 1.0, 2);
        LabelledFeatures noise = new LabelledFeatures(
                train.features(), new SplittableRandom(5).ints(240, 0, 3).toArray(), train.classes());
        for (Protocol<LabelledFeatures> protocol : Protocols.classification(Protocols.Options.standard())) {
            ProtocolResult good = protocol.judge(train, test);
            assertThat(good.metric(good.headline())).as(protocol.name()).isGreaterThan(0.95);
            if (!good.chosen().isEmpty()) {
                assertThat(good.sweep()).as(protocol.name()).containsKey(good.chosen());
            }
            if (good.perSample().length > 0) {
                assertThat(Arrays.stream(good.perSample()).average().orElseThrow())
                        .isCloseTo(good.metric(good.headline()), within(1e-9));
            }
            if (!protocol.name().equals("clusters")) { // which looks at no label to learn
                ProtocolResult chance = protocol.judge(noise, test);
                assertThat(chance.metric(chance.headline())).as(protocol.name()).isBetween(0.1, 0.65);
            }
            assertThat(protocol.judge(train, test).metrics())
                    .as(protocol.name())
                    .isEqualTo(good.metrics());
        }
    }

    private static double[] minimum(UnaryOperator<Tensor> function) {
        Tensor x = Tensors.of(new double[2], 2).requires_grad_(true);
        Lbfgs.minimize(x, () -> function.apply(x), 100, 1e-9);
        return Tensors.doubles(x.detach());
    }

    @Test
    void logisticRegressionStandsAtTheMinimumOfItsLoss() {
        LabelledFeatures train = blobs(90, 3.0, 3);
        double penalty = 0.05;
        assertThat(minimum(x -> x.mul(new Scalar(0)).sum()))
                .as("a flat function ends at once")
                .containsExactly(0, 0);
        // A quadratic with known minimum, badly scaled.
        Tensor centre = Tensors.of(new double[] {3, -2}, 2);
        Tensor scale = Tensors.of(new double[] {1, 1000}, 2);
        assertThat(minimum(x -> x.sub(centre).square().mul(scale).sum()))
                .containsExactly(new double[] {3, -2}, within(1e-8));
        // Half the penalty's path is no other minimum.
        var direct = new LogisticRegression(List.of(penalty), 1000, 1e-9, 0)
                .scores(train, train.features())
                .getFirst();
        var path = new LogisticRegression(List.of(10.0, 1.0, penalty), 1000, 1e-9, 0)
                .scores(train, train.features())
                .getLast();
        assertThat(path.values()).containsExactly(direct.values(), within(1e-6));
    }

    @Test
    void leastSquaresFindsALineAndTheShortestOneWhereThereAreMany() {
        SplittableRandom random = new SplittableRandom(4);
        TargetFeatures train = line(60, random);
        TargetFeatures test = line(30, random);
        ProtocolResult exact = RidgeRegression.plain().judge(train, test);
        assertThat(exact.metric("mse")).isLessThan(1e-10);
        assertThat(exact.metric("tau")).isEqualTo(1.0);
        assertThat(exact.metric("prediction_probability")).isEqualTo(1.0);
        TargetFeatures few = train.select(IntStream.range(0, 6).toArray()); // fewer samples than features
        assertThat(RidgeRegression.plain().judge(few, few).metric("mse")).isLessThan(1e-10);
        assertThat(RidgeRegression.ridge(0).judge(train, test).metric("r2")).isGreaterThan(0.99);
        ProtocolResult neighbours = Protocols.named(
                        Protocols.regression(Protocols.Options.standard()), "knn-regression")
                .judge(train, test);
        assertThat(neighbours.metric("tau")).isBetween(0.2, 0.99);
    }

    @Test
    void fewShotsComeBelowManyAndRetrievalCountsByTheDefinition() {
        LabelledFeatures train = blobs(300, 2.2, 6);
        ProtocolResult result = new FewShotProtocol(List.of(1, 32), 20, 0).judge(train, blobs(150, 2.2, 7));
        double one = of(result, "1", "accuracy");
        double many = of(result, "32", "accuracy");
        assertThat(one).isLessThan(many - 0.05);
        // Gallery a b a at growing angles from a query of class a: AP@2 = (1/1) / 2, AP@3 = (1 + 2/3) / 2.
        LabelledFeatures gallery = new LabelledFeatures(
                new FeatureMatrix(new float[] {1, 0, 1, 1, 0, 1}, 2), new int[] {0, 1, 0}, List.of("a", "b"));
        LabelledFeatures query =
                new LabelledFeatures(new FeatureMatrix(new float[] {1, 0.1f}, 2), new int[] {0}, List.of("a", "b"));
        ProtocolResult found = new Retrieval(List.of(2, 3), TestDevice.NAME).judge(gallery, query);
        assertThat(found.metric("map")).isCloseTo((1 + 2 / 3.0) / 2, within(1e-12));
        assertThat(of(found, "2", "map")).isEqualTo(0.5);
    }

    @Test
    void resplitsAreTheSameForAllFeaturesOfTheSameSamples() {
        TrainTest<LabelledFeatures> one = new TrainTest<>(blobs(90, 1, 1), blobs(30, 1, 2));
        TrainTest<LabelledFeatures> other = new TrainTest<>(blobs(90, 2, 3), blobs(30, 2, 4));
        List<TrainTest<LabelledFeatures>> a = one.resplits(3, 0);
        List<TrainTest<LabelledFeatures>> b = other.resplits(3, 0);
        for (int i = 0; i < 3; i++) {
            assertThat(a.get(i).test().labels()).isEqualTo(b.get(i).test().labels());
            assertThat(a.get(i).test().size()).isEqualTo(30);
        }
        assertThat(a.get(0).test().features()).isNotEqualTo(a.get(1).test().features());
    }

    @Test
    void anUnknownProtocolIsAnsweredWithTheKnownOnes() {
        assertThatThrownBy(() -> Protocols.named(Protocols.classification(Protocols.Options.standard()), "ridge"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("knn, linear, logistic");
    }

    private static double of(ProtocolResult result, String setting, String metric) {
        return Objects.requireNonNull(
                Objects.requireNonNull(result.sweep().get(setting)).get(metric));
    }

    // Three classes around corners of length 4; the wider the spread, the more they overlap. Labels in turn.
    private static LabelledFeatures blobs(int n, double spread, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[n * WIDTH];
        int[] labels = IntStream.range(0, n).map(i -> i % 3).toArray();
        for (int i = 0; i < values.length; i++) {
            double center = i % WIDTH == labels[i / WIDTH] ? 4 : 0;
            values[i] = (float) (center + spread * random.nextGaussian() / 2);
        }
        return new LabelledFeatures(new FeatureMatrix(values, WIDTH), labels, List.of("a", "b", "c"));
    }

    private static TargetFeatures line(int n, SplittableRandom random) {
        float[] values = new float[n * WIDTH];
        double[] targets = new double[n];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
            targets[i / WIDTH] += (i % WIDTH - 4) * (double) values[i] + 0.25;
        }
        return new TargetFeatures(new FeatureMatrix(values, WIDTH), targets, null);
    }
}
