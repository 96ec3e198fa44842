package org.cyphervit.cli.bench.measure;

import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.EngineSettings;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.Trainer;
import org.cyphervit.train.recipe.Recipe;

/** Steps of a recipe's own trainer on random images, in the middle of a long run: nothing is frozen or warming up. */
public final class StepBench implements AutoCloseable {
    /** What recipes are resolved for: as many tiles as ImageNet has images, of nine classes. */
    public static final DatasetInfo TILES = new DatasetInfo(
            1_281_167, IntStream.range(0, 9).mapToObj(i -> "class " + i).toList());

    private static final int WARM_UP = 2;
    private static final long RUN = 1_000_000;

    private final Recipe recipe;
    private final Device device;
    private final List<ViewSpec> views;
    private final Trainer trainer;

    /** Builds networks and optimizer. */
    public StepBench(Recipe recipe) {
        if (!recipe.tokenTargets().tokens().isEmpty()) {
            throw new UserError("Random images have nothing that single tokens could tell; leave tokenTargets out.");
        }
        this.recipe = recipe;
        EngineSettings.expect(recipe.run().precision());
        this.device = Scope.keep(Engine.device(recipe.run().device()));
        this.views = recipe.views().recipe().expanded();
        this.trainer = new Trainer(
                        recipe.method().make(recipe.backbone().build(0, device), new Init(1, device)),
                        recipe.optimizer().options(RUN),
                        recipe.run().precision(),
                        new SeededGenerator(2, device),
                        RUN,
                        RUN / 100)
                .recomputing(recipe.run().recompute());
        trainer.resumeAt(RUN / 2);
    }

    /**
     * What the steps took.
     *
     * @param steps each of them
     * @param phases mean milliseconds of a step by phase; empty where phases are not measured, as on a GPU
     */
    public record Result(Timings steps, Map<String, Double> phases) {}

    /** Times so many steps, after two that do not count. */
    public Result run(int steps, IntConsumer progress) {
        SeededGenerator images = new SeededGenerator(3, device);
        for (int i = 0; i < WARM_UP; i++) {
            step(images);
        }
        double[] milliseconds = new double[steps];
        try (PhaseTimes phases = new PhaseTimes()) {
            for (int i = 0; i < steps; i++) {
                milliseconds[i] = step(images);
                progress.accept(i + 1);
            }
            Map<String, Double> perStep = phases.perStep(steps);
            // Work on a GPU is only launched in a phase, and done later.
            return new Result(new Timings(milliseconds), device.is_cpu() ? perStep : Map.of());
        }
    }

    /** GFLOP of a step per tile of the batch. */
    public double gflopPerImage() {
        return trainer.method().operations(recipe.views().recipe().sides()) / 1e9;
    }

    public Device device() {
        return device;
    }

    private double step(SeededGenerator images) {
        int B = recipe.run().batch();
        try (Scope scope = Scope.open()) {
            List<Tensor> drawn = views.stream()
                    .map(view -> images.normal(1, B, 3, view.size(), view.size()))
                    .toList();
            Tensor labels = Tensors.ofLabels(
                    IntStream.range(0, B).map(i -> i % TILES.classes().size()).toArray());
            Engine.await(device); // the images are there
            long begun = System.nanoTime();
            trainer.step(List.of(new Batch(drawn, labels)));
            Engine.await(device); // the update is done
            return (System.nanoTime() - begun) / 1e6;
        }
    }

    @Override
    public void close() {
        trainer.state().values().forEach(Scope::free);
    }
}
