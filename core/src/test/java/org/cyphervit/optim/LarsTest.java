package org.cyphervit.optim;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

/** LARS against its equations worked out by hand (You 2017). */
class LarsTest {
    private static final double RATE = 0.5;
    private static final double DECAY = 0.1;

    @Test
    void twoStepsFollowTheEquations() {
        try (Scope scope = Scope.open()) {
            Map<String, Tensor> parameters = new LinkedHashMap<>();
            parameters.put("a.weight", leaf(Tensors.of(new float[] {3, 4}, 1, 2)));
            parameters.put("a.bias", leaf(Tensors.of(new float[] {1}, 1)));
            parameters.put("zero.weight", leaf(Tensors.of(new float[] {0, 0}, 1, 2)));
            Optimizer optimizer = new Optimizer(
                    parameters,
                    new OptimizerOptions(
                            OptimizerOptions.Rule.LARS,
                            new Schedule(RATE, 0, 0), // half a cosine: RATE, then RATE / 2
                            Schedule.constant(DECAY),
                            0,
                            0.9,
                            0,
                            1e-8));
            double[] weight = {3, 4};
            double[] velocity = new double[2];
            double bias = 1;
            double biasVelocity = 0;
            for (int step = 0; step < 2; step++) {
                double rate = step == 0 ? RATE : RATE / 2;
                // The loss 2 x + y over all entries: gradient (2, 1) for matrices, 2 for the bias.
                Tensor direction = Tensors.of(new float[] {2, 1}, 1, 2);
                parameters.get("a.weight").mul(direction).sum().backward();
                parameters.get("zero.weight").mul(direction).sum().backward();
                parameters
                        .get("a.bias")
                        .mul(Tensors.of(new float[] {2}, 1))
                        .sum()
                        .backward();
                optimizer.step(step, 2, name -> false);
                double[] g = {2 + DECAY * weight[0], 1 + DECAY * weight[1]};
                double trust = 0.001 * Math.hypot(weight[0], weight[1]) / Math.hypot(g[0], g[1]);
                for (int i = 0; i < 2; i++) {
                    velocity[i] = 0.9 * velocity[i] + rate * trust * g[i];
                    weight[i] -= velocity[i];
                }
                biasVelocity = 0.9 * biasVelocity + rate * 2;
                bias -= biasVelocity;
            }
            float[] got = Tensors.floats(parameters.get("a.weight"));
            assertThat(got[0]).isCloseTo((float) weight[0], within(1e-6f));
            assertThat(got[1]).isCloseTo((float) weight[1], within(1e-6f));
            assertThat(Tensors.floats(parameters.get("a.bias"))[0]).isCloseTo((float) bias, within(1e-6f));
            // A matrix of zeros has no size to scale by and takes the plain step.
            assertThat(Tensors.floats(parameters.get("zero.weight"))[0]).isLessThan(-1.5f);
        }
    }

    private static Tensor leaf(Tensor values) {
        return values.set_requires_grad(true);
    }
}
