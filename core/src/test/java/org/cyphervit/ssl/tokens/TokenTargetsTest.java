package org.cyphervit.ssl.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.augment.batch.CpuViewBatch;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.augment.batch.ViewRequest;
import org.cyphervit.data.KeptTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.group.Group;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.Run;
import org.cyphervit.train.RunListener;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.node.ObjectNode;

class TokenTargetsTest {
    private static final TileSource TISSUE = new KeptTiles(new GeneratedTissue(4, 2, 48, 3));

    @TempDir
    private Path folder = Path.of("");

    @Test
    void tokensLearnWhatTheyAreToTell() throws IOException {
        List<Map<String, Double>> steps = train("token", "simclr", "cyphervit_nano", 100, "scale, haematoxylin");
        assertThat(steps.getFirst().get("target_haematoxylin")).isBetween(0.5, 2.0);
        assertThat(mean(steps, "target_haematoxylin")).isLessThan(0.5);
        assertThat(mean(steps, "loss"))
                .isEqualTo(
                        mean(steps, "method_loss")
                                + (mean(steps, "target_scale") + mean(steps, "target_haematoxylin")) / 2,
                        org.assertj.core.api.Assertions.within(1e-4));
    }

    @Test
    void throughItsMapATokenGoesWhereItsTargetIs() throws IOException {
        List<Map<String, Double>> steps = train("map", "simclr", "cyphervit_nano", 150, "none, haematoxylin");
        assertThat(mean(steps, "target_haematoxylin")).isLessThan(0.6);
        assertThat(steps.getLast().get("map_haematoxylin")).isGreaterThan(0.3);
    }

    @Test
    void whatCannotBeIsRefusedWithAReason() {
        refused("token", "mae", "vit_nano", "scale", "hides most of each view");
        refused("map", "dino", "vit_nano", "scale", "CypherViT");
        refused("token", "dino", "cyphervit_nano", "none, none, none, none, scale", "ends with 4");
        refused("token", "dino", "cyphervit_nano", "hematoxylin", "haematoxylin, nuclei, scale");
        refused("token", "dino", "cyphervit_nano", "scale, scale", "two tokens");
        refused("token", "dino", "cyphervit_nano", "'column:grade'", "tokenTargets.labels");
    }

    @Test
    void theTruthOfAViewIsThatOfItsPixelsBeforeColoursChange() {
        Recipe recipe = recipe("token", "dino", "cyphervit_nano", 1, "haematoxylin, none, scale");
        var views = recipe.views().recipe();
        TargetValues values = TargetValues.of(recipe.tokenTargets(), TISSUE);
        Recipe colourless =
                recipe("token", "dino", "cyphervit_nano", 1, "haematoxylin, none, scale", "views.colorStrength=0");
        var plain = colourless.views().recipe();
        try (Scope scope = Scope.open();
                ViewLoader loader = loader(views, values.measures());
                ViewLoader other = loader(plain, values.measures());
                ViewLoader asBefore = loader(views, List.of())) {
            var batch = (CpuViewBatch) loader.next();
            assertThat(((CpuViewBatch) asBefore.next()).views().getFirst())
                    .as("asking changes no draw")
                    .isEqualTo(batch.views().getFirst());
            Tensor truth = values.of(batch, TestDevice.get());
            assertThat(Tensors.shape(truth)).containsExactly(8L * views.views(), 2);
            float[] first = Tensors.floats(truth);
            float[] second = Tensors.floats(values.of(other.next(), TestDevice.get()));
            assertThat(first[0]).isEqualTo(second[0]);
            assertThat(first[1]).isEqualTo(second[1]).isBetween(-1f, 1f); // 48-pixel tiles, 32-pixel views
        }
    }

    private static ViewLoader loader(ViewRecipe views, List<ViewMeasure> measures) {
        return new ViewLoader(TISSUE, new ViewRequest(views, measures, false), 8, 1, 1, 0, Group.singleProcess());
    }

    private List<Map<String, Double>> train(String through, String method, String backbone, int steps, String tokens)
            throws IOException {
        List<Map<String, Double>> measured = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void stepped(Step step) {
                measured.add(Map.copyOf(step.measures()));
            }
        };
        new Run(folder, recipe(through, method, backbone, steps, tokens), TISSUE, null, List.of(watch)).train(false);
        return measured;
    }

    private void refused(String through, String method, String backbone, String tokens, String words) {
        assertThatThrownBy(() -> train(through, method, backbone, 1, tokens))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(words);
        assertThat(folder.resolve(Run.RECIPE)).doesNotExist();
    }

    private static Recipe recipe(
            String through, String method, String backbone, int steps, String tokens, String... settings) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=" + method);
        Recipes.set(overrides, "backbone={name: " + backbone + ", width: 48}");
        Recipes.set(overrides, "views={globalSize: 32, globalMin: 0.3}");
        if (!method.equals("mae")) {
            Recipes.set(overrides, "views.colorStrength=0.5");
        }
        if (method.equals("dino")) {
            Recipes.set(overrides, "views.locals=0");
        }
        Recipes.set(overrides, "optimizer={learningRate: 1.0e-3, weightDecay: 0, finalWeightDecay: 0}");
        Recipes.set(overrides, "run={batch: 24, loaderThreads: 1, seed: 5}");
        Recipes.set(overrides, "run.device=" + TestDevice.NAME);
        Recipes.set(overrides, "run.steps=" + steps);
        Recipes.set(overrides, "tokenTargets={through: " + through + ", tokens: [" + tokens + "]}");
        for (String setting : settings) {
            Recipes.set(overrides, setting);
        }
        return Recipes.resolve(overrides, new DatasetInfo(TISSUE.size(), TISSUE.classes()));
    }

    // Over the last ten steps.
    private static double mean(List<Map<String, Double>> steps, String name) {
        return steps.subList(steps.size() - 10, steps.size()).stream()
                .mapToDouble(step -> step.get(name))
                .average()
                .orElseThrow();
    }
}
