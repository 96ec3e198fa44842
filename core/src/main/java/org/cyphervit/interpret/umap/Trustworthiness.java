package org.cyphervit.interpret.umap;

import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.concurrent.atomic.LongAdder;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;

/** Whether neighbours in the picture are neighbours among the features (Venna and Kaski 2001). */
public final class Trustworthiness {
    private Trustworthiness() {}

    /**
     * {@code 1 - 2 / (N k (2N - 3k - 1)) * sum_i sum_(j in U_k(i)) (r(i,j) - k)}, U_k(i) being the k nearest of i in the
     * plane that are not among its k nearest by features, and r(i,j) the rank of j by features.
     *
     * @param plane (N, 2)
     * @param k neighbours looked at, below N / 2
     * @return 1 when no false neighbour shows, about 0.5 when the plane is random
     */
    public static double of(FeatureMatrix features, FeatureMatrix plane, int k, DistanceMetric metric) {
        int N = features.rows();
        if (plane.rows() != N || k < 1 || 2L * k >= N) {
            throw new UserError("Trustworthiness needs a point for each feature row and k from 1 to below half of them;"
                    + " got " + N + " features, " + plane.rows() + " points and k " + k + ".");
        }
        int[] shown = NearestNeighbours.of(Points.of(plane, DistanceMetric.EUCLIDEAN), k)
                .indices();
        LongAdder excess = new LongAdder();
        Points.of(features, metric).visitAll((i, scores, offset) -> excess.add(excess(shown, i, k, scores, offset, N)));
        return 1 - 2.0 * excess.sum() / ((double) N * k * (2.0 * N - 3.0 * k - 1));
    }

    // How far beyond k the ranks of one point's shown neighbours lie, in sum.
    private static long excess(int[] shown, int i, int k, FloatBuffer scores, int offset, int N) {
        float farthest = Float.NEGATIVE_INFINITY;
        for (int n = 0; n < k; n++) {
            farthest = Math.max(farthest, scores.get(offset + shown[i * k + n]));
        }
        int[] ranks = new int[k];
        Arrays.fill(ranks, 1);
        for (int other = 0; other < N; other++) {
            float score = scores.get(offset + other);
            if (score > farthest || other == i) {
                continue;
            }
            for (int n = 0; n < k; n++) {
                int j = shown[i * k + n];
                float its = scores.get(offset + j);
                if (score < its || (score == its && other < j)) {
                    ranks[n]++;
                }
            }
        }
        return Arrays.stream(ranks).mapToLong(rank -> Math.max(0, rank - k)).sum();
    }
}
