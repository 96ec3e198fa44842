package org.cyphervit.eval;

import java.util.Arrays;
import java.util.Locale;
import org.apache.commons.statistics.inference.TTest;

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

    /**
     * Two-sided p of the paired t-test between values of the same seeds or splits; NaN for fewer than two pairs or
     * differences that are all equal.
     */
    public static double pairedP(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(a.length + " and " + b.length + " values do not pair.");
        }
        double first = a.length == 0 ? 0 : a[0] - b[0];
        boolean constant = true;
        for (int i = 0; i < a.length; i++) {
            constant &= Math.abs(a[i] - b[i] - first) < 1e-12;
        }
        return a.length < 2 || constant
                ? Double.NaN
                : TTest.withDefaults().pairedTest(a, b).getPValue();
    }

    /** Such as {@code 0.612 ± 0.008}. */
    @Override
    public String toString() {
        return n < 2 ? "%.3f".formatted(mean) : String.format(Locale.ROOT, "%.3f ± %.3f", mean, std);
    }
}
