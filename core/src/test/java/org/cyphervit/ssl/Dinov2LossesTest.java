package org.cyphervit.ssl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.Comparator;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

/** KoLeo and Sinkhorn-Knopp against their equations in plain Java (Oquab 2023, 4). */
class Dinov2LossesTest {
    private static final Comparator<Float> CLOSE = (a, b) -> Math.abs(a - b) < 1e-6 ? 0 : Float.compare(a, b);

    @Test
    void koLeoIsMinusTheMeanLogDistanceToTheNearest() {
        try (Scope scope = Scope.open()) {
            // Two views of three images; on the unit circle at 0, 10 and 90 degrees, then 0, 30 and 60.
            double[] degrees = {0, 10, 90, 0, 30, 60};
            float[] features = new float[12];
            for (int i = 0; i < 6; i++) {
                features[2 * i] = (float) (3 * Math.cos(Math.toRadians(degrees[i])));
                features[2 * i + 1] = (float) (3 * Math.sin(Math.toRadians(degrees[i])));
            }
            Tensor leaf = Tensors.of(features, 6, 2).set_requires_grad(true);
            Tensor value = KoLeo.value(leaf, 2);
            double first = -(2 * Math.log(chord(10)) + Math.log(chord(80))) / 3;
            double second = -Math.log(chord(30));
            assertThat(value.item_double()).isCloseTo(first + second, within(1e-5));
            value.backward();
            // The pair at 0 and 10 degrees is pushed apart: the first turns back, the second on.
            float[] gradient = Tensors.floats(leaf.grad());
            assertThat(gradient[1]).isPositive();
            assertThat(gradient[2]).isPositive();
        }
    }

    @Test
    void koLeoOfEqualFeaturesHasAFiniteGradient() {
        try (Scope scope = Scope.open()) {
            Tensor leaf = Tensors.of(new float[] {1, 2, 1, 2, 1, 2}, 3, 2).set_requires_grad(true);
            KoLeo.value(leaf, 1).backward();
            for (float g : Tensors.floats(leaf.grad())) {
                assertThat(g).isFinite();
            }
        }
    }

    @Test
    void sinkhornKnoppAlternatesPrototypesAndImages() {
        int M = 6;
        int K = 3;
        double temperature = 0.5;
        SplittableRandom random = new SplittableRandom(4);
        float[] scores = new float[M * K];
        double[][] q = new double[M][K];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = (float) random.nextDouble(-1, 1);
            q[i / K][i % K] = Math.exp(scores[i] / temperature);
        }
        for (int round = 0; round < 3; round++) {
            for (int k = 0; k < K; k++) {
                double sum = 0;
                for (double[] row : q) {
                    sum += row[k];
                }
                for (double[] row : q) {
                    row[k] /= sum * K;
                }
            }
            for (double[] row : q) {
                double sum = Arrays.stream(row).sum();
                for (int k = 0; k < K; k++) {
                    row[k] /= sum * M;
                }
            }
        }
        try (Scope scope = Scope.open()) {
            float[] got =
                    Tensors.floats(SinkhornKnopp.targets(Tensors.of(scores, M, K), temperature, Group.singleProcess()));
            for (int i = 0; i < got.length; i++) {
                assertThat((double) got[i]).isCloseTo(M * q[i / K][i % K], within(1e-5));
            }
            // Two more rows that do not count: the largest scores of all and the smallest.
            float[] more = Arrays.copyOf(scores, (M + 2) * K);
            Arrays.fill(more, M * K, (M + 1) * K, 3);
            Arrays.fill(more, (M + 1) * K, (M + 2) * K, -3);
            Tensor counted = Tensors.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, M + 2, 1);
            float[] filled = Tensors.floats(
                    SinkhornKnopp.targets(Tensors.of(more, M + 2, K), counted, temperature, Group.singleProcess()));
            assertThat(Arrays.copyOf(filled, got.length))
                    .usingElementComparator(CLOSE)
                    .containsExactly(got);
            assertThat(Arrays.copyOfRange(filled, got.length, filled.length)).containsOnly(0);
        }
    }

    private static double chord(double degrees) {
        return 2 * Math.sin(Math.toRadians(degrees) / 2);
    }
}
