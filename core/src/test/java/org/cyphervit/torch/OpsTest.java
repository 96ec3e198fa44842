package org.cyphervit.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.junit.jupiter.api.Test;

class OpsTest {
    @Test
    void fusedAdamWEqualsTheEquations() {
        try (Scope scope = Scope.open()) {
            Tensor p = Tensors.of(new float[] {1, -2}, 2);
            Tensor g = Tensors.of(new float[] {0.5f, 0.25f}, 2);
            Tensor m = torch.zeros(2);
            Tensor v = torch.zeros(2);
            Tensor step = torch.zeros();
            Foreach.adamW(List.of(p), List.of(g), List.of(m), List.of(v), List.of(step), 0.1, 0.9, 0.999, 0.04, 1e-8);
            // After one step the bias-corrected ratio is the sign of the gradient.
            assertThat(Tensors.doubles(p)[0])
                    .isCloseTo(1 * (1 - 0.1 * 0.04) - 0.1, org.assertj.core.data.Offset.offset(1e-6));
            assertThat(Tensors.doubles(p)[1])
                    .isCloseTo(-2 * (1 - 0.1 * 0.04) - 0.1, org.assertj.core.data.Offset.offset(1e-6));
            assertThat(step.item_double()).isEqualTo(1.0);
        }
    }

    @Test
    void listsAreUpdatedInPlace() {
        try (Scope scope = Scope.open()) {
            Tensor a = Tensors.of(new float[] {0, 2}, 2);
            Tensor b = Tensors.of(new float[] {4, 4}, 2);
            Foreach.lerp(List.of(a), List.of(b), 0.25);
            assertThat(Tensors.floats(a)).containsExactly(1f, 2.5f);
            Foreach.scale(List.of(a, b), Tensors.of(new float[] {2, 0.5f}, 2));
            assertThat(Tensors.floats(a)).containsExactly(2f, 5f);
            assertThat(Tensors.floats(Foreach.norms(List.of(b)))[0])
                    .isCloseTo((float) Math.sqrt(8), org.assertj.core.data.Offset.offset(1e-6f));
            Foreach.copy(List.of(a), List.of(b));
            assertThat(Tensors.floats(a)).containsExactly(2f, 2f);
        }
    }

    @Test
    void onlyTheResultOutlivesItsComputation() {
        List<Tensor> seen = new ArrayList<>();
        try (Scope outer = Scope.open()) {
            Tensor x = torch.ones(4).requires_grad_(true);
            Tensor result = Scope.only(() -> {
                Tensor square = x.mul(x);
                seen.add(square);
                return square.mul(x).sum();
            });
            seen.add(result);
            assertThat(seen.getFirst().isNull()).isTrue();
            result.backward(); // through the tensors whose handles are gone
            assertThat(Tensors.floats(x.grad())).containsOnly(3);
        }
        assertThat(seen.getLast().isNull()).isTrue();
    }

    @Test
    void anUnknownOperatorIsNamed() {
        assertThatThrownBy(() -> Ops.call("aten::no_such_operator", "")).hasMessageContaining("no_such_operator");
    }

    @Test
    void drawsRepeatFromSeedAndStep() {
        try (Scope scope = Scope.open()) {
            SeededGenerator generator = new SeededGenerator(7, new Device("cpu"));
            float[] first = Tensors.floats(generator.at(3).normal(1, 4));
            float[] other = Tensors.floats(generator.at(4).normal(1, 4));
            assertThat(Tensors.floats(
                            new SeededGenerator(7, new Device("cpu")).at(3).normal(1, 4)))
                    .containsExactly(first);
            assertThat(other).isNotEqualTo(first);
            float[] truncated = Tensors.floats(generator.truncatedNormal(1.5, 10_000));
            for (float value : truncated) {
                assertThat(Math.abs(value)).isLessThanOrEqualTo(2f);
            }
        }
    }

    @Test
    void autocastSeesUpdatedWeights() {
        // GIVEN a weight used once under autocast, so that its bfloat16 copy is in the cache
        try (Scope scope = Scope.open()) {
            Device cpu = new Device("cpu");
            Tensor weight = Tensors.of(new float[] {1}, 1, 1).requires_grad_(true);
            Tensor x = Tensors.of(new float[] {1}, 1, 1);
            assertThat(Precision.BF16.run(cpu, () -> torch.linear(x, weight)).item_float())
                    .isEqualTo(1f);
            // WHEN it is updated
            weight.detach().mul_(new Scalar(3));
            // THEN the next pass uses the new value
            assertThat(Precision.BF16.run(cpu, () -> torch.linear(x, weight)).item_float())
                    .isEqualTo(3f);
        }
    }

    @Test
    void nativeErrorsAreShownWithoutFrames() {
        try (Scope scope = Scope.open()) {
            Tensor a = torch.zeros(2, 3);
            assertThatThrownBy(() -> a.matmul(a))
                    .satisfies(error -> assertThat(Engine.firstLine(error))
                            .doesNotContain("\n")
                            .doesNotContain("frame #")
                            .contains("shapes"));
        }
    }

    @Test
    void aThreadPerCoreWhereNobodySaysOtherwise() {
        assertThat(Processor.cores()).isBetween(1, Runtime.getRuntime().availableProcessors());
        assertThat(Engine.threads(0, false, 1, 2)).as("MKL sees one of two").isEqualTo(2);
        assertThat(Engine.threads(0, false, 4, 2)).isEqualTo(4);
        assertThat(Engine.threads(0, true, 1, 2)).as("the environment says one").isEqualTo(1);
        assertThat(Engine.threads(3, true, 1, 2)).as("the program says three").isEqualTo(3);
    }

    @Test
    void theChosenNumberOfThreadsHoldsForEachCaller() throws Exception {
        int before = Engine.threads();
        AtomicInteger seen = new AtomicInteger();
        try {
            Engine.threads(before + 1);
            Thread fresh = new Thread(() -> seen.set(Engine.threads())); // the engine gives it a number of its own
            fresh.start();
            fresh.join();
        } finally {
            Engine.threads(before);
        }
        assertThat(seen.get()).isEqualTo(before + 1);
    }
}
