package org.cyphervit.train.recipe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.batch.ViewPlace;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.method.DinoOptions;
import org.cyphervit.ssl.method.IbotOptions;
import org.cyphervit.train.Run;
import org.cyphervit.train.TinyRun;
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
    void aRecipeToGiveAwayTellsNoFoldersOfTheMachine() {
        Recipe recipe = TinyRun.recipe(
                "vit_nano",
                7,
                "data=['/home/ada/study/lung/train', 'nct-crc-he:C:\\Users\\Ada\\kather#train', tiles]",
                "run.init=/home/ada/weights.pth");
        Recipe shared = Recipes.parse(Recipes.withoutFolders(Recipes.write(recipe)));
        assertThat(shared.data()).containsExactly("lung/train", "Ada/kather#train", "tiles");
        assertThat(shared.run().init()).isEqualTo("ada/weights.pth");
        assertThat(shared.optimizer()).isEqualTo(recipe.optimizer());
        assertThat(Recipes.write(shared)).doesNotContain("home").doesNotContain("Users");
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
    void aRecipeOfAnotherVersionIsRefusedByTheKeyItHas() {
        String written = Recipes.write(TinyRun.recipe("vit_nano", 7)).replace("  seed:", "  mood: good\n  seed:");
        assertThatThrownBy(() -> Recipes.parse(written))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no setting 'run.mood'")
                .hasMessageContaining("Another version");
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
    void aKeyOfOtherMethodsViewsIsRefused() {
        assertThatThrownBy(() -> resolve("method.name=simclr", "views.locals=4"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'views.locals' does nothing in the method 'simclr'")
                .hasMessageContaining("globalSize, globalMin, histology, colorStrength");
        assertThatThrownBy(() -> resolve("method.name=mae", "views.colorStrength=0.5"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'views.colorStrength' does nothing");
        assertThat(resolve("method.name=dino", "views.locals=4").views())
                .isInstanceOfSatisfying(
                        ViewOptions.MultiCrop.class,
                        views -> assertThat(views.locals()).isEqualTo(4));
    }

    @Test
    void theLearningRateFollowsTheBatch() {
        Recipe.OptimizerRecipe dino = resolve("backbone.name=vit_nano").optimizer();
        assertThat(dino.baseLearningRate()).isEqualTo(1e-3);
        assertThat(dino.learningRate()).isCloseTo(2.5e-4, within(1e-12));
        assertThat(resolve("backbone.name=vit_nano", "method.name=simclr")
                        .optimizer()
                        .learningRate())
                .isCloseTo(5e-4, within(1e-12));
        assertThat(resolve("run.batch=96", "run.accumulate=4").optimizer().learningRate())
                .isCloseTo(5e-4 * 96 * 4 / 256, within(1e-12));
        Recipe own = resolve("run.batch=96", "optimizer.learningRate=3.0e-4");
        assertThat(own.optimizer().learningRate()).isEqualTo(3e-4);
        assertThat(own.optimizer().baseLearningRate()).isCloseTo(8e-4, within(1e-12));
        assertThat(own.learningRateRule()).isEqualTo("learning rate 0.000300 = 0.000800 x 96 / 256");
    }

    @Test
    void theTeachersMomentumFitsTheRun() {
        assertThat(momentum("run.steps=400")).isCloseTo(1 - 10 / 400.0, within(1e-12));
        assertThat(momentum("run.steps=1000000")).isEqualTo(0.99); // the method's value for few tiles
        assertThat(momentum("run.epochs=20")).isCloseTo(1 - 10 / (20 * 15.0), within(1e-12)); // 1,000 tiles, 64 a step
        assertThat(momentum("run.steps=400", "method.momentum=0.5")).isEqualTo(0.5);
        Recipe ibot = resolve("method.name=ibot", "run.steps=400");
        assertThat(((IbotOptions) ibot.method().options()).dino().momentum()).isCloseTo(0.975, within(1e-12));
    }

    private static double momentum(String... settings) {
        return ((DinoOptions) resolve(settings).method().options()).momentum();
    }

    @Test
    void recipesOfOlderVersionsMeanTheSame() {
        Recipe recipe = resolve("backbone.name=vit_nano", "run.batch=64", "method.freezeLastEpochs=20");
        String old = Recipes.write(recipe)
                .replaceFirst("freezeLastEpochs: 20(\\.0)?", "freezeLastSteps: 300")
                .replaceFirst("(?m)^  baseLearningRate: .*\\R", "");
        assertThat(old).contains("freezeLastSteps").doesNotContain("baseLearningRate");
        assertThat(Recipes.parse(old, 1000)).isEqualTo(recipe); // 15 steps in an epoch
        assertThat(((DinoOptions) Recipes.parse(old).method().options()).freezeLastEpochs())
                .isEqualTo(1);
        assertThat(((DinoOptions) resolve("method.freezeLastSteps=30").method().options()).freezeLastEpochs())
                .isEqualTo(2);
        Recipe pair = resolve("method.name=simclr", "backbone.name=vit_nano");
        String withLocals = Recipes.write(pair)
                .replaceFirst(
                        "(?m)^views:\\R",
                        "views:\n  localSize: 24\n  locals: 0\n  localMin: 0.05\n  globalColor: 1.0\n");
        assertThat(withLocals).contains("locals: 0");
        assertThat(Recipes.parse(withLocals, 1000)).isEqualTo(pair);
    }

    @Test
    void viewsWithFewerPatchesThanTokensAreWarnedOf() {
        for (String backbone : List.of("cyphervit_nano", "cyphervit_tiny", "cyphervit_small", "cyphervit_base")) {
            assertThat(resolve("backbone.name=" + backbone).warnings())
                    .as(backbone)
                    .isEmpty();
        }
        assertThat(resolve("backbone.name=cyphervit_nano", "views.localSize=16").warnings())
                .singleElement()
                .asString()
                .contains("local view of 16 pixels has 4 patches")
                .contains("8 tokens");
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
                String method = recipe.method().provider().name();
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
                Recipes.set(overrides, "run={steps: 1, batch: 8, loaderThreads: 1, precision: fp32}");
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

    @Test
    void aMapIsLaidOverWhatIsThereUnlessItNamesAnother() {
        Recipe recipe =
                resolve("method.name=simclr", "method.hidden=96", "method={out: 48}", "method={temperature: 0.2}");
        assertThat(recipe.method().provider().name()).isEqualTo("simclr");
        assertThat(Recipes.write(recipe)).contains("hidden: 96", "out: 48", "temperature: 0.2");

        Recipe other = resolve("method={name: dino, bottleneck: 32}", "method={name: simclr, out: 48}");
        assertThat(other.method().provider().name()).isEqualTo("simclr");
        assertThat(Recipes.write(other)).contains("out: 48").doesNotContain("bottleneck");

        Recipe run = resolve("run={steps: 5, batch: 4}", "run={batch: 8}");
        assertThat(run.run().steps()).isEqualTo(5);
        assertThat(run.run().batch()).isEqualTo(8);
        assertThatThrownBy(() -> resolve("method.name=simclr", "method={bottleneck: 32}"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'bottleneck'");
    }

    private static Recipe resolve(String... settings) {
        ObjectNode overrides = Recipes.empty();
        for (String setting : settings) {
            Recipes.set(overrides, setting);
        }
        return Recipes.resolve(overrides, new DatasetInfo(1000, List.of()));
    }
}
