package org.cyphervit.compare;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.TDistribution;
import org.apache.commons.statistics.inference.DataDispersion;
import org.apache.commons.statistics.inference.TTest;

/** Student's t-tests of whether two means differ, two-sided. */
public final class TTests {
    private TTests() {}

    /**
     * The result of a test.
     *
     * @param t above 0 where the first mean is higher; NaN where nothing varies
     * @param p probability of a |t| at least as large if the means were equal, [0, 1]; NaN with t
     */
    public record Result(double t, double p) {
        private static final Result NONE = new Result(Double.NaN, Double.NaN);
    }

    /** Of values of the same seeds or splits; NaN for fewer than two pairs or differences that are all equal. */
    public static Result paired(double[] a, double[] b) {
        double[] differences = differences(a, b);
        if (differences.length < 2 || isConstant(differences)) {
            return Result.NONE;
        }
        var result = TTest.withDefaults().pairedTest(a, b);
        return new Result(result.getStatistic(), result.getPValue());
    }

    /** Of unrelated values with one variance; NaN for fewer than two on a side or values that are all equal. */
    public static Result independent(double[] a, double[] b) {
        if (a.length < 2 || b.length < 2 || (isConstant(a) && isConstant(b))) {
            return Result.NONE;
        }
        var result = TTest.withDefaults().with(DataDispersion.HOMOSCEDASTIC).test(a, b);
        return new Result(result.getStatistic(), result.getPValue());
    }

    /**
     * The paired test for re-splits of one set of samples (Nadeau and Bengio 2003). Re-splits share most of their samples,
     * so the plain test takes them for more evidence than they are and calls chance significant; here the variance
     * 1/n becomes 1/n + test/train.
     *
     * @param testToTrain samples of the test part over those of the training part
     */
    public static Result resampled(double[] a, double[] b, double testToTrain) {
        double[] differences = differences(a, b);
        int n = differences.length;
        if (n < 2 || isConstant(differences)) {
            return Result.NONE;
        }
        double mean = Arrays.stream(differences).average().orElseThrow();
        double variance =
                Arrays.stream(differences).map(d -> (d - mean) * (d - mean)).sum() / (n - 1);
        double t = mean / Math.sqrt((1.0 / n + testToTrain) * variance);
        return new Result(t, 2 * TDistribution.of(n - 1).survivalProbability(Math.abs(t)));
    }

    private static double[] differences(double[] a, double[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException(a.length + " and " + b.length + " values do not pair.");
        }
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = a[i] - b[i];
        }
        return differences;
    }

    private static boolean isConstant(double[] values) {
        return Arrays.stream(values).allMatch(v -> Math.abs(v - values[0]) < 1e-12);
    }
}
