package org.cyphervit.interpret.umap;

import java.nio.FloatBuffer;
import java.util.Arrays;

/**
 * The k nearest other points of each point, exactly, nearest first; equally near ones in the order of their numbers.
 *
 * @param k per point
 * @param indices N x k
 * @param distances N x k by the metric, rising along a row
 */
record NearestNeighbours(int k, int[] indices, double[] distances) {
    /** More are found in float32 than are kept, so that its rounding does not choose among the nearly equal. */
    private static final int SLACK = 8;

    private record Near(int index, double distance) {}

    static NearestNeighbours of(Points points, int k) {
        int N = points.count();
        int found = Math.min(N - 1, k + SLACK);
        int[] indices = new int[Math.multiplyExact(N, k)];
        double[] distances = new double[indices.length];
        points.visitAll((i, scores, offset) -> {
            int[] nearest = smallest(scores, offset, N, i, found);
            Near[] exact = new Near[found];
            for (int n = 0; n < found; n++) {
                exact[n] = new Near(nearest[n], points.distance(i, nearest[n]));
            }
            Arrays.sort(exact, (a, b) -> {
                int byDistance = Double.compare(a.distance, b.distance);
                return byDistance != 0 ? byDistance : Integer.compare(a.index, b.index);
            });
            for (int n = 0; n < k; n++) {
                indices[i * k + n] = exact[n].index;
                distances[i * k + n] = exact[n].distance;
            }
        });
        return new NearestNeighbours(k, indices, distances);
    }

    // The columns of the smallest scores but one's own: a sorted list that few columns enter.
    private static int[] smallest(FloatBuffer scores, int offset, int N, int self, int count) {
        float[] best = new float[count];
        int[] columns = new int[count];
        Arrays.fill(best, Float.POSITIVE_INFINITY);
        for (int j = 0; j < N; j++) {
            float score = scores.get(offset + j);
            if (score < best[count - 1] && j != self) {
                int at = count - 1;
                while (at > 0 && best[at - 1] > score) {
                    best[at] = best[at - 1];
                    columns[at] = columns[at - 1];
                    at--;
                }
                best[at] = score;
                columns[at] = j;
            }
        }
        return columns;
    }
}
