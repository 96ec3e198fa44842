package org.cyphervit.ssl.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class KoLeoLossTest {
    private static final int VIEWS = 2;
    private static final int B = 4;

    @Test
    void isMinusTheMeanLogDistanceToTheNearestOfTheSameView() {
        Definition.check(
                Definition.random(1, VIEWS * B, 3),
                KoLeoLossTest::definition,
                features -> KoLeoLoss.value(features, VIEWS));
    }

    // Sablayrolles 2019, Eq. 3; the sum over views as DINOv2 has it. |x - y|^2 = 2 - 2 cos for vectors of length 1.
    private static double definition(double[][] features) {
        double sum = 0;
        for (int v = 0; v < VIEWS; v++) {
            for (int b = 0; b < B; b++) {
                double nearest = Double.POSITIVE_INFINITY;
                for (int c = 0; c < B; c++) {
                    double cosine = Definition.cosine(features[v * B + b], features[v * B + c]);
                    nearest = c == b ? nearest : Math.min(nearest, Math.sqrt(2 - 2 * cosine));
                }
                sum -= Math.log(nearest + 1e-8) / B;
            }
        }
        return sum;
    }

    @Test
    void equalFeaturesHaveAFiniteGradient() {
        try (Scope scope = Scope.open()) {
            Tensor leaf = Tensors.of(new float[] {1, 2, 1, 2, 1, 2}, 3, 2).set_requires_grad(true);
            KoLeoLoss.value(leaf, 1).backward();
            for (float g : Tensors.floats(leaf.grad())) {
                assertThat(g).isFinite();
            }
        }
    }
}
