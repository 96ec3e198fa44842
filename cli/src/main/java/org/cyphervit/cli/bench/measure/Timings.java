package org.cyphervit.cli.bench.measure;

import java.util.Arrays;

/**
 * How long the same thing took each time.
 *
 * @param milliseconds rising, at least one
 */
public record Timings(double[] milliseconds) {
    public Timings {
        if (milliseconds.length == 0) {
            throw new IllegalArgumentException("No time was taken.");
        }
        milliseconds = milliseconds.clone();
        Arrays.sort(milliseconds);
    }

    /** The middle one, of an even number the later of two. */
    public double median() {
        return milliseconds[milliseconds.length / 2];
    }

    public double min() {
        return milliseconds[0];
    }

    public double max() {
        return milliseconds[milliseconds.length - 1];
    }
}
