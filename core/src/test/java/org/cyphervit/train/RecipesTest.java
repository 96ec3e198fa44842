package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewPlace;
import org.cyphervit.backbone.CypherVitConfig;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.IbotOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class RecipesTest {
    @Test
    void whatIsWrittenReadsBackEqual() {
        Recipe recipe = TinyRun.recipe("cyphervit_nano", 7);
        assertThat(Recipes.parse(Recipes.write(recipe))).isEqualTo(recipe);
        assertThat(recipe.backbone()).isInstanceOf(CypherVitConfig.class);
        assertThat(recipe.run().steps()).isEqualTo(7);
    }

    @Test
    void unknownKeysAreRefusedWithTheNearestKnownOne() {
        assertThatThrownBy(() -> resolve("run.bacth=3"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'bacth'")
                .hasMessageContaining("did you mean 'batch'");
        assertThatThrownBy(() -> resolve("optimiser.clip=3"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'optimizer'");
    }

    @Test
    void wrongValuesNameTheirKey() {
        assertThatThrownBy(() -> resolve("run.batch=many"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("run.batch");
        assertThatThrownBy(() -> resolve("method.studentTemperature=-1"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("above 0");
        assertThatThrownBy(() -> resolve("run=3")).isInstanceOf(UserError.class).hasMessageContaining("section");
        assertThatThrownBy(() -> resolve("method.name=dimo"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("dino");
    }

    @Test
    void recipesFromBeforeThereWereViewsOfTheDeviceGoOn() {
        Recipe recipe = TinyRun.recipe("cyphervit_nano", 7);
        String written = Recipes.write(recipe);
        String old = written.replaceFirst("(?m)^  views: \"?AUTO\"?\\R", "");
        assertThat(old).isNotEqualTo(written);
        assertThat(Recipes.parse(old)).isEqualTo(recipe);
    }

    @Test
    void viewsOfTheDeviceCannotBeMeasured() {
        String tokens = "tokenTargets.tokens=[haematoxylin]";
        assertThatThrownBy(() -> TinyRun.recipe("cyphervit_nano", 7, tokens, "run.views=device"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("run.views")
                .hasMessageContaining("[haematoxylin]")
                .hasMessageContaining("AUTO or CPU");
        ViewPlace place = TinyRun.recipe("cyphervit_nano", 7, tokens).run().views();
        Device gpu = new Device("cuda:0"); // its name alone
        assertThat(place.onDevice(gpu, true)).isFalse();
        assertThat(place.onDevice(gpu, false)).isTrue();
        assertThat(place.onDevice(new Device("cpu"), false)).isFalse();
        assertThat(ViewPlace.CPU.onDevice(gpu, false)).isFalse();
        assertThat(ViewPlace.DEVICE.onDevice(new Device("cpu"), false)).isTrue();
    }

    @Test
    void everyRecipeOfTheFolderBuildsItsMethod() throws IOException {
        DatasetInfo tiles = new DatasetInfo(1000, List.of("stroma", "tumour"));
        try (Stream<Path> files = Files.list(Path.of("../recipes"))) {
            assertThat(files.toList()).hasSizeGreaterThan(12).allSatisfy(file -> {
                Recipe recipe = Recipes.resolve(Recipes.read(file), tiles);
                String method = recipe.method().kind().name();
                assertThat(file.getFileName().toString()).startsWith(method + "-");
                assertThat(Recipes.parse(Recipes.write(recipe))).isEqualTo(recipe);
            });
        }
    }

    @Test
    void theOptionsOfDinov2AreReached() {
        Recipe recipe = Recipes.resolve(
                Recipes.read(Path.of("../recipes/dinov2-vit-small.yaml")), new DatasetInfo(1000, List.of()));
        assertThat(recipe.backbone()).isInstanceOfSatisfying(VitConfig.class, vit -> {
            assertThat(vit.registers()).isEqualTo(4);
            assertThat(vit.layerScale()).isEqualTo(1e-5);
        });
        assertThat(recipe.method().options()).isInstanceOfSatisfying(IbotOptions.class, ibot -> {
            assertThat(ibot.koleo()).isEqualTo(0.1);
            assertThat(ibot.dino().sinkhorn()).isTrue();
        });
    }

    @Test
    void nanoRecipesTrainOnTissue(@TempDir Path folder) throws IOException {
        try (Stream<Path> files = Files.list(Path.of("../recipes"))) {
            for (Path file :
                    files.filter(name -> name.toString().contains("nano")).toList()) {
                ObjectNode overrides = Recipes.read(file);
                Recipes.set(overrides, "run={steps: 2, batch: 8, loaderThreads: 1, precision: fp32}");
                Recipe recipe =
                        Recipes.resolve(overrides, new DatasetInfo(TinyRun.TISSUE.size(), TinyRun.TISSUE.classes()));
                String name = String.valueOf(file.getFileName());
                Run run = new Run(folder.resolve(name), recipe, TinyRun.TISSUE, null, List.of(new MetricsCsv()));
                assertThat(run.train(false).finished()).as(name).isTrue();
                Map<String, Double> last = MetricsCsv.read(folder.resolve(name).resolve(MetricsCsv.NAME))
                        .lastEntry()
                        .getValue();
                assertThat(last).as(name).containsKeys("loss", "rankme");
                assertThat(last.containsKey("assignment_entropy_0")).as(name).isEqualTo(name.contains("cyphervit"));
                assertThat(last.containsKey("map_haematoxylin")).as(name).isEqualTo(name.contains("targets"));
                assertThat(Files.exists(folder.resolve(name).resolve(Run.RECONSTRUCTIONS)))
                        .as(name)
                        .isEqualTo(name.startsWith("mae"));
            }
        }
    }

    private static Recipe resolve(String setting) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, setting);
        return Recipes.resolve(overrides, new DatasetInfo(1000, List.of()));
    }
}
