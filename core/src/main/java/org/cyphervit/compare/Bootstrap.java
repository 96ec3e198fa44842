package org.cyphervit.compare;

import java.util.Arrays;
import java.util.SplittableRandom;

/**
 * Percentile bootstrap (Efron 1979) of a mean over samples: how far it may lie off because other samples might have been
 * tested on. Samples of one patient or slide are drawn together where groups are known, for they are no independent
 * evidence.
 *
 * @param mean over all samples
 * @param low lower end of the interval
 * @param high upper end
 */
public record Bootstrap(double mean, double low, double high) {
    private static final int REPEATS = 2000;

    /**
     * The interval that holds the mean of 95 % of 2,000 draws.
     *
     * @param values one per sample, such as 1 for a right prediction and 0 for a wrong one, or differences of two encoders
     * @param groups number of each sample's group; each sample its own where none is known
     * @param seed of the draws
     */
    public static Bootstrap of(double[] values, int[] groups, long seed) {
        if (values.length == 0 || values.length != groups.length) {
            throw new IllegalArgumentException(
                    values.length + " values with " + groups.length + " groups; expected one each, and at least one.");
        }
        int count = Arrays.stream(groups).max().orElseThrow() + 1;
        double[] sums = new double[count];
        double[] sizes = new double[count];
        for (int i = 0; i < values.length; i++) {
            sums[groups[i]] += values[i];
            sizes[groups[i]]++;
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] means = new double[REPEATS];
        for (int r = 0; r < REPEATS; r++) {
            double sum = 0;
            double size = 0;
            for (int i = 0; i < count; i++) {
                int group = random.nextInt(count);
                sum += sums[group];
                size += sizes[group];
            }
            means[r] = sum / size;
        }
        Arrays.sort(means);
        double mean = Arrays.stream(values).average().orElseThrow();
        return new Bootstrap(mean, means[(int) (0.025 * REPEATS)], means[(int) (0.975 * REPEATS)]);
    }

    /** Whether the interval leaves out 0. */
    public boolean excludesZero() {
        return low > 0 || high < 0;
    }
}
