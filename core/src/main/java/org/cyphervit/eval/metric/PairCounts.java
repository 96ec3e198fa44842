package org.cyphervit.eval.metric;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * How the pairs of N samples stand to each other in two rankings, counted in O(N log N) (Knight 1966).
 *
 * @param concordant pairs that both order the same way
 * @param discordant pairs that they order contrarily
 * @param tiedTargets pairs with equal targets, whatever the estimates
 * @param tiedEstimates pairs with equal estimates, whatever the targets
 * @param tiedBoth pairs equal in both
 */
public record PairCounts(long concordant, long discordant, long tiedTargets, long tiedEstimates, long tiedBoth) {
    /** Counts; neither may hold NaN. */
    public static PairCounts of(double[] targets, double[] estimates) {
        if (targets.length != estimates.length) {
            throw new IllegalArgumentException(
                    targets.length + " targets with " + estimates.length + " estimates; expected one each.");
        }
        int n = targets.length;
        int[] order = IntStream.range(0, n)
                .boxed()
                .sorted(Comparator.<Integer>comparingDouble(i -> targets[i]).thenComparingDouble(i -> estimates[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        double[] sorted = Arrays.stream(order).mapToDouble(i -> targets[i]).toArray();
        double[] following = Arrays.stream(order).mapToDouble(i -> estimates[i]).toArray();
        long both = 0;
        for (int i = 0, start = 0; i < n; i++) {
            start = i > 0 && sorted[i] == sorted[i - 1] && following[i] == following[i - 1] ? start : i;
            both += i - start;
        }
        long tiedTargets = ties(sorted);
        long discordant = inversions(following.clone(), new double[n], 0, n);
        Arrays.sort(following);
        long tiedEstimates = ties(following);
        long all = (long) n * (n - 1) / 2;
        long concordant = all - tiedTargets - tiedEstimates + both - discordant;
        return new PairCounts(concordant, discordant, tiedTargets, tiedEstimates, both);
    }

    /** Kendall's tau-b (1945), [-1, 1]; NaN where either ranking is constant. */
    public double tauB() {
        double ordered = (double) concordant + discordant;
        double inTargets = ordered + tiedEstimates - tiedBoth;
        double inEstimates = ordered + tiedTargets - tiedBoth;
        return (concordant - discordant) / Math.sqrt(inTargets) / Math.sqrt(inEstimates);
    }

    /**
     * The prediction probability P_K (Smith 1996): of pairs that differ in target, the share that the estimates order
     * rightly, ties counting half. In [0, 1]; NaN where all targets are equal.
     */
    public double predictionProbability() {
        long onlyEstimates = tiedEstimates - tiedBoth;
        return (concordant + onlyEstimates / 2.0) / (concordant + discordant + onlyEstimates);
    }

    private static long ties(double[] sorted) {
        long pairs = 0;
        for (int i = 1, run = 0; i < sorted.length; i++) {
            run = sorted[i] == sorted[i - 1] ? run + 1 : 0;
            pairs += run;
        }
        return pairs;
    }

    // Pairs in the wrong order, by merge sort.
    private static long inversions(double[] values, double[] spare, int from, int to) {
        if (to - from < 2) {
            return 0;
        }
        int middle = (from + to) >>> 1;
        long count = inversions(values, spare, from, middle) + inversions(values, spare, middle, to);
        int left = from;
        int right = middle;
        for (int i = from; i < to; i++) {
            if (right >= to || (left < middle && values[left] <= values[right])) {
                spare[i] = values[left++];
            } else {
                spare[i] = values[right++];
                count += middle - left;
            }
        }
        System.arraycopy(spare, from, values, from, to - from);
        return count;
    }
}
