package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.augment.batch.ViewBatch;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.augment.batch.ViewPlace;
import org.cyphervit.augment.batch.ViewRequest;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.data.TileSource;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "views",
        description = {
            "Time the loader alone: decoding of a folder's tiles and DINO's histology views of them, no model.",
            "With --device cuda until the views are there, ready for a model; with --views device they are made there."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchViewsCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "Tiles.")
    private String data = "";

    @Option(names = "--batch", defaultValue = "32", description = "Tiles of a batch. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 4096)
    private int batch;

    @Option(names = "--local-crops", paramLabel = "L", defaultValue = "2", description = "Local views. Default: 2.")
    @Within(most = 64)
    private int locals;

    @Option(names = "--threads", defaultValue = "2", description = "Loader threads. Default: 2.")
    @Within(least = 1, most = 512)
    private int threads;

    @Option(
            names = "--steps",
            defaultValue = "10",
            description = "Batches of each thread timed, after two that are not. Default: 10.")
    @Within(least = 1, most = 100_000)
    private int steps;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
    private String device = "cpu";

    @Option(
            names = "--views",
            paramLabel = "PLACE",
            defaultValue = "auto",
            description = "Who makes the views: cpu (threads), device (LibTorch) or auto, a GPU if that is the device."
                    + " Default: auto.")
    private ViewPlace views = ViewPlace.AUTO;

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        time(tiles.open(data), new Load(batch, locals, threads, steps, device, views), output);
        return 0;
    }

    /** How much is drawn, by how many threads, for which device and by whom. */
    record Load(int batch, int locals, int threads, int steps, String device, ViewPlace views) {}

    /** Times the loader and tells how fast it is. */
    static void time(TileSource source, Load load, BenchOutput output) throws IOException {
        ViewRecipe recipe =
                ViewOptions.MultiCrop.of(224).withLocals(load.locals, 96, 0.05).recipe();
        Device device = Scope.keep(Engine.device(load.device));
        boolean onDevice = load.views.onDevice(device, false);
        ViewRequest request = new ViewRequest(recipe, List.of(), onDevice);
        boolean tensors = onDevice || device.is_cuda();
        try (ViewLoader loader =
                new ViewLoader(source, request, load.batch, 0, load.threads, 0, Group.singleProcess())) {
            draw(loader, 2 * load.threads, tensors, device);
            long before = System.nanoTime();
            draw(loader, load.steps * load.threads, tensors, device); // threads end their batches at once
            double rate = (double) load.steps * load.threads * load.batch / ((System.nanoTime() - before) / 1e9);
            String by = onDevice ? "made on " + load.device : "made by the threads";
            System.err.printf(
                    "%.1f images/s, each 2 global 224-pixel and %d local 96-pixel views, %d threads, views %s%n",
                    rate, load.locals, load.threads, by);
            String of = "2 views of 224 px, " + load.locals + " of 96 px, batch " + load.batch;
            output.put("images_per_second", rate)
                    .put("threads", load.threads)
                    .print("views", tensors ? of + ", " + by + " for " + load.device : of);
        }
    }

    private static void draw(ViewLoader loader, int batches, boolean tensors, Device device) {
        for (int i = 0; i < batches; i++) {
            try (Scope scope = Scope.open()) {
                ViewBatch views = loader.next();
                if (tensors) {
                    views.tensors(device);
                }
            }
        }
        Engine.await(device);
    }
}
