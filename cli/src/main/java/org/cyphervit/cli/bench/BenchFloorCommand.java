package org.cyphervit.cli.bench;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.cli.bench.measure.BenchMemory;
import org.cyphervit.cli.bench.measure.BenchOutput;
import org.cyphervit.cli.bench.measure.Rates;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "floor",
        description = "Measure what this machine can do at best: matrix products in GFLOP/s, memory in GB/s.",
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class BenchFloorCommand implements Callable<Integer> {
    @Option(names = "--size", defaultValue = "1024", description = "Side of the square matrices. Default: 1024.")
    @Within(least = 1, most = 1 << 16)
    private int size;

    @Option(names = "--mib", defaultValue = "256", description = "Memory to copy, MiB. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1 << 18)
    private int mib;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private BenchOutput output = new BenchOutput();

    @Override
    public Integer call() throws IOException {
        BenchMemory.requireBytes(3L * Float.BYTES * size * size, "Three matrices of --size");
        BenchMemory.requireBytes((long) mib << 21, "Two copies of --mib");
        Device where = device.open();
        double fp32 = Rates.gemm(size, Precision.FP32, where);
        double bf16 = Rates.gemm(size, Precision.BF16, where);
        double bandwidth = Rates.bandwidth(mib, where);
        System.err.printf(
                "Matrix products of %d: %.0f GFLOP/s in fp32, %.0f in bf16. Memory: %.1f GB/s. %d threads.%n",
                size, fp32, bf16, bandwidth, Engine.threads());
        output.put("gemm_gflops_fp32", fp32)
                .put("gemm_gflops_bf16", bf16)
                .put("memory_gb_per_second", bandwidth)
                .put("threads", Engine.threads())
                .print("floor", String.format(Locale.ROOT, "%d squared, %d MiB, on %s", size, mib, device.name()));
        return 0;
    }
}
