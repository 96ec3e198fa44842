package org.cyphervit.train;

import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.Batch;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.ProcessMemory;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;

/**
 * What training by a recipe costs on this machine. It is measured, on networks of its own and random images, with so few
 * images that the trial takes seconds, and carried over to more: memory grows as a line with the images of a forward pass,
 * and so does time.
 *
 * @param base bytes of the whole process without images: program, weights, moments
 * @param perImage bytes
 * @param secondsPerImage of forward and backward pass
 */
public record TrainingCost(double base, double perImage, double secondsPerImage) {
    private static final int FEWEST = 2; // a batch normalisation needs two
    private static final double LONG_ENOUGH = 2; // seconds of a step
    private static final double LARGE_ENOUGH = 256e6; // bytes that a trial needed more than the one before
    private static final long RUN = 1_000_000; // steps; the trial is in their middle, where nothing is frozen

    /** The most that the process holds at once with so many images in a forward pass, bytes. */
    public double bytes(long images) {
        return base + perImage * images;
    }

    /**
     * Tries it out on the CPU.
     *
     * @param classes of the tiles; 0 for none
     * @return empty on a GPU, and where the system does not tell what a process holds (only Linux does)
     */
    public static Optional<TrainingCost> measure(Recipe recipe, int classes) {
        Device device = Scope.keep(Engine.device(recipe.run().device()));
        if (!device.is_cpu() || !ProcessMemory.startAnew()) {
            return Optional.empty();
        }
        Trainer trainer = trainer(recipe, device);
        try {
            return Optional.of(measure(recipe, classes, trainer, device));
        } finally {
            trainer.state().values().forEach(Scope::free);
            trainer.method().release();
            ProcessMemory.startAnew();
        }
    }

    private static TrainingCost measure(Recipe recipe, int classes, Trainer trainer, Device device) {
        int most = recipe.run().batch();
        Trial trial = new Trial(recipe, Math.max(1, classes), trainer, device);
        trial.of(Math.min(FEWEST, most)); // code and kernels are loaded, the moments are there
        int images = Math.min(FEWEST, most);
        Step before = trial.of(images);
        Step last = before;
        while (images < most) {
            before = last;
            images = Math.min(2 * images, most);
            last = trial.of(images);
            if (last.seconds >= LONG_ENOUGH || last.peak - before.peak >= LARGE_ENOUGH) {
                break;
            }
        }
        double slope = Math.max(0, (double) (last.peak - before.peak) / Math.max(1, last.images - before.images));
        return new TrainingCost(last.peak - slope * last.images, slope, last.seconds / last.images);
    }

    private static Trainer trainer(Recipe recipe, Device device) {
        Backbone backbone = recipe.backbone().build(0, device);
        recipe.tuning().lora().ifPresent(options -> {
            backbone.trainable(false); // as far as it starts from weights, which is nearly all
            backbone.adapt(options, new Init(2, device));
        });
        Trainer trainer = new Trainer(
                        recipe.method().make(backbone, new Init(1, device)),
                        recipe.optimizer().options(RUN),
                        recipe.run().precision(),
                        new SeededGenerator(2, device),
                        RUN,
                        RUN / 100)
                .recomputing(recipe.run().recompute());
        trainer.resumeAt(RUN / 2);
        return trainer;
    }

    private record Step(int images, double seconds, long peak) {}

    private record Trial(Recipe recipe, int classes, Trainer trainer, Device device) {
        Step of(int images) {
            List<ViewSpec> views = recipe.views().recipe().expanded();
            SeededGenerator generator = new SeededGenerator(3, device);
            ProcessMemory.startAnew();
            try (Scope scope = Scope.open()) {
                List<Tensor> drawn = views.stream()
                        .map(view -> generator.normal(1, images, 3, view.size(), view.size()))
                        .toList();
                Tensor labels = Tensors.ofLabels(
                        IntStream.range(0, images).map(i -> i % classes).toArray());
                long begun = System.nanoTime();
                trainer.step(List.of(new Batch(drawn, labels)));
                double seconds = (System.nanoTime() - begun) / 1e9;
                OptionalLong peak = ProcessMemory.peak();
                return new Step(images, seconds, peak.orElse(0));
            }
        }
    }
}
