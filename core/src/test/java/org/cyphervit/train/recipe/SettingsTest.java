package org.cyphervit.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.train.Run;
import org.cyphervit.train.TinyRun;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/** Extreme values for every key of every record of a recipe. */
class SettingsTest {
    private static final List<String> EXTREMES = List.of(
            "-1",
            "0",
            "4.7",
            "1e308",
            ".nan",
            ".inf",
            "100000",
            "2147483647",
            "9223372036854775807",
            "x",
            "null",
            "[1, x]",
            "{a: 1}");
    private static final double MOST_SECONDS = 10;

    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource({
        "dino, cyphervit_nano",
        "ibot, cyphervit_nano",
        "simclr, cyphervit_nano",
        "dinov2, vit_nano",
        "mae, vit_nano",
        "moco, vit_nano",
        "supervised, vit_nano"
    })
    void everyKeyRefusesWithASentenceOrHolds(String method, String backbone) {
        List<String> keys = new ArrayList<>();
        leaves("", base(method, backbone), keys);
        assertThat(keys).hasSizeGreaterThan(40);
        int refused = 0;
        for (String key : keys) {
            for (String value : EXTREMES) {
                try {
                    recipe(method, backbone, key + "=" + value);
                } catch (UserError e) {
                    refused++;
                    requireSentence(key, value, e);
                } catch (RuntimeException e) {
                    throw new AssertionError(key + "=" + value, e);
                }
            }
        }
        assertThat(refused).isGreaterThan(keys.size() * EXTREMES.size() / 2);
    }

    // One method in full, and the keys of the other backbone: what is accepted is trained for a step.
    @ParameterizedTest
    @CsvSource({"vit_nano, ''", "cyphervit_nano, backbone."})
    void whatIsAcceptedTrainsOrIsRefusedInSeconds(String backbone, String prefix) throws IOException {
        List<String> keys = new ArrayList<>();
        leaves("", base("simclr", backbone), keys);
        keys.removeIf(key -> !key.startsWith(prefix));
        assertThat(keys).hasSizeGreaterThan(10);
        for (String key : keys) {
            for (String value : List.of("0", "1", "8")) {
                long begun = System.nanoTime();
                try {
                    Recipe recipe = recipe("simclr", backbone, key + "=" + value, "run.steps=1");
                    Path run = Files.createTempDirectory(folder, "run").resolve("new");
                    new Run(run, recipe, TinyRun.TISSUE, null, List.of()).train(false);
                } catch (UserError e) {
                    requireSentence(key, value, e);
                } catch (RuntimeException e) {
                    throw new AssertionError(key + "=" + value, e);
                }
                assertThat((System.nanoTime() - begun) / 1e9)
                        .as(key + "=" + value)
                        .isLessThan(MOST_SECONDS);
            }
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "run.precision=half | 'run.precision' has a wrong value: expected one of fp32, bf16, got \"half\".",
                "run.batch=4.7 | 'run.batch' has a wrong value: expected a whole number",
                "run.steps=-1 | steps from 0 to 1000000000 (got -1)",
                "run.epochs=.nan | 'run.epochs' must be a number",
                "run.accumulate=2147483647 | accumulate from 1 to 4096",
                "run.loaderThreads=100000 | loaderThreads from 0 to 512",
                "backbone.depth=100000 | depth from 1 to 200",
                "backbone.registers=100000 | registers from 0 to 1024",
                "views.locals=100000 | locals from 0 to 64",
                "backbone.imageSize=100000 | imageSize from",
                "backbone.layerScale=1e308 | 'backbone.layerScale' must be a number of at most",
                "run.recompute=maybe | expected true or false, got \"maybe\""
            })
    void saysWhatWasExpected(String setting, String words) {
        assertThatThrownBy(() -> TinyRun.recipe("vit_nano", 1, setting))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(words);
    }

    // Small, whatever the method.
    private static Recipe recipe(String method, String backbone, String... settings) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=" + method);
        boolean vit = backbone.startsWith("vit");
        Recipes.set(
                overrides, "backbone={name: " + backbone + ", width: 24" + (vit ? ", depth: 1}" : ", tokens: [6, 3]}"));
        Recipes.set(overrides, "views.globalSize=32");
        Recipes.set(overrides, "run={batch: 4, loaderThreads: 1, seed: 5, steps: 1}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        for (String setting : settings) {
            Recipes.set(overrides, setting);
        }
        return Recipes.resolve(overrides, new DatasetInfo(TinyRun.TISSUE.size(), TinyRun.TISSUE.classes()));
    }

    private static ObjectNode base(String method, String backbone) {
        Recipe recipe = recipe(method, backbone);
        ObjectNode tree = ConfigTree.of(recipe.run());
        ObjectNode all = tree.objectNode();
        all.set("run", tree);
        all.set("backbone", ConfigTree.of(recipe.backbone()));
        all.set("views", ConfigTree.of(recipe.views()));
        all.set("optimizer", ConfigTree.of(recipe.optimizer()));
        all.set("stain", ConfigTree.of(recipe.stain()));
        all.set("tokenTargets", ConfigTree.of(recipe.tokenTargets()));
        all.set("method", ConfigTree.of(recipe.method().options()));
        return all;
    }

    private static void leaves(String prefix, JsonNode node, List<String> keys) {
        node.properties().forEach(property -> {
            String key = prefix.isEmpty() ? property.getKey() : prefix + "." + property.getKey();
            boolean fixed = key.equals("run.device") || key.equals("run.init") || key.equals("backbone.kind");
            if (property.getValue().isObject()) {
                leaves(key, property.getValue(), keys);
            } else if (!fixed) {
                keys.add(key);
            }
        });
    }

    private static void requireSentence(String key, String value, UserError e) {
        assertThat(e.getMessage())
                .as(key + "=" + value)
                .isNotBlank()
                .doesNotContain("Cannot ", "org.cyphervit", "java.", "jackson", "Exception")
                .hasSizeLessThan(700);
    }
}
