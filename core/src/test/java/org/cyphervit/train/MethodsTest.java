package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.KeptTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.protocol.Knn;
import org.cyphervit.image.RgbImage;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.Methods;
import org.cyphervit.torch.Scope;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

/** Each method through the real run, on sixteen tiles and tiny networks. */
class MethodsTest {
    private static final TileSource SIXTEEN = new KeptTiles(new TileSubset(
            new GeneratedTissue(2, 2, 48, 3),
            java.util.stream.IntStream.range(0, 16).boxed().toList()));

    private static final Map<String, String> OPTIONS = Map.of(
            "dino", "{out: 32, hidden: 64, batchNorm: true, bottleneck: 32, freezeLastEpochs: 2, momentum: 0.95}",
            "ibot",
                    "{dino: {out: 32, hidden: 64, batchNorm: true, bottleneck: 32, freezeLastEpochs: 2, momentum: 0.95}}",
            "dinov2",
                    "{dino: {out: 32, hidden: 64, batchNorm: true, bottleneck: 32, freezeLastEpochs: 2, momentum: 0.95}}",
            "moco", "{hidden: 64, out: 32, queue: 32, momentum: 0.95}",
            "simclr", "{hidden: 64, out: 32}",
            "mae", "{decoderWidth: 32, decoderDepth: 2, decoderHeads: 4}",
            "supervised", "{smoothing: 0}");

    private static Recipe recipe(String method, String backbone, long steps) {
        return recipe(method, backbone, steps, "run.seed=5");
    }

    private static Recipe recipe(String method, String backbone, long steps, String setting) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method=" + OPTIONS.get(method));
        Recipes.set(overrides, "method.name=" + method);
        Recipes.set(overrides, "backbone={name: " + backbone + ", width: 24}");
        Recipes.set(overrides, "views={globalSize: 32, globalMin: 0.8}");
        if (!method.equals("mae")) {
            Recipes.set(overrides, "views.colorStrength=0.2");
        }
        if (List.of("dino", "ibot", "dinov2").contains(method)) {
            Recipes.set(overrides, "views.locals=0");
        }
        Recipes.set(overrides, "optimizer={learningRate: 2.0e-3, weightDecay: 0, finalWeightDecay: 0}");
        long every = steps < 20 ? 4 : steps; // a checkpoint costs more than these steps: only short runs are resumed
        Recipes.set(overrides, "run={batch: 16, checkpointEvery: " + every + ", loaderThreads: 1, seed: 5}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        Recipes.set(overrides, setting);
        Recipes.set(overrides, "run.steps=" + steps);
        return Recipes.resolve(overrides, new DatasetInfo(SIXTEEN.size(), SIXTEEN.classes()));
    }

    @Test
    void theTableBelowNamesAllMethods() {
        List<String> own = Methods.names().stream()
                .filter(name -> !List.of("toy", "distill").contains(name))
                .toList(); // DistillationTest has a teacher
        assertThat(OPTIONS.keySet())
                .as("a new method's options belong into OPTIONS, and a row of it into both tables of this test")
                .containsExactlyInAnyOrderElementsOf(own);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dino|cyphervit_nano|optimizer.rule=adamw",
                "ibot|cyphervit_nano|optimizer.rule=adamw",
                "dinov2|cyphervit_nano|optimizer.rule=adamw",
                "dinov2|vit_nano|backbone={name: vit_nano, width: 48, registers: 2, layerScale: 1.0e-5}",
                "moco|cyphervit_nano|method.queue=24", // one and a half batches
                "simclr|cyphervit_nano|optimizer.rule=adamw",
                "simclr|cyphervit_nano|optimizer={rule: lars, learningRate: 0.3, weightDecay: 1.0e-6}",
                "mae|vit_nano|optimizer.rule=adamw",
                "supervised|cyphervit_nano|optimizer.rule=adamw",
                "dino|cyphervit_nano|tokenTargets={tokens: [haematoxylin, 'column:kind', none, scale], labels: LABELS}",
                "moco|cyphervit_nano|tokenTargets={tokens: [nuclei, 'column:size'], through: map, labels: LABELS}"
            })
    void stoppedAndResumedItEndsWithTheSameBits(String method, String backbone, String setting, @TempDir Path folder)
            throws IOException {
        Recipe recipe = recipe(
                method, backbone, 7, setting.replace("LABELS", labels(folder).toString()));
        Path straight = folder.resolve("straight");
        Path stopped = folder.resolve("stopped");
        new Run(straight, recipe, SIXTEEN, null, List.of()).train(false);
        assertThat(TinyRun.stoppedAfter(3, stopped, recipe, SIXTEEN).finished()).isFalse();
        new Run(stopped, recipe, SIXTEEN, null, List.of()).train(true);
        // The checkpoint holds everything: weights, momentum encoder, queue, centres, optimizer.
        Path last = Path.of("checkpoints");
        assertThat(newest(stopped.resolve(last))).hasSameBinaryContentAs(newest(straight.resolve(last)));
    }

    // A class and a number for half of the tiles.
    private static Path labels(Path folder) throws IOException {
        StringBuilder csv = new StringBuilder("file,kind,size\n");
        for (int i = 0; i < SIXTEEN.size(); i += 2) {
            csv.append(SIXTEEN.name(i))
                    .append(i % 4 == 0 ? ",a," : ",b,")
                    .append(i)
                    .append('\n');
        }
        return java.nio.file.Files.writeString(folder.resolve("labels.csv"), csv);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "dino|vit_nano|120|0.3|optimizer.rule=adamw",
                "dino|cyphervit_nano|120|0.3|optimizer.rule=adamw",
                "ibot|vit_nano|120|0.45|optimizer.rule=adamw",
                "ibot|cyphervit_nano|120|0.45|optimizer.rule=adamw",
                "dinov2|vit_nano|120|0.8|optimizer.rule=adamw",
                "dinov2|cyphervit_nano|120|0.8|optimizer.rule=adamw",
                "moco|vit_nano|200|0.7|optimizer.rule=adamw",
                "moco|cyphervit_nano|240|0.7|optimizer.rule=adamw",
                "simclr|vit_nano|120|0.3|optimizer.rule=adamw",
                "simclr|cyphervit_nano|120|0.55|optimizer.rule=adamw",
                "simclr|vit_nano|400|0.5|optimizer={rule: lars, learningRate: 3, weightDecay: 1.0e-6}",
                "mae|vit_nano|400|0.35|optimizer.rule=adamw",
                "supervised|vit_nano|200|0.5|optimizer.rule=adamw",
                "supervised|cyphervit_nano|200|0.5|optimizer.rule=adamw"
            })
    void learnsSixteenTilesByHeart(
            String method, String backbone, long steps, double ofChance, String setting, @TempDir Path folder)
            throws IOException {
        List<Double> losses = new ArrayList<>();
        List<Double> chance = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void started(Start start) {
                chance.add(start.chanceLoss());
            }

            @Override
            public void stepped(Step step) {
                losses.add(Objects.requireNonNull(step.measures().get("loss")));
            }
        };
        new Run(folder, recipe(method, backbone, steps, setting), SIXTEEN, null, List.of(watch)).train(false);
        double last = losses.subList(losses.size() - 10, losses.size()).stream()
                .mapToDouble(Double::doubleValue)
                .average()
                .orElseThrow();
        assertThat(last)
                .as("loss at the end; at the start %s, chance %s", losses.getFirst(), chance)
                .isLessThan(ofChance * chance.getFirst());
        // MAE learns to paint tiles, not to tell them apart; by chance one would find itself.
        int missed = method.equals("mae") ? 3 : 1;
        assertThat(found(folder))
                .as("turned tiles that find themselves")
                .isGreaterThanOrEqualTo(SIXTEEN.size() - missed);
    }

    @Test
    void maeSaysWhyItTakesNoCypherViT(@TempDir Path folder) {
        assertThatThrownBy(() ->
                        new Run(folder, recipe("mae", "cyphervit_nano", 2), SIXTEEN, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("clusters after its first stage");
    }

    private static Path newest(Path checkpoints) throws IOException {
        try (var files = java.nio.file.Files.list(checkpoints)) {
            return files.filter(file -> file.toString().endsWith(".safetensors"))
                    .max(java.util.Comparator.naturalOrder())
                    .orElseThrow();
        }
    }

    // How many tiles are the nearest neighbour of themselves mirrored.
    private static int found(Path folder) throws IOException {
        try (Scope scope = Scope.open()) {
            Device device = TestDevice.get();
            Backbone encoder = EncoderFile.read(folder, device);
            Embedder embedder = Embedder.of(encoder, TestDevice.NAME);
            FeatureMatrix tiles = embedder.embed(encoder, SIXTEEN).features();
            FeatureMatrix mirrored =
                    embedder.embed(encoder, new Mirrored(SIXTEEN)).features();
            int[] self = java.util.stream.IntStream.range(0, SIXTEEN.size()).toArray();
            List<String> names =
                    java.util.Arrays.stream(self).mapToObj(Integer::toString).toList();
            Knn.Votes votes = new Knn(List.of(1), Knn.TEMPERATURE, TestDevice.NAME)
                    .classify(new LabelledFeatures(tiles, self, names), mirrored)
                    .getFirst();
            int right = 0;
            for (int i : self) {
                right += votes.scores().predictions()[i] == i ? 1 : 0;
            }
            return right;
        }
    }

    private static final class Mirrored extends DelegatingTileSource {
        private Mirrored(TileSource source) {
            super(source);
        }

        @Override
        public RgbImage read(int index) throws IOException {
            RgbImage image = super.read(index);
            byte[] mirrored = new byte[image.rgb().length];
            int w = image.width();
            for (int i = 0; i < mirrored.length / 3; i++) {
                System.arraycopy(image.rgb(), 3 * i, mirrored, 3 * (i / w * w + w - 1 - i % w), 3);
            }
            return new RgbImage(w, image.height(), mirrored);
        }
    }
}
