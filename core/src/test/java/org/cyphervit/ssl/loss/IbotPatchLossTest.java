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

class IbotPatchLossTest {
    private static final int K = 4;
    private static final double STUDENT = 0.3;
    private static final double TEACHER = 0.2;

    // Five masked patches of three views: two of the first, one of the second, two of the third; the last row fills
    // up.
    private static final double[] WEIGHTS = {1 / 6.0, 1 / 6.0, 1 / 3.0, 1 / 6.0, 1 / 6.0, 0};

    private final double[][] teacher = Definition.random(1, WEIGHTS.length, K);
    private final double[] center = Definition.random(2, 1, K)[0];

    @Test
    void isTheMeanOverViewsOfTheMeanCrossEntropyAtMaskedPatches() {
        try (Scope scope = Scope.open()) {
            IbotPatchLoss loss = loss();
            Tensor weights = Definition.tensor(new double[][] {WEIGHTS}).flatten();
            Tensor targets = loss.targets(Definition.tensor(teacher), TEACHER);
            Definition.check(
                    Definition.random(3, WEIGHTS.length, K),
                    this::definition,
                    student -> IbotPatchLoss.value(student, targets, weights, STUDENT));
        }
    }

    // Zhou 2021, Eq. 2.
    private double definition(double[][] student) {
        double sum = 0;
        for (int i = 0; i < student.length; i++) {
            double[] q = Definition.softmax(Definition.minus(teacher[i], center), TEACHER);
            sum += WEIGHTS[i] * Definition.crossEntropy(q, Definition.softmax(student[i], STUDENT));
        }
        return sum;
    }

    @Test
    void theCentreMovesTowardsTheMeanScoreOfAllPatches() {
        try (Scope scope = Scope.open()) {
            IbotPatchLoss loss = loss();
            loss.updateCenter(Definition.tensor(new double[][] {{1, 2, 3, 4}}), 0.75);
            float[] moved = Tensors.floats(loss.center());
            for (int k = 0; k < K; k++) {
                assertThat((double) moved[k]).isCloseTo(0.75 * center[k] + 0.25 * (k + 1), within(1e-6));
            }
        }
    }

    private IbotPatchLoss loss() {
        IbotPatchLoss loss = new IbotPatchLoss(K, new Init(0, TestDevice.get()));
        try (NoGradGuard noGrad = new NoGradGuard()) {
            loss.center().copy_(Definition.tensor(new double[][] {center}).unsqueeze(0));
        }
        return loss;
    }
}
