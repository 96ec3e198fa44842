package org.cyphervit.cli.bench;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import org.cyphervit.cli.bench.measure.BenchMemory;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.bench.measure.Timings;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.viewer.NearestRows;
import org.cyphervit.embed.FeatureMatrix;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "places",
        description =
                "Time the viewer's 'places like this': the nearest of N random features, by comparing all of them.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchPlacesCommand implements Callable<Integer> {
    private static final int WARM_UP = 5;
    private static final int SHOWN = 24; // as many as the page asks for

    @Option(
            names = "--tiles",
            paramLabel = "N",
            defaultValue = "1000000",
            description = "Number of tiles. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000_000)
    private int tiles;

    @Option(
            names = "--width",
            paramLabel = "D",
            defaultValue = "192",
            description = "Numbers in a feature. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 16_384)
    private int width;

    @Option(names = "--queries", defaultValue = "15", description = "Timed, after five that are not. Default: 15.")
    @Within(least = 1, most = 1_000_000)
    private int queries;

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        BenchMemory.requireFeatures(tiles, width, "--tiles and --width");
        FeatureMatrix features = random();
        double[] milliseconds = new double[queries];
        double cpu = 0;
        for (int i = -WARM_UP; i < queries; i++) {
            int row = (i + WARM_UP) % tiles;
            float[] wanted = features.select(new int[] {row}).values();
            long processor = processorTime();
            long begun = System.nanoTime();
            NearestRows.of(features, wanted, row, SHOWN);
            if (i >= 0) {
                milliseconds[i] = (System.nanoTime() - begun) / 1e6;
                cpu += (processorTime() - processor) / 1e6 / queries;
            }
        }
        Timings timings = new Timings(milliseconds);
        String what = String.format(Locale.ROOT, "%d nearest of %d features of %d", SHOWN, tiles, width);
        System.err.printf(
                "%s: %.0f ms (%.0f to %.0f), %.0f ms of processor time%n",
                what, timings.median(), timings.min(), timings.max(), cpu);
        output.put("ms_per_query", timings)
                .put("cpu_ms_per_query", cpu)
                .put("threads", Runtime.getRuntime().availableProcessors())
                .print("places", what);
        return 0;
    }

    private FeatureMatrix random() {
        SplittableRandom random = new SplittableRandom(0);
        float[] values = new float[tiles * width];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextDouble() - 0.5);
        }
        for (int from = 0; from < values.length; from += width) {
            double squares = 0;
            for (int d = from; d < from + width; d++) {
                squares += values[d] * values[d];
            }
            float norm = (float) Math.max(Math.sqrt(squares), 1e-12);
            for (int d = from; d < from + width; d++) {
                values[d] /= norm;
            }
        }
        return new FeatureMatrix(values, width);
    }

    // Nanoseconds of all threads: what a query costs also where the machine has other work.
    private static long processorTime() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getProcessCpuTime();
    }
}
