package org.cyphervit.ssl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class SinkhornKnoppTest {
    private static final int M = 6;
    private static final int K = 3;
    private static final double TEMPERATURE = 0.5;

    @Test
    void scalesPrototypesAndImagesInTurns() {
        double[][] scores = Definition.random(4, M, K);
        double[][] expected = definition(scores);
        try (Scope scope = Scope.open()) {
            check(SinkhornKnopp.targets(Definition.tensor(scores), TEMPERATURE, Group.singleProcess()), expected);
        }
    }

    @Test
    void rowsThatDoNotCountChangeNothingAndGetNothing() {
        double[][] scores = Definition.random(4, M, K);
        double[][] more = Arrays.copyOf(scores, M + 2);
        more[M] = new double[] {3, 3, 3}; // the largest of all
        more[M + 1] = new double[] {-3, -3, -3};
        double[][] expected = Arrays.copyOf(definition(scores), M + 2);
        expected[M] = new double[K];
        expected[M + 1] = new double[K];
        try (Scope scope = Scope.open()) {
            Tensor counted = Tensors.onto(Tensors.of(new float[] {1, 1, 1, 1, 1, 1, 0, 0}, M + 2, 1), TestDevice.get());
            check(
                    SinkhornKnopp.targets(Definition.tensor(more), counted, TEMPERATURE, Group.singleProcess()),
                    expected);
        }
    }

    // Caron 2020 (SwAV), Algorithm 1: three rounds, columns to 1/K, rows to 1/M; in the end rows to 1.
    private static double[][] definition(double[][] scores) {
        double[][] q = new double[M][K];
        for (int i = 0; i < M; i++) {
            for (int k = 0; k < K; k++) {
                q[i][k] = Math.exp(scores[i][k] / TEMPERATURE);
            }
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
        for (double[] row : q) {
            for (int k = 0; k < K; k++) {
                row[k] *= M;
            }
        }
        return q;
    }

    private static void check(Tensor targets, double[][] expected) {
        float[] got = Tensors.floats(targets);
        assertThat(got).hasSize(expected.length * K);
        for (int i = 0; i < got.length; i++) {
            assertThat((double) got[i]).isCloseTo(expected[i / K][i % K], within(1e-5));
        }
    }
}
