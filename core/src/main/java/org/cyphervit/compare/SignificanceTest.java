package org.cyphervit.compare;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Whether one result is better than another: the one place that decides it.
 *
 * <ul>
 *   <li>Over re-splits of one set of samples: the corrected t-test ({@link TTests#resampled}).
 *   <li>Over seeds, from three on: the paired t-test.
 *   <li>Over test samples: the interval of {@link Bootstrap} must leave out 0; where there are seeds enough, both must
 *       agree.
 *   <li>Of two accuracies alone: a difference of more than two standard errors.
 * </ul>
 *
 * @param difference above 0 where the first is better, if more is better
 * @param significant at 5 %
 * @param interval of the difference over test samples; null where it was not taken
 * @param p two-sided, of the t-test; NaN where there was nothing to pair
 * @param replicates seeds or re-splits that the t-test is over
 */
public record SignificanceTest(
        double difference, boolean significant, @Nullable Bootstrap interval, double p, int replicates) {
    /** A test at this level finds something in one of twenty cases where there is nothing. */
    public static final double LEVEL = 0.05;

    private static final int MANY_SEEDS = 3;

    /** Over re-splits, paired. */
    public static SignificanceTest overResplits(double[] a, double[] b, double testToTrain) {
        double p = TTests.resampled(a, b, testToTrain).p();
        return new SignificanceTest(mean(a) - mean(b), p < LEVEL, null, p, a.length);
    }

    /** Over seeds, paired where there are as many of both; fewer than three decide nothing. */
    public static SignificanceTest overSeeds(double[] a, double[] b) {
        double p = a.length == b.length ? TTests.paired(a, b).p() : Double.NaN;
        boolean decides = a.length >= MANY_SEEDS && p < LEVEL;
        return new SignificanceTest(mean(a) - mean(b), decides, null, p, Math.min(a.length, b.length));
    }

    /** Of two accuracies on as many samples each. */
    public static SignificanceTest ofAccuracies(double a, double b, long samples) {
        double error = Math.sqrt((a * (1 - a) + b * (1 - b)) / samples);
        return new SignificanceTest(a - b, Math.abs(a - b) > 2 * error, null, Double.NaN, 0);
    }

    /**
     * Further, over test samples.
     *
     * @param a a number per sample, whose mean is the result
     * @param b the same of the other
     * @param groups number of each sample's patient, slide or cluster
     * @param seed of the bootstrap
     */
    public SignificanceTest overSamples(double[] a, double[] b, int[] groups, long seed) {
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = a[i] - b[i];
        }
        Bootstrap interval = Bootstrap.of(differences, groups, seed);
        boolean both = interval.excludesZero() && (!hasManySeeds() || p < LEVEL);
        return new SignificanceTest(difference, both, interval, p, replicates);
    }

    /** Whether there are seeds enough for the t-test to count. */
    public boolean hasManySeeds() {
        return replicates >= MANY_SEEDS && !Double.isNaN(p);
    }

    /** Whether the first is better, and not by chance. */
    public boolean isBetter() {
        return significant && difference > 0;
    }

    /** Whether the second is better, and not by chance. */
    public boolean isWorse() {
        return significant && difference < 0;
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(Double.NaN);
    }
}
