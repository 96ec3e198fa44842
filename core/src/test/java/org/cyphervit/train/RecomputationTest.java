package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Recomputation;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.node.ObjectNode;

class RecomputationTest {
    private static final Device DEVICE = TestDevice.get();

    private record Gradients(double loss, Map<String, float[]> byName, double nextDraw) {}

    @ParameterizedTest
    @CsvSource({
        "dino, vit_nano, FP32",
        "dino, cyphervit_nano, FP32",
        "dino, cyphervit_nano, BF16",
        "ibot, cyphervit_nano, FP32",
        "moco, vit_nano, FP32",
        "simclr, cyphervit_nano, FP32",
        "mae, vit_nano, FP32"
    })
    void givesTheGradientsOfAnOrdinaryPass(String method, String backbone, Precision precision) {
        Recipe recipe = recipe(method, backbone);
        Gradients kept = gradients(recipe, precision, false);
        Gradients again = gradients(recipe, precision, true);
        assertThat(again.loss).isEqualTo(kept.loss);
        assertThat(again.nextDraw).isEqualTo(kept.nextDraw); // the stream goes on where it would have
        assertThat(again.byName.keySet()).isEqualTo(kept.byName.keySet());
        double tolerance = precision == Precision.FP32 ? 1e-5 : 2e-2;
        kept.byName.forEach((name, expected) -> {
            float[] actual = Objects.requireNonNull(again.byName.get(name));
            double most = IntStream.range(0, expected.length)
                    .mapToDouble(i -> Math.abs(expected[i]))
                    .max()
                    .orElse(0);
            for (int i = 0; i < expected.length; i++) {
                assertThat((double) actual[i]).as(name).isCloseTo(expected[i], within(tolerance * most + 1e-9));
            }
        });
    }

    private static Gradients gradients(Recipe recipe, Precision precision, boolean recompute) {
        SeededGenerator generator = new SeededGenerator(4, DEVICE);
        try (Scope scope = Scope.open()) {
            SslMethod method = recipe.method().make(recipe.backbone().build(0, DEVICE), new Init(1, DEVICE));
            SeededGenerator images = new SeededGenerator(3, DEVICE);
            List<Tensor> views = recipe.views().recipe().expanded().stream()
                    .map(view -> images.normal(1, 6, 3, view.size(), view.size()))
                    .toList();
            Batch batch = new Batch(views, Tensors.ofLabels(new int[6]));
            Recomputation recomputation = recompute ? new Recomputation(generator, precision) : null;
            Tensor loss = precision.run(
                    DEVICE,
                    () -> method.loss(
                                    batch,
                                    ForwardMode.training(generator, recomputation),
                                    new TrainingProgress(50, 100, 10))
                            .value());
            if (recomputation == null) {
                loss.backward();
            } else {
                recomputation.backward(loss);
            }
            Map<String, float[]> byName = new LinkedHashMap<>();
            method.trained().parameters().forEach((name, parameter) -> {
                if (parameter.grad().defined()) {
                    byName.put(name, Tensors.floats(parameter.grad()));
                }
            });
            return new Gradients(
                    loss.item_double(), byName, generator.uniform(0, 1, 1).item_double());
        }
    }

    private static Recipe recipe(String method, String backbone) {
        ObjectNode overrides = Recipes.empty();
        Recipes.set(overrides, "method.name=" + method);
        Recipes.set(overrides, "backbone={name: " + backbone + ", width: 24, dropPath: 0.3}");
        if (backbone.startsWith("cypher")) {
            Recipes.set(overrides, "backbone.clustering.noise=GUMBEL");
        }
        Recipes.set(
                overrides, "views={globalSize: 32" + (method.equals("dino") ? ", localSize: 16, locals: 1" : "") + "}");
        return Recipes.resolve(overrides, new DatasetInfo(100, List.of()));
    }
}
