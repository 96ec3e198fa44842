package org.cyphervit.cli;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.cyphervit.data.TileSource;
import org.cyphervit.view.ViewLoader;
import org.cyphervit.view.ViewOptions;
import org.cyphervit.view.ViewRecipe;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "views",
        description =
                "Time the loader alone: decoding of a folder's tiles and DINO's histology views of them, no model.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class BenchViewsCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, paramLabel = "FOLDER", description = "Tiles.")
    private String data = "";

    @Option(names = "--batch", defaultValue = "32", description = "Default: ${DEFAULT-VALUE}.")
    private int batch;

    @Option(names = "--local-crops", paramLabel = "L", defaultValue = "2", description = "Local views. Default: 2.")
    private int locals;

    @Option(names = "--threads", defaultValue = "2", description = "Loader threads. Default: 2.")
    private int threads;

    @Option(names = "--steps", defaultValue = "10", description = "Batches timed, after two that are not. Default: 10.")
    private int steps;

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        time(tiles.open(data), new Load(batch, locals, threads, steps), output);
        return 0;
    }

    /** How much is drawn, by how many threads. */
    record Load(int batch, int locals, int threads, int steps) {
        Load {
            BenchOutput.atLeast(1, "--threads", threads);
            BenchOutput.atLeast(1, "--steps", steps);
        }
    }

    /** Times the loader and tells how fast it is. */
    static void time(TileSource source, Load load, BenchOutput output) throws IOException {
        ViewRecipe recipe = ViewRecipe.multicrop(new ViewOptions(224, 0.4, 96, load.locals, 0.05, true, 1, 1));
        try (ViewLoader loader = new ViewLoader(source, recipe, load.batch, 0, load.threads, 0)) {
            loader.next();
            loader.next();
            long before = System.nanoTime();
            for (int i = 0; i < load.steps; i++) {
                loader.next();
            }
            double rate = (double) load.steps * load.batch / ((System.nanoTime() - before) / 1e9);
            System.err.printf(
                    "%.1f images/s, each 2 global 224-pixel and %d local 96-pixel views, %d threads%n",
                    rate, load.locals, load.threads);
            output.put("images_per_second", rate)
                    .put("threads", load.threads)
                    .print("views", "2 views of 224 px, " + load.locals + " of 96 px, batch " + load.batch);
        }
    }
}
