package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch_cuda;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.optim.Optimizer;
import org.cyphervit.optim.OptimizerOptions;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** What a step asks of a GPU before its loss is read must not make the CPU wait: LibTorch itself watches. */
class NoWaitingTest {
    private static final int NOTHING = 0;
    private static final int ERROR = 2;
    private static final int TILES = 6;

    @ParameterizedTest
    @CsvSource({
        "dino, vit_nano, ADAMW",
        "dino, cyphervit_nano, ADAMW",
        "ibot, vit_nano, ADAMW",
        "dinov2, cyphervit_nano, ADAMW",
        "moco, vit_nano, ADAMW",
        "simclr, cyphervit_nano, LARS",
        "mae, vit_nano, ADAMW",
        "supervised, cyphervit_nano, ADAMW"
    })
    void stepIsLaunchedWithoutWaiting(String name, String backbone, OptimizerOptions.Rule rule) {
        Assumptions.assumeTrue(TestDevice.NAME.startsWith("cuda"), "skipped: no GPU");
        Recipe recipe = recipe(name, backbone, rule);
        Device device = TestDevice.get();
        try (Scope scope = Scope.open()) {
            SslMethod method = recipe.method().make(recipe.backbone().build(0, device), new Init(1, device));
            Optimizer optimizer = new Optimizer(
                    method.trained().parameters(), recipe.optimizer().options(100));
            step(recipe, method, optimizer); // loads kernels and libraries, which may wait
            torch_cuda.warning_state().set_sync_debug_mode(ERROR);
            Tensor loss;
            try {
                loss = step(recipe, method, optimizer);
            } finally {
                torch_cuda.warning_state().set_sync_debug_mode(NOTHING);
            }
            assertThat(loss.item_double()).isFinite();
        }
    }

    private static Tensor step(Recipe recipe, SslMethod method, Optimizer optimizer) {
        Device device = TestDevice.get();
        SeededGenerator generator = new SeededGenerator(3, device);
        List<Tensor> views = recipe.views().recipe().expanded().stream()
                .map(view -> generator.normal(1, TILES, 3, view.size(), view.size()))
                .toList();
        Tensor labels =
                Tensors.ofLabels(IntStream.range(0, TILES).map(i -> i % 2).toArray());
        TrainingProgress progress = new TrainingProgress(50, 100, 10);
        Tensor loss = Precision.BF16.run(
                device,
                () -> method.loss(new Batch(views, labels), ForwardMode.training(generator), progress)
                        .value());
        loss.backward();
        optimizer.step(50, 100, parameter -> false);
        method.afterStep(progress);
        return loss;
    }

    private static Recipe recipe(String method, String backbone, OptimizerOptions.Rule rule) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=" + method);
        Recipes.set(overrides, "backbone={name: " + backbone + ", width: 24, dropPath: 0.3}");
        boolean locals = method.startsWith("dino") || method.equals("ibot");
        Recipes.set(overrides, "views={globalSize: 32" + (locals ? ", localSize: 16, locals: 1" : "") + "}");
        Recipes.set(overrides, "optimizer.rule=" + rule);
        return Recipes.resolve(overrides, new DatasetInfo(100, List.of("a", "b")));
    }
}
