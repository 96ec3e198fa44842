package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Optional;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.recipe.MachineDefaults;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.node.ObjectNode;

class MemoryPlanTest {
    private static final Recipe RECIPE = TinyRun.recipe("vit_nano", 100, "run.batch=64", "run.accumulate=1");

    // 1 GB and 300 MB an image, or 100 MB with blocks that are computed again.
    private static Optional<TrainingCost> cost(Recipe recipe) {
        return Optional.of(new TrainingCost(1e9, recipe.run().recompute() ? 100e6 : 300e6, 0.5));
    }

    @Test
    void whatFitsStaysAsItIs() {
        MemoryPlan plan = MemoryPlan.of(RECIPE, 1000, Set.of(), 30e9, MemoryPlanTest::cost)
                .orElseThrow();
        assertThat(plan.recipe()).isEqualTo(RECIPE);
        assertThat(plan.stepSeconds()).isEqualTo(32);
        assertThat(plan.words())
                .contains("20 GB of the 30 GB", "64 tiles takes some 32 s", "all 100 steps some 53 min");
    }

    @Test
    void blocksAreComputedAgainBeforeBatchesShrink() {
        MemoryPlan plan = MemoryPlan.of(RECIPE, 1000, Set.of(), 10e9, MemoryPlanTest::cost)
                .orElseThrow();
        assertThat(plan.recipe().run().recompute()).isTrue();
        assertThat(plan.recipe().run().batch()).isEqualTo(64);
        assertThat(plan.words()).contains("20 GB", "run.recompute is true");

        MemoryPlan smaller =
                MemoryPlan.of(RECIPE, 1000, Set.of(), 4e9, MemoryPlanTest::cost).orElseThrow();
        assertThat(smaller.recipe().run().batch()).isEqualTo(16);
        assertThat(smaller.recipe().run().accumulate()).isEqualTo(4);
        assertThat(smaller.recipe().optimizer()).isEqualTo(RECIPE.optimizer());
        assertThat(smaller.words()).contains("run.batch is 16 and run.accumulate 4");
    }

    @Test
    void whatTheUserSetIsRefusedWithWhatFits() {
        assertThatThrownBy(() -> MemoryPlan.of(RECIPE, 1000, Set.of("batch", "recompute"), 10e9, MemoryPlanTest::cost))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("some 20 GB")
                .hasMessageContaining("run.batch=16 run.accumulate=4");
        assertThatThrownBy(() -> MemoryPlan.of(RECIPE, 1000, Set.of(), 0.9e9, MemoryPlanTest::cost))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("smaller backbone");
    }

    @Test
    void theBackboneSuitsTheMachine() {
        assertThat(chosen(2, "", "cpu", "dino")).contains("cyphervit_nano", "fp32");
        assertThat(chosen(16, "AMX", "cpu", "dino")).contains("cyphervit_tiny", "bf16");
        assertThat(chosen(2, "", "cuda", "mae")).contains("vit_small", "bf16", "GPU");
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "backbone.name=vit_tiny");
        Recipes.set(overrides, "run.precision=fp32");
        assertThat(new MachineDefaults(2, "AMX").complete(overrides)).isEmpty();
        assertThat(new MachineDefaults(8, "").precision("cpu")).isEqualTo(Precision.FP32);
    }

    private static String chosen(int cores, String bf16, String device, String method) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "run.device=" + device);
        Recipes.set(overrides, "method.name=" + method);
        return new MachineDefaults(cores, bf16).complete(overrides);
    }
}
