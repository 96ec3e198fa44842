package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.eval.protocol.KnnProbe;
import org.cyphervit.export.OnnxFile;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.Methods;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** A method of one file and a line of registration does all that the project's own methods do. */
class ToyMethodTest {
    @Test
    void trainsResumesEvaluatesMapsAndExports(@TempDir Path folder) throws IOException {
        assertThat(Methods.names()).contains("toy", "dino");
        Recipe recipe = recipe("run.steps=12");
        assertThat(Recipes.parse(Recipes.write(recipe))).isEqualTo(recipe); // what the report reads
        assertThat(recipe.optimizer().baseLearningRate()).isEqualTo(2e-3);

        Path straight = folder.resolve("straight");
        new Run(straight, recipe, TinyRun.TISSUE, null, List.of(new MetricsCsv())).train(false);
        var steps = MetricsCsv.read(straight.resolve(MetricsCsv.NAME));
        assertThat(Objects.requireNonNull(steps.lastEntry().getValue().get("loss")))
                .isLessThan(Objects.requireNonNull(steps.firstEntry().getValue().get("loss")));
        assertThat(steps.lastEntry().getValue()).containsKeys("invariance", "rankme", "token_balance");

        Path stopped = folder.resolve("stopped");
        TinyRun.stoppedAfter(5, stopped, recipe, TinyRun.TISSUE);
        new Run(stopped, recipe, TinyRun.TISSUE, null, List.of()).train(true);
        assertThat(stopped.resolve(EncoderFile.NAME)).hasSameBinaryContentAs(straight.resolve(EncoderFile.NAME));

        try (Scope scope = Scope.open();
                Backbone encoder = EncoderFile.read(straight, TestDevice.get());
                Backbone onCpu = EncoderFile.read(straight, Engine.device("cpu"))) {
            KnnProbe probe = KnnProbe.of(TinyRun.TISSUE, TestDevice.NAME, (what, tiles) -> done -> {});
            assertThat(Objects.requireNonNull(probe).measure(encoder)).containsKey("knn_accuracy");
            assertThat(PhenotypeMaps.of(encoder, TinyRun.TISSUE.read(0), 1, TestDevice.get())
                            .tokens())
                    .isEqualTo(4);
            Path onnx = folder.resolve("toy.onnx");
            OnnxFile.write(onnx, onCpu, onCpu.config().imageSize(), "{}");
            assertThat(Files.size(onnx)).isPositive();
        }
    }

    @Test
    void itsKeysAreCheckedAsThoseOfOthers() {
        assertThatThrownBy(() -> recipe("method.varience=2"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'variance'");
        assertThatThrownBy(() -> recipe("method.out=0"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("out >= 1");
        assertThatThrownBy(() -> recipe("views.locals=2"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("does nothing in the method 'toy'");
    }

    private static Recipe recipe(String setting) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=toy");
        Recipes.set(overrides, "backbone={name: cyphervit_nano, width: 24}");
        Recipes.set(overrides, "views.globalSize=32");
        Recipes.set(overrides, "run={batch: 8, checkpointEvery: 100, loaderThreads: 1, seed: 5}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        Recipes.set(overrides, setting);
        return Recipes.resolve(overrides, new DatasetInfo(TinyRun.TISSUE.size(), TinyRun.TISSUE.classes()));
    }
}
