package org.cyphervit.eval.metric;

/**
 * How well a clustering agrees with labels, whatever the clusters are called.
 *
 * @param nmi normalized mutual information with the arithmetic mean of the entropies (Vinh 2010), [0, 1]; 1 where both
 *     put all samples into one
 * @param ari adjusted Rand index (Hubert and Arabie 1985): 1 for equal partitions, 0 on average for chance
 * @param accuracy share of samples that are right when clusters are named one-to-one as well as can be, [0, 1]
 */
public record Agreement(double nmi, double ari, double accuracy) {
    /**
     * Compares two partitions of the same samples.
     *
     * @param labels numbers in [0, classes)
     * @param clusters numbers in [0, groups)
     */
    public static Agreement of(int[] labels, int classes, int[] clusters, int groups) {
        if (labels.length != clusters.length) {
            throw new IllegalArgumentException(
                    labels.length + " labels with " + clusters.length + " clusters; expected one each.");
        }
        double[][] counts = new double[classes][groups];
        double[] rows = new double[classes];
        double[] columns = new double[groups];
        for (int i = 0; i < labels.length; i++) {
            counts[labels[i]][clusters[i]]++;
            rows[labels[i]]++;
            columns[clusters[i]]++;
        }
        double n = labels.length;
        double mutual = 0;
        double pairs = 0;
        for (int c = 0; c < classes; c++) {
            for (int g = 0; g < groups; g++) {
                double count = counts[c][g];
                mutual += count == 0 ? 0 : count / n * Math.log(count * n / (rows[c] * columns[g]));
                pairs += count * (count - 1) / 2;
            }
        }
        double entropies = (entropy(rows, n) + entropy(columns, n)) / 2;
        double expected = pairs(rows) * pairs(columns) / (n * (n - 1) / 2);
        double most = (pairs(rows) + pairs(columns)) / 2;
        double matched = 0;
        int[] named = Assignment.best(counts);
        for (int c = 0; c < classes; c++) {
            matched += named[c] < 0 ? 0 : counts[c][named[c]];
        }
        return new Agreement(
                entropies == 0 ? 1 : mutual / entropies,
                most == expected ? 1 : (pairs - expected) / (most - expected),
                matched / n);
    }

    private static double entropy(double[] counts, double n) {
        double sum = 0;
        for (double count : counts) {
            sum -= count == 0 ? 0 : count / n * Math.log(count / n);
        }
        return sum;
    }

    private static double pairs(double[] counts) {
        double sum = 0;
        for (double count : counts) {
            sum += count * (count - 1) / 2;
        }
        return sum;
    }
}
