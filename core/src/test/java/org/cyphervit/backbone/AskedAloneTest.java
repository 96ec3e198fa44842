package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Recomputation;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is asked alone, pooled features or some patches, is that of the whole pass, and so are all gradients. */
class AskedAloneTest {
    private static final Device DEVICE = TestDevice.get();

    // With all that a block can have: stochastic depth, registers, layer scale.
    private final Backbone vit = VitConfig.of(48, 3, 3, 8, 32)
            .withDropPath(0.4)
            .withRegisters(2)
            .withLayerScale(0.5)
            .build(1, DEVICE);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void pooledFeatures(boolean recomputed) {
        assertSame(step((images, pass) -> vit.forward(images, pass).pooled(), false), step(vit::pooled, recomputed));
    }

    // Two of image 0, its first and its last, one of images 1, 2 and 5, none of the others.
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void somePatches(boolean recomputed) {
        long[] chosen = {0, 19, 20, 45, 101};
        assertSame(
                step(
                        (images, pass) -> joined(vit.forward(images, pass, AskedAloneTest::changed)
                                .some(on(chosen))),
                        false),
                step(
                        (images, pass) -> joined(vit.some(images, pass, AskedAloneTest::changed, on(chosen))),
                        recomputed));
    }

    @Test
    void noPatchAtAll() {
        assertSame(
                step((images, pass) -> vit.forward(images, pass).pooled(), false),
                step((images, pass) -> joined(vit.some(images, pass, UnaryOperator.identity(), on())), false));
    }

    private static Tensor joined(SomePatches some) {
        return Tensors.cat(List.of(some.pooled(), some.patches()), 0);
    }

    private static Tensor changed(Tensor patches) {
        return patches.mul(new Scalar(2));
    }

    private static Tensor on(long... chosen) {
        return Tensors.onto(Tensors.of(chosen, chosen.length), DEVICE);
    }

    private static void assertSame(Map<String, float[]> whole, Map<String, float[]> alone) {
        assertThat(alone.keySet()).isEqualTo(whole.keySet()).contains("asked", "blocks.2.mlp.fc1.weight", "reg_token");
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

    // What is asked of six images, of which stochastic depth drops some in each block, and the gradients of all
    // parameters.
    private Map<String, float[]> step(BiFunction<Tensor, ForwardMode, Tensor> asked, boolean recomputed) {
        Map<String, float[]> result = new TreeMap<>();
        try (Scope scope = Scope.open()) {
            SeededGenerator generator = new SeededGenerator(5, DEVICE);
            Recomputation recomputation = recomputed ? new Recomputation(generator, Precision.FP32) : null;
            Tensor images = new SeededGenerator(6, DEVICE).normal(1, 6, 3, 32, 40);
            Tensor value = asked.apply(images, ForwardMode.training(generator, recomputation));
            Tensor loss = value.mul(new SeededGenerator(7, DEVICE).normal(1, value.size(0), 48))
                    .sum();
            if (recomputation == null) {
                loss.backward();
            } else {
                recomputation.backward(loss);
            }
            result.put("asked", Tensors.floats(value));
            vit.parameters().forEach((name, parameter) -> {
                result.put(name, Tensors.floats(parameter.grad()));
                parameter.mutable_grad().reset();
            });
        }
        return result;
    }
}
