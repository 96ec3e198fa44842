package org.cyphervit.interpret.umap;

import java.util.Arrays;

/**
 * The fuzzy simplicial set of the neighbourhoods (Algorithms 1 to 3 of the paper) as a symmetric sparse matrix by rows.
 *
 * @param starts N + 1 places where the rows start
 * @param columns of the entries, rising within a row
 * @param weights membership strengths in (0, 1]
 */
record FuzzyGraph(int[] starts, int[] columns, float[] weights) {
    private static final int BISECTIONS = 64;
    /** Kernels narrower than this share of the mean distance would cut points off from their neighbours. */
    private static final double MIN_SCALE = 1e-3;

    /** One-sided strengths exp(-max(0, d - rho) / sigma), and their fuzzy union a + b - ab with the other side's. */
    static FuzzyGraph of(NearestNeighbours neighbours) {
        int k = neighbours.k();
        int N = neighbours.indices().length / k;
        double meanDistance = Arrays.stream(neighbours.distances()).average().orElse(0);
        float[] strengths = new float[N * k];
        for (int i = 0; i < N; i++) {
            double[] distances = Arrays.copyOfRange(neighbours.distances(), i * k, (i + 1) * k);
            double rho = nearestApart(distances);
            double sigma = scale(distances, rho, meanDistance);
            for (int n = 0; n < k; n++) {
                double beyond = Math.max(0, distances[n] - rho);
                strengths[i * k + n] = (float) (beyond == 0 ? 1 : Math.exp(-beyond / sigma));
            }
        }
        return union(N, k, neighbours.indices(), strengths);
    }

    int points() {
        return starts.length - 1;
    }

    /** rho: the distance to the nearest neighbour that lies elsewhere, so that every point is firmly tied to one. */
    static double nearestApart(double[] distances) {
        for (double distance : distances) {
            if (distance > 0) {
                return distance;
            }
        }
        return 0;
    }

    /** sigma: the scale at which the strengths sum to log2 k (Algorithm 3), by bisection. */
    static double scale(double[] distances, double rho, double meanDistance) {
        double target = Math.log(distances.length) / Math.log(2);
        double low = 0;
        double high = Double.POSITIVE_INFINITY;
        double sigma = 1;
        for (int step = 0; step < BISECTIONS; step++) {
            double sum = 0;
            for (double distance : distances) {
                double beyond = distance - rho;
                sum += beyond > 0 ? Math.exp(-beyond / sigma) : 1;
            }
            if (sum > target) {
                high = sigma;
            } else {
                low = sigma;
            }
            sigma = high == Double.POSITIVE_INFINITY ? 2 * sigma : (low + high) / 2;
        }
        double mean = rho > 0 ? Arrays.stream(distances).average().orElse(0) : meanDistance;
        return Math.max(sigma, Math.max(MIN_SCALE * mean, Double.MIN_NORMAL));
    }

    private static FuzzyGraph union(int N, int k, int[] indices, float[] strengths) {
        // Both sides of each pair as (row, column, one-sided strength), sorted; a pair known from both sides meets
        // itself.
        int[] starts = new int[N + 1];
        for (int i = 0; i < N; i++) {
            starts[i + 1] += k;
            for (int n = 0; n < k; n++) {
                starts[indices[i * k + n] + 1]++;
            }
        }
        for (int i = 0; i < N; i++) {
            starts[i + 1] += starts[i];
        }
        long[] entries = new long[starts[N]]; // the column above, the bits of the strength below
        int[] filled = Arrays.copyOf(starts, N);
        for (int i = 0; i < N; i++) {
            for (int n = 0; n < k; n++) {
                int j = indices[i * k + n];
                int bits = Float.floatToIntBits(strengths[i * k + n]);
                entries[filled[i]++] = ((long) j << 32) | bits;
                entries[filled[j]++] = ((long) i << 32) | bits;
            }
        }
        int[] rows = new int[N + 1];
        int[] columns = new int[entries.length];
        float[] weights = new float[entries.length];
        int size = 0;
        for (int i = 0; i < N; i++) {
            Arrays.sort(entries, starts[i], starts[i + 1]);
            for (int e = starts[i]; e < starts[i + 1]; e++) {
                int column = (int) (entries[e] >>> 32);
                float strength = Float.intBitsToFloat((int) entries[e]);
                if (size > rows[i] && columns[size - 1] == column) {
                    weights[size - 1] += strength - weights[size - 1] * strength;
                } else if (strength > 0) {
                    columns[size] = column;
                    weights[size++] = strength;
                }
            }
            rows[i + 1] = size;
        }
        return new FuzzyGraph(rows, Arrays.copyOf(columns, size), Arrays.copyOf(weights, size));
    }
}
