package org.cyphervit.cli;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Presets;
import org.cyphervit.data.TileSource;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.Dino;
import org.cyphervit.ssl.DinoOptions;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.torch.Draws;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.train.OptimizerOptions;
import org.cyphervit.train.Trainer;
import org.cyphervit.view.ViewLoader;
import org.cyphervit.view.ViewOptions;
import org.cyphervit.view.ViewRecipe;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "bench",
        description = {
            "Time DINO's training step on random images: student forward and backward over 2 global 224-pixel and L local"
                    + " 96-pixel views, teacher forward, loss, clipping, AdamW, teacher update. No loading of tiles.",
            "With --views: the loader alone, on tiles of a folder."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class BenchCommand implements Callable<Integer> {
    @Option(names = "--backbone", defaultValue = "vit_small", description = "Default: ${DEFAULT-VALUE}.")
    private String backbone = "vit_small";

    @Option(names = "--patch", defaultValue = "16", description = "Side of a patch, pixels. Default: 16.")
    private int patch;

    @Option(names = "--batch", defaultValue = "4", description = "Default: 4.")
    private int batch;

    @Option(names = "--local-crops", defaultValue = "2", description = "L. Default: 2.")
    private int locals;

    @Option(names = "--out-dim", defaultValue = "65536", description = "Prototypes. Default: 65536.")
    private int out;

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16. Default: fp32.")
    private String precision = "fp32";

    @Option(names = "--steps", defaultValue = "10", description = "Timed, after two that are not. Default: 10.")
    private int steps;

    @Option(names = "--device", defaultValue = "cpu", description = "Default: cpu.")
    private String device = "cpu";

    @Option(names = "--views", description = "Time the loader instead: decoding and views, no model.")
    private boolean views;

    @Option(names = "--data", paramLabel = "FOLDER", description = "Tiles for --views.")
    private @Nullable String data;

    @Option(names = "--threads", defaultValue = "2", description = "Loader threads for --views. Default: 2.")
    private int threads;

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() {
        return views ? benchViews() : benchStep();
    }

    private int benchStep() {
        Device where = Scope.keep(Engine.device(device));
        Backbone student = Presets.named(backbone).config(patch, 224, 0).build(0, where);
        DinoOptions options = new DinoOptions(2048, 256, out, false, true, .1, .04, .04, 0, .9, false, .996, 0);
        Trainer trainer = new Trainer(
                new Dino(student, options, new Init(1, where)),
                new OptimizerOptions(Schedule.constant(1e-4), Schedule.constant(0.04), 3.0),
                Precision.parse(precision),
                new Draws(2, where),
                steps + 2L,
                steps + 2L);
        Draws images = new Draws(3, where);
        double[] milliseconds = new double[steps];
        Progress progress = new Progress("steps", steps);
        for (int i = -2; i < steps; i++) {
            try (Scope scope = Scope.open()) {
                List<Tensor> batchViews = new ArrayList<>();
                for (int v = 0; v < 2 + locals; v++) {
                    int side = v < 2 ? 224 : 96;
                    batchViews.add(images.normal(1, batch, 3, side, side));
                }
                long before = System.nanoTime();
                trainer.step(List.of(Batch.unlabelled(batchViews)));
                if (i >= 0) {
                    milliseconds[i] = (System.nanoTime() - before) / 1e6;
                    progress.accept(i + 1);
                }
            }
        }
        Arrays.sort(milliseconds);
        double median = milliseconds[steps / 2];
        System.err.printf(
                "%s/%d, batch %d, %d local views, %d prototypes, %s on %s: %.1f ms per step, %.2f images/s%n",
                backbone, patch, batch, locals, out, precision, device, median, batch * 1e3 / median);
        json.put("images_per_second", batch * 1e3 / median)
                .put("ms_per_step", median)
                .put("ms_per_step_min", milliseconds[0])
                .put("ms_per_step_max", milliseconds[steps - 1])
                .put("threads", Engine.threads())
                .print();
        return 0;
    }

    private int benchViews() {
        if (data == null) {
            throw new UserError("--views needs tiles: give --data FOLDER.");
        }
        TileSource source = tiles.open(data);
        ViewRecipe recipe = ViewRecipe.multicrop(new ViewOptions(224, 0.4, 96, locals, 0.05, true, 1, 1));
        try (ViewLoader loader = new ViewLoader(source, recipe, batch, 0, threads, 0)) {
            loader.next();
            loader.next();
            long before = System.nanoTime();
            for (int i = 0; i < steps; i++) {
                loader.next();
            }
            double rate = (double) steps * batch / ((System.nanoTime() - before) / 1e9);
            System.err.printf(
                    "%.1f images/s, each 2 global 224-pixel and %d local 96-pixel views, %d threads%n",
                    rate, locals, threads);
            json.put("images_per_second", rate).put("threads", threads).print();
        }
        return 0;
    }
}
