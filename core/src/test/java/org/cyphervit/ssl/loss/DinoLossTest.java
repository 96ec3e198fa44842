package org.cyphervit.ssl.loss;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class DinoLossTest {
    private static final int B = 3;
    private static final int K = 5;
    private static final int VIEWS = 4;
    private static final int GLOBALS = 2;
    private static final double STUDENT = 0.3;
    private static final double TEACHER = 0.2;

    private final double[][] teacher = Definition.random(1, GLOBALS * B, K);
    private final double[] center = Definition.random(2, 1, K)[0];

    @Test
    void isTheMeanCrossEntropyOverPairsOfAGlobalAndAnotherView() {
        try (Scope scope = Scope.open()) {
            DinoLoss loss = loss();
            Tensor scores = Definition.tensor(teacher);
            Definition.check(
                    Definition.random(3, VIEWS * B, K),
                    this::definition,
                    student -> loss.forward(student, scores, VIEWS, GLOBALS, STUDENT, TEACHER)
                            .value());
        }
    }

    // Caron 2021, Algorithm 1, for all pairs of multi-crop.
    private double definition(double[][] student) {
        double sum = 0;
        int pairs = 0;
        for (int g = 0; g < GLOBALS; g++) {
            for (int v = 0; v < VIEWS; v++) {
                if (v == g) {
                    continue;
                }
                pairs++;
                for (int b = 0; b < B; b++) {
                    double[] q = Definition.softmax(Definition.minus(teacher[g * B + b], center), TEACHER);
                    double[] p = Definition.softmax(student[v * B + b], STUDENT);
                    sum += Definition.crossEntropy(q, p);
                }
            }
        }
        return sum / (pairs * B);
    }

    @Test
    void tellsTheTeachersEntropyAndMovesTheCentreTowardsTheTeachersMean() {
        try (Scope scope = Scope.open()) {
            DinoLoss loss = loss();
            Tensor scores = Definition.tensor(teacher);
            Tensor student = Definition.tensor(Definition.random(3, VIEWS * B, K));
            double entropy = 0;
            double[] mean = new double[K];
            for (double[] row : teacher) {
                double[] q = Definition.softmax(Definition.minus(row, center), TEACHER);
                entropy += Definition.crossEntropy(q, q) / teacher.length;
                for (int k = 0; k < K; k++) {
                    mean[k] += row[k] / teacher.length;
                }
            }
            DinoLoss.Value value = loss.forward(student, scores, VIEWS, GLOBALS, STUDENT, TEACHER);
            assertThat(value.teacherEntropy().item_double()).isCloseTo(entropy, within(1e-5));
            loss.updateCenter(scores, 0.9);
            float[] moved = Tensors.floats(loss.center());
            for (int k = 0; k < K; k++) {
                assertThat((double) moved[k]).isCloseTo(0.9 * center[k] + 0.1 * mean[k], within(1e-5));
            }
        }
    }

    private DinoLoss loss() {
        DinoLoss loss = new DinoLoss(K, new Init(0, TestDevice.get()));
        try (NoGradGuard noGrad = new NoGradGuard()) {
            loss.center().copy_(Definition.tensor(new double[][] {center}));
        }
        return loss;
    }
}
