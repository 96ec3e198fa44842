package org.cyphervit.cli.viewer;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.embed.FeatureMatrix;

/**
 * The rows of a matrix most alike to a vector, found by a product per row: exact, no index to build or to keep, and a quarter
 * of a second of one core's time for a million rows of 192 ({@code bench places}).
 */
public final class NearestRows {
    private static final int CHUNK = 1 << 14; // rows that a thread takes at a time
    private static final Comparator<Hit> ORDER =
            Comparator.comparingDouble(Hit::similarity).reversed().thenComparingInt(Hit::row);

    private final float[] similarities;
    private final int[] rows;
    private int found;

    /** A row and its product with the vector, the cosine of rows of unit length. */
    public record Hit(int row, float similarity) {}

    private NearestRows(int count) {
        similarities = new float[count];
        rows = new int[count];
    }

    /**
     * Finds them.
     *
     * @param features rows of unit length
     * @param wanted of unit length, as wide
     * @param without a row that is left out; -1 for none
     * @return at most {@code count}, the most alike first; of equals the first row
     */
    public static List<Hit> of(FeatureMatrix features, float[] wanted, int without, int count) {
        int N = features.rows();
        return IntStream.range(0, (N + CHUNK - 1) / CHUNK)
                .parallel()
                .mapToObj(chunk -> {
                    NearestRows best = new NearestRows(count);
                    best.search(features, wanted, chunk * CHUNK, Math.min(N, (chunk + 1) * CHUNK), without);
                    return best.hits();
                })
                .flatMap(List::stream)
                .sorted(ORDER)
                .limit(count)
                .toList();
    }

    // Four rows at a time: sums that do not wait for each other, and the vector is read once for all.
    private void search(FeatureMatrix features, float[] wanted, int from, int to, int without) {
        int D = features.width();
        float[] values = features.values();
        int i = from;
        for (; i + 4 <= to; i += 4) {
            int first = i * D;
            int second = first + D;
            int third = second + D;
            int fourth = third + D;
            float a = 0;
            float b = 0;
            float c = 0;
            float e = 0;
            for (int d = 0; d < D; d++) {
                float x = wanted[d];
                a += x * values[first + d];
                b += x * values[second + d];
                c += x * values[third + d];
                e += x * values[fourth + d];
            }
            put(i, a, without);
            put(i + 1, b, without);
            put(i + 2, c, without);
            put(i + 3, e, without);
        }
        for (; i < to; i++) {
            float product = 0;
            for (int d = 0; d < D; d++) {
                product += wanted[d] * values[i * D + d];
            }
            put(i, product, without);
        }
    }

    // Keeps the best in order; a row comes after those before it that are as alike.
    private void put(int row, float similarity, int without) {
        int most = rows.length;
        if (row == without || (found == most && !(similarity > similarities[most - 1]))) {
            return;
        }
        int at = found < most ? found++ : most - 1;
        for (; at > 0 && similarities[at - 1] < similarity; at--) {
            similarities[at] = similarities[at - 1];
            rows[at] = rows[at - 1];
        }
        similarities[at] = similarity;
        rows[at] = row;
    }

    private List<Hit> hits() {
        List<Hit> hits = new ArrayList<>();
        for (int i = 0; i < found; i++) {
            hits.add(new Hit(rows[i], similarities[i]));
        }
        return hits;
    }

    /** The same rows at unit length. */
    public static FeatureMatrix unit(FeatureMatrix features) {
        int D = features.width();
        float[] values = features.values().clone();
        for (int i = 0; i < features.rows(); i++) {
            double squares = 0;
            for (int d = 0; d < D; d++) {
                squares += (double) values[i * D + d] * values[i * D + d];
            }
            float norm = (float) Math.max(Math.sqrt(squares), 1e-12);
            for (int d = 0; d < D; d++) {
                values[i * D + d] /= norm;
            }
        }
        return new FeatureMatrix(values, D);
    }
}
