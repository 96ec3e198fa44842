package org.cyphervit.jmh;

import java.util.BitSet;
import java.util.concurrent.TimeUnit;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.tissue.Overview;
import org.cyphervit.slide.tissue.TissueMask;
import org.cyphervit.slide.tissue.TissueOptions;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** The tissue of an overview of 1024 x 1024 px at 8 um, which is a slide of 8 x 8 mm. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class TissueMaskBenchmark {
    private static final int SIDE = 1024;
    private static final double DOWNSAMPLE = 16;

    private final Overview overview = overview();

    @Benchmark
    public TissueMask mask() {
        return TissueMask.of(overview, 8, TissueOptions.standard());
    }

    // Tissue in the middle half, glass around it.
    private static Overview overview() {
        RgbImage image = RgbImage.blank(SIDE, SIDE);
        java.util.Arrays.fill(image.rgb(), (byte) 240);
        RgbImage tissue = Tissue.tile(SIDE / 2);
        for (int y = 0; y < SIDE / 2; y++) {
            int at = 3 * ((y + SIDE / 4) * SIDE + SIDE / 4);
            System.arraycopy(tissue.rgb(), 3 * y * SIDE / 2, image.rgb(), at, 3 * SIDE / 2);
        }
        long side = (long) (SIDE * DOWNSAMPLE);
        return new Overview(image, DOWNSAMPLE, new Bounds(0, 0, side, side), new BitSet());
    }
}
