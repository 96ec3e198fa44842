package org.cyphervit.cli.bench.measure;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;

/** What a device can do at best, measured: the limit of everything that is made of matrix products and copies. */
public final class Rates {
    private static final int SIDE = 1024; // large enough for full speed, small enough for a cache
    private static final int GPU_SIDE = 8192; // smaller ones are over before the next is launched

    private static final int ROUNDS = 5;
    private static final double ROUND_SECONDS = 0.1;

    private Rates() {}

    /** GFLOP/s of the matrix products that limits are made of. */
    public static double gemm(Precision precision, Device device) {
        return gemm(device.is_cpu() ? SIDE : GPU_SIDE, precision, device);
    }

    /** GFLOP/s of the product of two square matrices of that side; the best of {@value #ROUNDS} rounds. */
    public static double gemm(int side, Precision precision, Device device) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            ScalarType type = precision == Precision.BF16 ? ScalarType.BFloat16 : ScalarType.Float;
            SeededGenerator generator = new SeededGenerator(0, device);
            Tensor a = generator.normal(1, side, side).to(type);
            Tensor b = generator.normal(1, side, side).to(type);
            return 2.0 * side * side * side / bestNanoseconds(() -> a.matmul(b));
        }
    }

    /** Bytes read and written per nanosecond, which is GB/s, by copying that many MiB; the best of several rounds. */
    public static double bandwidth(int mib, Device device) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor from = new SeededGenerator(0, device).uniform(0, 1, mib, 1 << 18); // 2^18 floats are a MiB
            Tensor to = from.clone();
            return 2.0 * mib * (1 << 20) / bestNanoseconds(() -> to.copy_(from));
        }
    }

    @FunctionalInterface
    private interface Work {
        Tensor once();
    }

    private static double bestNanoseconds(Work work) {
        double once = nanoseconds(work, 1);
        int times = (int) Math.clamp(ROUND_SECONDS * 1e9 / once, 1, 10_000);
        double best = once;
        for (int i = 0; i < ROUNDS; i++) {
            best = Math.min(best, nanoseconds(work, times));
        }
        return best;
    }

    // A scope for each, or results would pile up; one number is read at the end, which waits for a GPU.
    private static double nanoseconds(Work work, int times) {
        long begun = System.nanoTime();
        for (int i = 0; i < times; i++) {
            try (Scope scope = Scope.open()) {
                Tensor result = work.once();
                if (i == times - 1) {
                    result.flatten().narrow(0, 0, 1).to(ScalarType.Float).item_double();
                }
            }
        }
        return (double) (System.nanoTime() - begun) / times;
    }
}
