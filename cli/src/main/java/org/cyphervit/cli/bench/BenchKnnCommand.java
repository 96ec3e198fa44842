package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.cli.bench.measure.BenchMemory;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.bench.measure.HardwareLimit;
import org.cyphervit.cli.bench.measure.Rates;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.protocol.Knn;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "knn",
        description = "Time exact k-NN classification of M random features by N others.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchKnnCommand implements Callable<Integer> {
    private static final List<String> CLASSES =
            IntStream.range(0, 9).mapToObj(i -> "class " + i).toList();

    @Option(
            names = "--train",
            paramLabel = "N",
            defaultValue = "100000",
            description = "Features that are known. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000_000)
    private int train;

    @Option(
            names = "--test",
            paramLabel = "M",
            defaultValue = "10000",
            description = "Features that are classified. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000_000)
    private int test;

    @Option(
            names = "--width",
            paramLabel = "D",
            defaultValue = "384",
            description = "Numbers in a feature. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 16_384)
    private int width;

    @Option(names = "--k", defaultValue = "20", description = "Neighbours. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000)
    private int k;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        BenchMemory.requireFeatures((long) train + test, width, "--train, --test and --width");
        Device where = device.open();
        int[] labels = IntStream.range(0, train).map(i -> i % CLASSES.size()).toArray();
        LabelledFeatures known = new LabelledFeatures(random(train, width, 0), labels, CLASSES);
        FeatureMatrix queries = random(test, width, 1);
        Knn knn = new Knn(List.of(k), Knn.TEMPERATURE, device.name());
        knn.classify(known, queries.select(new int[] {0})); // the first loads and warms up
        long begun = System.nanoTime();
        knn.classify(known, queries);
        double ms = (System.nanoTime() - begun) / 1e6;
        HardwareLimit limit = new HardwareLimit(2e-9 * train * test * width, ms, Rates.gemm(Precision.FP32, where));
        String what = String.format(
                Locale.ROOT, "%d queries among %d features of %d, k = %d, on %s", test, train, width, k, device.name());
        System.err.printf(
                "%s: %.2f s, %.0f queries/s, %.0f %% of the hardware's limit%n",
                what, ms / 1e3, test * 1e3 / ms, 100 * limit.share());
        output.put("queries_per_second", test * 1e3 / ms)
                .put("seconds", ms / 1e3)
                .put("threads", Engine.threads())
                .put(limit)
                .print("knn", what);
        return 0;
    }

    /** Features that mean nothing, (N, D), normally distributed. */
    static FeatureMatrix random(int rows, int width, long seed) {
        try (Scope scope = Scope.open()) {
            return FeatureMatrix.of(new SeededGenerator(seed, new Device("cpu")).normal(1, rows, width));
        }
    }
}
