package org.cyphervit.eval.metric;

import java.util.Arrays;
import java.util.Locale;

/**
 * Results over seeds or splits.
 *
 * @param mean of the values
 * @param std sample standard deviation; NaN for a single value
 * @param n number of values
 */
public record Summary(double mean, double std, int n) {
    public static Summary of(double... values) {
        double mean = Arrays.stream(values).average().orElse(Double.NaN);
        double squares = Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum();
        return new Summary(mean, Math.sqrt(squares / (values.length - 1.0)), values.length);
    }

    /** Such as {@code 0.612 ± 0.008}. */
    @Override
    public String toString() {
        return text(1, 3);
    }

    /**
     * Such as {@code 61.2 ± 0.8}; the standard deviation only where there are two values or more.
     *
     * @param scale 100 for percent
     * @param decimals after the point
     */
    public String text(double scale, int decimals) {
        String format = "%." + decimals + "f";
        return n < 2
                ? String.format(Locale.ROOT, format, scale * mean)
                : String.format(Locale.ROOT, format + " ± " + format, scale * mean, scale * std);
    }
}
