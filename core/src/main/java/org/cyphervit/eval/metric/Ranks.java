package org.cyphervit.eval.metric;

import java.util.Arrays;

/** How well a score separates two kinds of samples. */
public final class Ranks {
    private Ranks() {}

    /**
     * The area under the ROC curve: the probability that a positive sample scores above a negative one, ties counting
     * half (Mann-Whitney). In [0, 1], 0.5 for a random score; NaN without samples of both kinds.
     *
     * @param scores N finite numbers
     * @param positive which samples are positive
     */
    public static double auroc(float[] scores, boolean[] positive) {
        // A float's bits order as the float does once those of negative numbers are flipped; the label rides along.
        long[] keys = new long[scores.length];
        long positives = 0;
        for (int i = 0; i < keys.length; i++) {
            int bits = Float.floatToIntBits(scores[i] + 0f); // + 0 makes -0 a 0
            keys[i] = ((long) (bits ^ ((bits >> 31) & 0x7fffffff)) << 1) | (positive[i] ? 1 : 0);
            positives += positive[i] ? 1 : 0;
        }
        Arrays.parallelSort(keys);
        double wins = 0;
        long below = 0;
        for (int start = 0; start < keys.length; ) {
            int end = start;
            long mine = 0;
            while (end < keys.length && keys[end] >> 1 == keys[start] >> 1) {
                mine += keys[end++] & 1;
            }
            long others = end - start - mine;
            wins += mine * (below + others / 2.0);
            below += others;
            start = end;
        }
        return wins / (positives * (double) (keys.length - positives));
    }
}
