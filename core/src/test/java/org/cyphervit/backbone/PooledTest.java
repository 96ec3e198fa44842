package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.Pass;
import org.cyphervit.torch.Draws;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Recomputation;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The pooled feature alone is that of the whole pass, and so are all gradients. */
class PooledTest {
    private static final Device DEVICE = TestDevice.get();

    // With all that a block can have: stochastic depth, registers, layer scale.
    private final Backbone vit = new VitConfig(48, 3, 3, 8, 32, 0.4, 2, 0.5).build(1, DEVICE);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void asTheWholePassHasIt(boolean recomputed) {
        Map<String, float[]> whole =
                step((images, pass) -> vit.forward(images, pass).pooled(), false);
        Map<String, float[]> alone = step(vit::pooled, recomputed);
        assertThat(alone.keySet())
                .isEqualTo(whole.keySet())
                .contains("feature", "blocks.2.mlp.fc1.weight", "reg_token");
        whole.forEach((name, values) -> {
            float[] same = Objects.requireNonNull(alone.get(name));
            assertThat(same).as(name).hasSameSizeAs(values);
            float largest = 1; // gradients are sums of terms that cancel: rounding goes with the largest
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            for (int i = 0; i < values.length; i++) {
                assertThat(same[i]).as(name).isCloseTo(values[i], within(2e-5f * largest));
            }
        });
    }

    // The feature of six images, of which stochastic depth drops some in each block, and the gradients of all
    // parameters.
    private Map<String, float[]> step(BiFunction<Tensor, Pass, Tensor> feature, boolean recomputed) {
        Map<String, float[]> result = new TreeMap<>();
        try (Scope scope = Scope.open()) {
            Draws draws = new Draws(5, DEVICE);
            Recomputation recomputation = recomputed ? new Recomputation(draws, Precision.FP32) : null;
            Tensor images = new Draws(6, DEVICE).normal(1, 6, 3, 32, 40);
            Tensor value = feature.apply(images, Pass.training(draws, recomputation));
            Tensor loss = value.mul(new Draws(7, DEVICE).normal(1, 6, 48)).sum();
            if (recomputation == null) {
                loss.backward();
            } else {
                recomputation.backward(loss);
            }
            result.put("feature", Tensors.floats(value));
            vit.parameters().forEach((name, parameter) -> {
                result.put(name, Tensors.floats(parameter.grad()));
                parameter.mutable_grad().reset();
            });
        }
        return result;
    }
}
