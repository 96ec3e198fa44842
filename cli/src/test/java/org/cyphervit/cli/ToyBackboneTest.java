package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.bench.measure.StepBench;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.ProductTrace;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

/** A backbone of another jar goes the whole road: it trains, resumes, is judged, mapped, exported and reported. */
class ToyBackboneTest {
    @TempDir
    private Path folder;

    @Test
    void everyCommandTakesABackboneThatTheProgramDoesNotKnow() throws Exception {
        Path tiles = SmallRun.paint(folder);
        Path whole = folder.resolve("whole");
        Path run = folder.resolve("run");
        pretrain(tiles, whole);
        pretrain(tiles, run);
        // As if it had been killed after step 2.
        Files.delete(run.resolve("checkpoints/step-000000004.safetensors"));
        Files.delete(run.resolve(EncoderFile.NAME));
        succeeds("pretrain", "--resume", "--data", tiles.toString(), "--out", run.toString());
        assertThat(Files.mismatch(run.resolve(EncoderFile.NAME), whole.resolve(EncoderFile.NAME)))
                .isEqualTo(-1);

        String data = tiles.toString();
        CommandRun knn = succeeds(
                "evaluate", "knn", "--encoder", run.toString(), "--data", data, "--test-share", "0.5", "--json");
        assertThat(knn.json().toString()).contains("trained");
        CommandRun attend = succeeds(
                "attend", data, "--encoder", run.toString(), "--out", folder + "/maps", "--count", "2", "--json");
        assertThat(attend.json().path("names").toString()).isEqualTo("[\"token 1\",\"token 2\",\"token 3\"]");
        succeeds("report", run.toString(), "--data", data, "--out", folder + "/page.html");
        assertThat(Files.readString(folder.resolve("page.html"))).contains("bag of patches, tokens 3");
        for (String format : new String[] {"onnx", "torchscript", "safetensors"}) {
            succeeds("export", "--encoder", run.toString(), "--format", format, "--out", folder + "/" + format);
        }
        requireEqualOnnx(run, folder.resolve("onnx/model.onnx"));
    }

    @Test
    @EnabledOnOs(OS.LINUX) // as the trace
    void itsNetworkDoesTheOperationsThatItsConfigurationSays() {
        BackboneConfig config = Backbones.preset("toy").config(8, 48, 0);
        try (Scope scope = Scope.open();
                Backbone backbone = config.build(0, new Device("cpu"))) {
            Tensor images = new SeededGenerator(1, new Device("cpu")).normal(1, 4, 3, 48, 48);
            double counted = ProductTrace.operations(() -> backbone.forward(images, ForwardMode.evaluation()));
            assertThat(4 * config.operations(48)).isEqualTo(counted);
            assertThat(4 * config.pooledOperations(48))
                    .isEqualTo(ProductTrace.operations(() -> backbone.pooled(images, ForwardMode.evaluation())));
        }
    }

    @Test
    void aPresetSaysItselfThatItIsNano() {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "backbone.name=toy");
        Recipe nano = Recipes.resolve(overrides, StepBench.TILES);
        Recipes.set(overrides, "backbone.name=vit_small");
        Recipe small = Recipes.resolve(overrides, StepBench.TILES);
        assertThat(nano.backbone().imageSize()).isEqualTo(48);
        assertThat(small.backbone().imageSize()).isEqualTo(224);
    }

    @Test
    void anUnknownKindIsNamedWithThoseThatAreKnown() {
        assertThatThrownBy(() -> ConfigTree.backbone(ConfigTree.parse("{\"kind\": \"swin\"}"), "backbone"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'swin'")
                .hasMessageContaining("vit, cyphervit")
                .hasMessageContaining("toy");
    }

    private static void pretrain(Path tiles, Path run) {
        succeeds(
                "pretrain",
                "--data",
                tiles.toString(),
                "--out",
                run.toString(),
                "--backbone",
                "toy",
                "--set",
                "backbone.width=24",
                "--set",
                "method={out: 32, hidden: 32, bottleneck: 16, freezeLastSteps: 1}",
                "--set",
                "run={steps: 4, batch: 4, checkpointEvery: 2}");
    }

    private static CommandRun succeeds(String... command) {
        CommandRun run = CommandRun.of(command);
        assertThat(run.code()).as(String.join(" ", command) + "\n" + run.err()).isZero();
        return run;
    }

    private static void requireEqualOnnx(Path run, Path file) throws Exception {
        try (Scope scope = Scope.open();
                Backbone backbone = EncoderFile.read(run, new Device("cpu"));
                OrtEnvironment environment = OrtEnvironment.getEnvironment();
                OrtSession session = environment.createSession(file.toString())) {
            Tensor images = new SeededGenerator(1, new Device("cpu")).normal(1, 2, 3, 48, 48);
            float[] expected = Tensors.floats(
                    backbone.forward(images, ForwardMode.evaluation()).pooled());
            try (OnnxTensor input = OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(Tensors.floats(images)), Tensors.shape(images));
                    OrtSession.Result results = session.run(Map.of("images", input))) {
                float[] actual = new float[expected.length];
                ((OnnxTensor) results.get("pooled").orElseThrow())
                        .getFloatBuffer()
                        .get(actual);
                assertThat(actual).usingComparatorWithPrecision(1e-5f).containsExactly(expected);
            }
        }
    }
}
