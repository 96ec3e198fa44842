package org.cyphervit.jmh;

import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.cyphervit.image.RgbImage;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.augment.ViewSpec.Color;
import org.cyphervit.augment.ViewSpec.Flips;
import org.cyphervit.augment.Views;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** One view of 224 px of a tile of 256 px, on one core: each kind of change alone, and all as the recipes have them. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class ViewsBenchmark {
    private static final int SIZE = 224;
    private static final Flips NONE = new Flips(0, 0);

    private final RgbImage tile = Tissue.tile(256);
    private final SplittableRandom random = new SplittableRandom(0);
    private final ViewSpec crop = view(NONE, false, Color.NONE);
    private final ViewSpec turned = view(new Flips(1, 1), true, Color.NONE);
    private final ViewSpec stained = view(NONE, false, new Color(1, 0.3, 0, 0, 0, 0, 0, 0, 0, 0));
    private final ViewSpec jittered = view(NONE, false, new Color(0, 0, 1, 0.3, 0.3, 0.2, 0.1, 0, 0, 0));
    private final ViewSpec blurred = view(NONE, false, new Color(0, 0, 0, 0, 0, 0, 0, 0, 1, 0));
    private final ViewSpec all = ViewOptions.MultiCrop.of(SIZE).recipe()
            .specs()
            .getFirst();

    @Benchmark
    public RgbImage cropAndResize() {
        return Views.draw(tile, crop, random);
    }

    @Benchmark
    public RgbImage cropAndTurn() {
        return Views.draw(tile, turned, random);
    }

    @Benchmark
    public RgbImage cropAndStain() {
        return Views.draw(tile, stained, random);
    }

    @Benchmark
    public RgbImage cropAndJitter() {
        return Views.draw(tile, jittered, random);
    }

    @Benchmark
    public RgbImage cropAndBlur() {
        return Views.draw(tile, blurred, random);
    }

    @Benchmark
    public RgbImage asTheRecipe() {
        return Views.draw(tile, all, random);
    }

    private static ViewSpec view(Flips flips, boolean turns, Color color) {
        return new ViewSpec("view", 1, SIZE, 0.4, 1, flips, turns, color);
    }
}
