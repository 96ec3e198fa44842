package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.withinPercentage;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.Methods;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.tokens.TargetValues;
import org.cyphervit.ssl.tokens.TokenTargetOptions;
import org.cyphervit.ssl.tokens.TokenTargets;
import org.cyphervit.torch.Engine;
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
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.node.ObjectNode;

/** 'Equal cost' is decided by {@link SslMethod#operations}: held against what LibTorch does in a step. */
@EnabledOnOs(OS.LINUX)
class StepOperationsTest {
    private static final int TILES = 8;
    private static final Device CPU = Engine.device("cpu");

    @TempDir
    private static Path folder = Path.of("");

    static List<String> recipes() {
        List<String> all = new ArrayList<>();
        for (String method : Methods.names()) {
            all.add(method + " vit_nano");
            if (!method.equals("mae")) { // which takes no other
                all.add(method + " cyphervit_nano");
            }
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("recipes")
    void stepTakesTheOperationsThatItsMethodSays(String names) {
        Recipe recipe = recipe(names.split(" ")[0], names.split(" ")[1]);
        try (Scope scope = Scope.open()) {
            SslMethod method = recipe.method().make(recipe.backbone().build(0, CPU), new Init(1, CPU));
            assertSaid(method, recipe);
        }
    }

    @Test
    void observersOfTheBackboneAndTheirHeadsCount() {
        Recipe recipe = recipe("dino", "vit_nano");
        TokenTargetOptions options =
                new TokenTargetOptions(List.of("haematoxylin"), TokenTargetOptions.Through.TOKEN, "", 1);
        List<TargetValues.Target> targets = List.of(new TargetValues.Target("haematoxylin", 0, 0));
        try (Scope scope = Scope.open()) {
            Backbone backbone = recipe.backbone().build(0, CPU);
            SslMethod dino = recipe.method().make(backbone, new Init(1, CPU));
            double alone = dino.operations(recipe.views().recipe().sides());
            SslMethod both = new TokenTargets(dino, backbone, options, targets, new Init(2, CPU));
            assertThat(both.operations(recipe.views().recipe().sides())).isGreaterThan(1.2 * alone);
            assertSaid(both, recipe);
        }
    }

    private static void assertSaid(SslMethod method, Recipe recipe) {
        double counted = ProductTrace.operations(() -> step(method, recipe)) / TILES;
        double said = method.operations(recipe.views().recipe().sides());
        assertThat(said).isCloseTo(counted, withinPercentage(1.4));
        try (Layer all = method.state()) {
            assertThat(all.size()).isPositive();
        }
    }

    private static void step(SslMethod method, Recipe recipe) {
        SeededGenerator generator = new SeededGenerator(3, CPU);
        List<Tensor> views = recipe.views().recipe().sides().stream()
                .map(side -> generator.normal(1, TILES, 3, side, side))
                .toList();
        Tensor labels =
                Tensors.ofLabels(IntStream.range(0, TILES).map(i -> i % 3).toArray());
        Tensor truth = generator.normal(1, (long) views.size() * TILES, 1);
        TrainingProgress progress = new TrainingProgress(50, 100, 10);
        method.loss(new Batch(views, labels, truth), ForwardMode.training(generator), progress)
                .value()
                .backward();
        method.afterStep(progress);
    }

    private static Path teacher() {
        Path file = folder.resolve("teacher.safetensors");
        try (Scope scope = Scope.open();
                Backbone backbone = VitConfig.of(64, 2, 2, 16, 64).build(0, CPU)) {
            EncoderFile.write(file, backbone, Map.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return file;
    }

    private static Recipe recipe(String method, String backbone) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=" + method);
        Recipes.set(overrides, "backbone.name=" + backbone);
        if (method.equals("distill")) {
            Recipes.set(overrides, "method.teacher=" + teacher());
            Recipes.set(overrides, "method.teacherSize=64");
        }
        if (Set.of("ibot", "dinov2").contains(method)) {
            // Twelve patches of each view, a multiple of the 64 that hidden patches come in, instead of a random
            // number.
            Recipes.set(overrides, "method.maskProbability=1");
            Recipes.set(overrides, "method.maskMin=0.334");
            Recipes.set(overrides, "method.maskMax=0.334");
        }
        return Recipes.resolve(overrides, new DatasetInfo(1000, List.of("a", "b", "c")));
    }
}
