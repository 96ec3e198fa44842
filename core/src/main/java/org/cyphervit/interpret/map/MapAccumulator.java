package org.cyphervit.interpret.map;

import java.io.IOException;
import java.util.Arrays;

/**
 * The rows of a map that windows still add to: weighted sums of shares, and the tissue. Columns and rows begin one stride
 * before the map, so that its border is seen by as many windows as its middle.
 */
final class MapAccumulator {
    private final MapShape shape;
    private final int tokens;
    private final int width;
    private final int height;
    private final float[] sums; // (rows, columns, K)
    private final float[] weights; // (rows, columns)
    private final float[] tissue; // (rows, columns)
    private final double[] held;
    private final double[] strongest;
    private double entropy;
    private double most;
    private double area;

    MapAccumulator(MapShape shape, int tokens) {
        this.shape = shape;
        this.tokens = tokens;
        this.width = shape.bandColumns();
        this.height = shape.span() + shape.shifts();
        this.sums = new float[Math.multiplyExact(Math.multiplyExact(width, height), tokens)];
        this.weights = new float[width * height];
        this.tissue = new float[width * height];
        this.held = new double[tokens];
        this.strongest = new double[tokens];
    }

    /**
     * Adds a window's patches.
     *
     * @param shares (N,K), N patches row by row
     * @param from where they begin
     * @param row of the band
     * @param column of the band
     */
    void add(float[] shares, int from, int row, int column) {
        int n = shape.window() / shape.patch();
        int shifts = shape.shifts();
        for (int p = 0; p < n * n; p++) {
            float weight = slope(p / n, n) * slope(p % n, n);
            int top = row + p / n * shifts;
            int left = column + p % n * shifts;
            for (int i = top; i < Math.min(height, top + shifts); i++) {
                for (int j = left; j < Math.min(width, left + shifts); j++) {
                    int at = i * width + j;
                    weights[at] += weight;
                    for (int k = 0; k < tokens; k++) {
                        sums[at * tokens + k] += weight * shares[from + p * tokens + k];
                    }
                }
            }
        }
    }

    int tokens() {
        return tokens;
    }

    /** How much of each map pixel of the band is tissue, from its first row; (rows, columns). */
    void tissue(float[] shares) {
        System.arraycopy(shares, 0, tissue, 0, shares.length);
    }

    float tissue(int row, int column) {
        return tissue[row * width + column];
    }

    /** Hands out the rows that no later window touches, and makes room for as many. */
    void emit(int firstRow, MapRows rows) throws IOException {
        int margin = shape.stride();
        for (int i = 0; i < shape.stride(); i++) {
            if (firstRow + i >= 0 && firstRow + i < shape.height()) {
                byte[] row = new byte[(tokens + 1) * shape.width()];
                for (int x = 0; x < shape.width(); x++) {
                    int at = i * width + margin + x;
                    put(row, x, at);
                }
                rows.row(row);
            }
        }
        int moved = shape.stride() * width;
        System.arraycopy(sums, moved * tokens, sums, 0, sums.length - moved * tokens);
        Arrays.fill(sums, sums.length - moved * tokens, sums.length, 0);
        System.arraycopy(weights, moved, weights, 0, weights.length - moved);
        Arrays.fill(weights, weights.length - moved, weights.length, 0);
    }

    private void put(byte[] row, int x, int at) {
        if (weights[at] <= 0 || tissue[at] <= 0) {
            return;
        }
        int best = 0;
        double largest = 0;
        for (int k = 0; k < tokens; k++) {
            double share = sums[at * tokens + k] / weights[at];
            held[k] += share * tissue[at];
            entropy -= share > 0 ? share * Math.log(share) * tissue[at] : 0;
            int level = (int) Math.round(255 * Math.clamp(share, 0, 1));
            row[k * shape.width() + x] = (byte) level;
            largest = Math.max(largest, share);
            best = level > (row[best * shape.width() + x] & 0xff) ? k : best; // as it is drawn
        }
        strongest[best] += tissue[at];
        most += largest * tissue[at];
        area += tissue[at];
        row[tokens * shape.width() + x] = (byte) Math.round(255 * tissue[at]);
    }

    /** Share of the tissue so far where each token is the strongest. */
    double[] areas() {
        return ofArea(strongest);
    }

    /** Mean assignment of the tissue so far to each token. */
    double[] shares() {
        return ofArea(held);
    }

    SlideMap.Certainty certainty() {
        double even = Math.log(Math.max(2, tokens));
        return area > 0 ? new SlideMap.Certainty(entropy / area / even, most / area) : new SlideMap.Certainty(0, 0);
    }

    private double[] ofArea(double[] sums) {
        return Arrays.stream(sums).map(sum -> area > 0 ? sum / area : 0).toArray();
    }

    /** Tissue so far, map pixels. */
    double area() {
        return area;
    }

    private static float slope(int i, int n) {
        return (Math.min(i, n - 1 - i) + 0.5f) / n;
    }
}
