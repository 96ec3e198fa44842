package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.cli.bench.measure.BenchMemory;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.bench.measure.HardwareLimit;
import org.cyphervit.cli.bench.measure.RandomTiles;
import org.cyphervit.cli.bench.measure.Rates;
import org.cyphervit.cli.bench.measure.Timings;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Machine;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.EngineSettings;
import org.cyphervit.torch.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "embed",
        description = "Time the embedding of tiles that need no decoding: resizing, normalising, the forward pass.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchEmbedCommand implements Callable<Integer> {
    private static final int WARM_UP = 2;

    @Option(
            names = "--backbone",
            defaultValue = "vit_small",
            description = "Such as vit_small or cyphervit_small. Default: ${DEFAULT-VALUE}.")
    private String backbone = "vit_small";

    @Option(names = "--patch", defaultValue = "16", description = "Side of a patch, pixels. Default: 16.")
    @Within(least = 4, most = 224)
    private int patch;

    @Option(names = "--size", defaultValue = "224", description = "Side of the images, pixels. Default: 224.")
    @Within(least = 16, most = 8192)
    private int size;

    @Option(names = "--batch", defaultValue = "16", description = "Images per forward pass. Default: 16.")
    @Within(least = 1, most = 4096)
    private int batch;

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16. Default: fp32.")
    private String precision = "fp32";

    @Option(names = "--steps", defaultValue = "10", description = "Batches timed, after two that are not. Default: 10.")
    @Within(least = 1, most = 100_000)
    private int steps;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        Precision arithmetic = Precision.parse(precision);
        EngineSettings.expect(arithmetic);
        BenchMemory.requireBytes(3L * Float.BYTES * batch * size * size, "--batch and --size");
        Device where = device.open();
        Engine.await(where); // the engine is loaded: what is resident now is not the network's
        long before = Machine.memoryMib();
        try (Backbone network =
                Backbones.preset(backbone).config(patch, size, 0).build(0, where)) {
            Timings times = times(network, arithmetic);
            double gflop = network.pooledOperations(size) / 1e9;
            HardwareLimit limit = new HardwareLimit(gflop * batch, times.median(), Rates.gemm(arithmetic, where));
            String what = String.format(
                    Locale.ROOT,
                    "%s/%d at %d px, batch %d, %s on %s",
                    backbone,
                    patch,
                    size,
                    batch,
                    precision,
                    device.name());
            System.err.printf(
                    "%s: %.2f images/s, %.0f %% of the hardware's limit (%.1f GFLOP per image, %.0f GFLOP/s)%n",
                    what, batch * 1e3 / times.median(), 100 * limit.share(), gflop, limit.gemm());
            output.put("images_per_second", batch * 1e3 / times.median())
                    .put("ms_per_batch", times)
                    .put("threads", Engine.threads())
                    .put("precision", precision)
                    .put("gflop_per_image", gflop)
                    .put(limit);
            double weights = weightsMib(network);
            long peak = Machine.peakMemoryMib();
            if (peak >= 0) {
                System.err.printf(
                        Locale.ROOT,
                        "memory: %d MiB at most, %d before the network was made; its weights have %.0f%n",
                        peak,
                        before,
                        weights);
                output.put("peak_memory_mib", peak).put("memory_before_mib", before);
            }
            output.put("weights_mib", weights).print("embed", what);
        }
        return 0;
    }

    private static double weightsMib(Backbone network) {
        return network.state().values().stream()
                        .mapToDouble(tensor -> tensor.numel() * (double) tensor.element_size())
                        .sum()
                / (1 << 20);
    }

    // From one batch done to the next, as the embedder calls its listener.
    private Timings times(Backbone network, Precision arithmetic) {
        Embedder usual = Embedder.of(network, device.name());
        Embedder embedder = new Embedder(size, batch, device.name(), arithmetic, usual.threads(), FeatureChoice.POOLED);
        long[] done = new long[WARM_UP + steps];
        embedder.embed(
                network,
                RandomTiles.of(done.length * batch, size),
                tiles -> done[tiles / batch - 1] = System.nanoTime());
        double[] milliseconds = new double[steps];
        for (int i = 0; i < steps; i++) {
            milliseconds[i] = (done[WARM_UP + i] - done[WARM_UP + i - 1]) / 1e6;
        }
        return new Timings(milliseconds);
    }
}
