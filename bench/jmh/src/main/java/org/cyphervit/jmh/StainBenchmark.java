package org.cyphervit.jmh;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** Normalization of a tile of 224 px on one core: measuring its stains, and giving it those of the reference. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class StainBenchmark {
    @Param({"MACENKO", "VAHADANE", "REINHARD"})
    public StainMethod method = StainMethod.MACENKO;

    private final byte[] rgb = Tissue.tile(224).rgb();
    private StainFit fit = StainMethod.MACENKO.reference();

    @Setup
    public void fit() {
        fit = method.fit(rgb).orElseThrow();
    }

    @Benchmark
    public Optional<StainFit> measure() {
        return method.fit(rgb);
    }

    /** A copy is made each time, or the tile would be normalized already. */
    @Benchmark
    public byte[] apply() {
        byte[] copy = rgb.clone();
        fit.recolor(copy, method.reference());
        return copy;
    }
}
