package org.cyphervit.interpret.map;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A level of a pyramid as its rows come: a row of tiles that fills, and the odd row that waits for its neighbour. */
final class LevelRows {
    private final int width;
    private final int height;
    private final int planes;
    private final LayerTiles layers;
    private final boolean isKept;
    private final List<byte[]> strip = new ArrayList<>();
    private final List<byte[]> kept = new ArrayList<>();
    private byte @Nullable [] odd;
    private int rows;

    /** @param isKept whether the whole level stays in memory */
    LevelRows(int width, int height, int planes, boolean isKept, LayerTiles layers) {
        this.width = width;
        this.height = height;
        this.planes = planes;
        this.layers = layers;
        this.isKept = isKept;
    }

    /** Adds a row; returns the row of the next coarser level that it completes. */
    byte @Nullable [] add(byte[] row) throws IOException {
        strip.add(row);
        rows++;
        if (isKept) {
            kept.add(row);
        }
        if (strip.size() == Pyramid.TILE || rows == height) {
            layers.write((rows - 1) / Pyramid.TILE, strip, width);
            strip.clear();
        }
        if (odd == null && rows < height) {
            odd = row;
            return null;
        }
        byte[] coarser = coarser(odd == null ? row : odd, row);
        odd = null;
        return coarser;
    }

    // Means of two by two pixels; shares are weighted by the tissue, so that glass does not thin them out.
    private byte[] coarser(byte[] upper, byte[] lower) {
        int half = (width + 1) / 2;
        int K = planes - 1;
        byte[] mean = new byte[planes * half];
        for (int x = 0; x < half; x++) {
            int right = Math.min(2 * x + 1, width - 1);
            int[] columns = {2 * x, right};
            int tissue = 0;
            int[] sums = new int[K];
            for (byte[] row : List.of(upper, lower)) {
                for (int column : columns) {
                    int weight = row[K * width + column] & 0xff;
                    tissue += weight;
                    for (int k = 0; k < K; k++) {
                        sums[k] += weight * (row[k * width + column] & 0xff);
                    }
                }
            }
            for (int k = 0; k < K && tissue > 0; k++) {
                mean[k * half + x] = (byte) Math.round((float) sums[k] / tissue);
            }
            mean[K * half + x] = (byte) Math.round(tissue / 4f);
        }
        return mean;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    boolean isKept() {
        return isKept;
    }

    /** The planes of a level that is kept. */
    List<byte[]> kept() {
        List<byte[]> whole = new ArrayList<>();
        for (int plane = 0; plane < planes; plane++) {
            byte[] values = new byte[width * height];
            for (int y = 0; y < kept.size(); y++) {
                System.arraycopy(kept.get(y), plane * width, values, y * width, width);
            }
            whole.add(values);
        }
        return whole;
    }
}
