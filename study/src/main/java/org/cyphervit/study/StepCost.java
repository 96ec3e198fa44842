package org.cyphervit.study;

import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.cyphervit.augment.batch.ViewBatch;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.augment.batch.ViewRequest;
import org.cyphervit.data.TileSource;
import org.cyphervit.group.Group;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.Trainer;
import org.cyphervit.train.recipe.Recipe;

/** What a recipe's steps cost: time, measured on a few small ones on this machine, or operations, counted. */
public final class StepCost {
    private static final int TILES = 4;
    private static final int STEPS = 3; // the first warms up and does not count

    private StepCost() {}

    /** Seconds per tile of a training step: views, forward, backward, update. A guess, for small batches cost more each. */
    public static double secondsPerTile(Recipe recipe, TileSource source) {
        Recipe.RunRecipe run = recipe.run();
        int batch = Math.min(TILES, source.size());
        try (Scope scope = Scope.open()) {
            Device device = Engine.device(run.device());
            SslMethod method = method(recipe, device);
            Trainer trainer = new Trainer(
                    method,
                    recipe.optimizer().options(1000),
                    run.precision(),
                    new SeededGenerator(0, device),
                    1000,
                    1000);
            long begun = 0;
            ViewRequest request = recipe.viewRequest(device, List.of());
            try (ViewLoader loader =
                    new ViewLoader(source, request, batch, 0, run.threads(), 0, Group.singleProcess())) {
                for (int i = 0; i < STEPS; i++) {
                    begun = i == 1 ? System.nanoTime() : begun;
                    ViewBatch views = loader.next();
                    int[] labels =
                            Arrays.stream(views.tiles()).map(source::label).toArray();
                    trainer.step(List.of(new Batch(views.tensors(device), Tensors.ofLabels(labels))));
                }
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            trainer.state().values().forEach(Scope::free);
            return seconds / ((STEPS - 1) * batch);
        }
    }

    /** Floating-point operations of a training step per tile, as {@link SslMethod#operations} has them. */
    public static double operationsPerTile(Recipe recipe) {
        try (Scope scope = Scope.open()) {
            SslMethod method = method(recipe, Engine.device("cpu"));
            try (Layer all = method.state()) {
                return method.operations(recipe.views().recipe().sides());
            }
        }
    }

    private static SslMethod method(Recipe recipe, Device device) {
        return recipe.method().make(recipe.backbone().build(0, device), new Init(0, device));
    }
}
