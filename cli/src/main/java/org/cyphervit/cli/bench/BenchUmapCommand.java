package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.cyphervit.cli.bench.measure.BenchMemory;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.option.Within;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.interpret.umap.Umap;
import org.cyphervit.interpret.umap.UmapOptions;
import org.cyphervit.torch.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "umap",
        description = "Time UMAP of random features: neighbours, graph, layout.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchUmapCommand implements Callable<Integer> {
    @Option(
            names = "--points",
            paramLabel = "N",
            defaultValue = "20000",
            description = "Number of features. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000_000)
    private int points;

    @Option(
            names = "--width",
            paramLabel = "D",
            defaultValue = "384",
            description = "Numbers in a feature. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 16_384)
    private int width;

    @Option(
            names = "--neighbours",
            defaultValue = "15",
            description = "Neighbours of each point. Default: ${DEFAULT-VALUE}.")
    @Within(least = 2, most = 1_000_000)
    private int neighbours;

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        BenchMemory.requireFeatures(points, width, "--points and --width");
        FeatureMatrix features = BenchKnnCommand.random(points, width, 0);
        UmapOptions options = UmapOptions.standard().withNeighbours(neighbours, 0.1);
        long begun = System.nanoTime();
        Umap.of(features, options);
        double seconds = (System.nanoTime() - begun) / 1e9;
        String what = String.format(Locale.ROOT, "%d features of %d, %d neighbours", points, width, neighbours);
        System.err.printf("%s: %.2f s, %.0f points/s%n", what, seconds, points / seconds);
        output.put("points_per_second", points / seconds)
                .put("seconds", seconds)
                .put("threads", Engine.threads())
                .print("umap", what);
        return 0;
    }
}
