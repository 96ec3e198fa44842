package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs that go on from weights: what may change of these, and what may not. */
class TuningTest {
    private static final Device CPU = new Device("cpu");
    private static final VitConfig VIT = VitConfig.of(24, 5, 3, 8, 48); // a block more than cyphervit_nano has

    @TempDir
    private Path folder;

    private Path weights;

    @BeforeEach
    void weights() throws IOException {
        weights = folder.resolve("weights.safetensors");
        try (Scope scope = Scope.open();
                Backbone vit = VIT.build(7, CPU)) {
            SafeTensors.write(weights, vit.state(), Map.of());
        }
    }

    @Test
    void aCypherVitGoesOnFromTheBlocksOfAVisionTransformer() throws IOException {
        List<String> said = new ArrayList<>();
        Map<String, float[]> trained = trained("start", said, "tuning.frozenSteps=3");
        Map<String, float[]> before = read(weights);

        assertThat(trained.get("stages.0.blocks.2.mlp.fc1.weight")).isEqualTo(before.get("blocks.2.mlp.fc1.weight"));
        assertThat(trained.get("stages.1.blocks.0.attn.qkv.bias")).isEqualTo(before.get("blocks.3.attn.qkv.bias"));
        assertThat(trained.get("patch_embed.proj.weight")).isEqualTo(before.get("patch_embed.proj.weight"));
        assertThat(said)
                .anyMatch(line -> line.contains("tensors of the backbone start from")
                        && line.contains("new: stages.0.cls_tokens")
                        && line.endsWith("stages.1.clustering"));
    }

    @Test
    void frozenWeightsStayForTheFirstStepsAloneWhileNewLayersLearn() throws IOException {
        Map<String, float[]> frozen = trained("frozen", new ArrayList<>(), "tuning.frozenSteps=3");
        Map<String, float[]> free = trained("free", new ArrayList<>(), "tuning.frozenSteps=2");
        Map<String, float[]> before = read(weights);
        assertThat(frozen.get("norm.weight")).isEqualTo(before.get("norm.weight"));
        assertThat(free.get("norm.weight")).isNotEqualTo(before.get("norm.weight"));
        assertThat(frozen.get("stages.0.cls_tokens")).isNotEqualTo(initial("stages.0.cls_tokens"));
    }

    @Test
    void layersFarFromTheOutputChangeLess() throws IOException {
        Map<String, float[]> even = trained("even", new ArrayList<>());
        Map<String, float[]> decayed = trained("decayed", new ArrayList<>(), "tuning.layerDecay=0.1");
        String first = "patch_embed.proj.weight"; // four blocks below the output: 10^-5 of the rate
        float[] was = Objects.requireNonNull(read(weights).get(first));
        assertThat(change(decayed, first, was)).isPositive().isLessThan(1e-3 * change(even, first, was));
        // What is new has the whole rate.
        String fresh = "stages.0.clustering.assign.W_v.weight";
        float[] drawn = initial(fresh);
        assertThat(change(decayed, fresh, drawn))
                .isBetween(0.5 * change(even, fresh, drawn), 2 * change(even, fresh, drawn));
    }

    @Test
    void loraTrainsFewWeightsAndLeavesAnOrdinaryEncoder() throws IOException {
        List<String> said = new ArrayList<>();
        Map<String, float[]> encoder = trained("lora", said, "tuning.loraRank=2", "optimizer.learningRate=0.01");
        Map<String, float[]> before = read(weights);

        assertThat(said).anyMatch(line -> line.startsWith("LoRA of rank 2"));
        assertThat(encoder.keySet()).noneMatch(name -> name.contains("lora"));
        assertThat(encoder.get("stages.0.blocks.0.mlp.fc1.weight")).isEqualTo(before.get("blocks.0.mlp.fc1.weight"));
        assertThat(encoder.get("stages.0.blocks.0.attn.qkv.weight"))
                .isNotEqualTo(before.get("blocks.0.attn.qkv.weight"));

        // The checkpoint keeps the factors; an encoder that is read from it has them merged, in the same bits.
        Path checkpoint = checkpoint("lora");
        assertThat(read(checkpoint).keySet()).anyMatch(name -> name.endsWith("qkv.lora_a"));
        try (Backbone read = EncoderFile.read(checkpoint, CPU);
                Scope scope = Scope.open()) {
            assertThat(floats(read.state())).containsExactlyInAnyOrderEntriesOf(encoder);
        }
        // A weight that stays as it is has no moments.
        assertThat(read(checkpoint).keySet())
                .noneMatch(name -> name.startsWith("optimizer.")
                        && name.contains("fc1.weight")
                        && name.contains("backbone.stages.0.blocks"));
    }

    @Test
    void aRunWithLoraGoesOnWithTheSameBits() throws IOException {
        String[] settings = {"tuning.loraRank=2", "tuning.layerDecay=0.8"};
        Map<String, float[]> whole = trained("whole", new ArrayList<>(), settings);
        Recipe recipe = recipe(settings);
        Path parts = folder.resolve("parts");
        TinyRun.stoppedAfter(1, parts, recipe, TinyRun.TISSUE);
        new Run(parts, recipe, TinyRun.TISSUE, null, List.of()).train(true);
        assertThat(read(parts.resolve(EncoderFile.NAME))).containsExactlyInAnyOrderEntriesOf(whole);
    }

    @Test
    void withoutWeightsThereIsNothingToTune() {
        Recipe recipe = TinyRun.recipe("cyphervit_nano", 3, "tuning.loraRank=2");
        assertThatThrownBy(() -> new Run(folder.resolve("run"), recipe, TinyRun.TISSUE, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("run.init names none");
        assertThatThrownBy(() -> TinyRun.recipe("cyphervit_nano", 3, "tuning.layerDecay=1.5"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("layerDecay above 0 and at most 1 (got 1.5)");
    }

    @Test
    void weightsThatDoNotFitNameTheSettingsThatWould() {
        Recipe other = TinyRun.recipe("cyphervit_nano", 3, "run.init=" + weights, "backbone.patch=16");
        assertThatThrownBy(() -> new Run(folder.resolve("run"), other, TinyRun.TISSUE, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("patch_embed.proj.weight has shape [24, 3, 8, 8], expected [24, 3, 16, 16]")
                .hasMessageContaining("Set what the weights were made for: backbone.patch=8");
        Recipe deeper = TinyRun.recipe("cyphervit_nano", 3, "run.init=" + weights, "backbone.depths=[4, 2]");
        assertThatThrownBy(() -> new Run(folder.resolve("run"), deeper, TinyRun.TISSUE, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("missing blocks.5.norm1.weight")
                .hasMessageContaining("The weights have 5 blocks of width 24.");
        assertThat(folder.resolve("run").resolve(Run.RECIPE)).doesNotExist();
    }

    private Recipe recipe(String... settings) {
        List<String> all = new ArrayList<>(List.of(settings));
        all.add("run.init=" + weights);
        return TinyRun.simclr("cyphervit_nano", 3, all.toArray(String[]::new));
    }

    private Map<String, float[]> trained(String name, List<String> said, String... settings) throws IOException {
        RunListener hears = new RunListener() {
            @Override
            public void said(String message) {
                said.add(message);
            }
        };
        Path run = folder.resolve(name);
        new Run(run, recipe(settings), TinyRun.TISSUE, null, List.of(hears)).train(false);
        return read(run.resolve(EncoderFile.NAME));
    }

    private Path checkpoint(String run) throws IOException {
        try (Stream<Path> files = Files.list(folder.resolve(run).resolve("checkpoints"))) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    private float[] initial(String name) {
        try (Scope scope = Scope.open();
                Backbone backbone = recipe().backbone().build(5, CPU)) {
            return Tensors.floats(Objects.requireNonNull(backbone.state().get(name)));
        }
    }

    private static Map<String, float[]> read(Path file) throws IOException {
        try (Scope scope = Scope.open()) {
            return floats(SafeTensors.read(file).tensors());
        }
    }

    private static Map<String, float[]> floats(Map<String, Tensor> tensors) {
        Map<String, float[]> values = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> values.put(name, Tensors.floats(tensor)));
        return values;
    }

    private static double change(Map<String, float[]> trained, String name, float[] before) {
        float[] now = Objects.requireNonNull(trained.get(name));
        double sum = 0;
        for (int i = 0; i < now.length; i++) {
            sum += Math.abs(now[i] - before[i]);
        }
        return sum / now.length;
    }
}
