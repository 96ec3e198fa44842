package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Test;

class DistillationLossTest {
    private static final int N = 5;
    private static final int WIDTH = 6;

    private final double[][] teacher = Definition.random(1, N, WIDTH);

    @Test
    void byDirectionItIsOneMinusTheCosine() {
        try (Scope scope = Scope.open()) {
            Tensor wanted = Definition.tensor(teacher);
            Definition.check(
                    Definition.random(2, N, WIDTH),
                    student -> {
                        double sum = 0;
                        for (int i = 0; i < N; i++) {
                            double product = 0;
                            double lengths = 0;
                            double lengtht = 0;
                            for (int d = 0; d < WIDTH; d++) {
                                product += student[i][d] * teacher[i][d];
                                lengths += student[i][d] * student[i][d];
                                lengtht += teacher[i][d] * teacher[i][d];
                            }
                            sum += 1 - product / Math.sqrt(lengths * lengtht);
                        }
                        return sum / N;
                    },
                    student -> DistillationLoss.cosine(student, wanted));
        }
    }

    @Test
    void byValueTheTeachersVectorsHaveMeanZeroAndVarianceOne() {
        try (Scope scope = Scope.open()) {
            Tensor wanted = Definition.tensor(teacher);
            Definition.check(
                    Definition.random(2, N, WIDTH),
                    student -> {
                        double sum = 0;
                        for (int i = 0; i < N; i++) {
                            double mean = 0;
                            for (double t : teacher[i]) {
                                mean += t / WIDTH;
                            }
                            double variance = 0;
                            for (double t : teacher[i]) {
                                variance += (t - mean) * (t - mean) / WIDTH;
                            }
                            for (int d = 0; d < WIDTH; d++) {
                                double target = (teacher[i][d] - mean) / Math.sqrt(variance + 1e-6);
                                sum += Math.pow(student[i][d] - target, 2);
                            }
                        }
                        return sum / (N * WIDTH);
                    },
                    student -> DistillationLoss.squared(student, wanted));
        }
    }
}
