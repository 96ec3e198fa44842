package org.cyphervit.interpret.map;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes a map as Deep Zoom pyramids, a layer per token and one of the strongest, while its rows come. Each level keeps one
 * row of tiles and one odd row; the next coarser level gets the mean of two rows.
 *
 * <p>Deep Zoom's level 0 is one pixel and each further one twice as large; the last is the map itself.
 */
public final class Pyramid implements MapRows {
    /** Side of a tile, pixels. */
    public static final int TILE = 256;

    /** The coarsest level that is at most this large each way is kept whole, as the overview. */
    private static final int OVERVIEW = 1024;

    private final Path folder;
    private final List<Integer> colors;
    private final List<LevelRows> levels = new ArrayList<>(); // fine to coarse
    private int planes;

    /**
     * @param folder of the layers
     * @param colors of the tokens, RGB
     */
    public Pyramid(Path folder, List<Integer> colors) {
        this.folder = folder;
        this.colors = List.copyOf(colors);
    }

    /**
     * A whole level of the map in memory.
     *
     * @param width pixels
     * @param height pixels
     * @param scale map pixels per pixel of it
     * @param planes K + 1 of width x height bytes: the tokens' shares, 0 to 255, and the tissue
     */
    public record Overview(int width, int height, int scale, List<byte[]> planes) {
        /** For each pixel the token that holds most of it; -1 where less than half is tissue. */
        public byte[] strongest() {
            byte[] labels = new byte[width * height];
            int K = planes.size() - 1;
            for (int i = 0; i < labels.length; i++) {
                int best = -1;
                for (int k = 0; k < K && (planes.get(K)[i] & 0xff) >= 128; k++) {
                    if (best < 0 || (planes.get(k)[i] & 0xff) > (planes.get(best)[i] & 0xff)) {
                        best = k;
                    }
                }
                labels[i] = (byte) best;
            }
            return labels;
        }
    }

    @Override
    public void begin(int width, int height, int tokens) throws IOException {
        planes = tokens + 1;
        int number = 32 - Integer.numberOfLeadingZeros(Math.max(width, height) - 1); // ceil(log2)
        int w = width;
        int h = height;
        boolean kept = false;
        for (int level = number; level >= 0; level--) {
            boolean keep = !kept && Math.max(w, h) <= OVERVIEW;
            kept |= keep;
            levels.add(new LevelRows(w, h, planes, keep, new LayerTiles(folder, level, colors)));
            w = (w + 1) / 2;
            h = (h + 1) / 2;
        }
    }

    @Override
    public void row(byte[] row) throws IOException {
        add(0, row);
    }

    private void add(int level, byte[] row) throws IOException {
        byte[] coarser = levels.get(level).add(row);
        if (coarser != null && level + 1 < levels.size()) {
            add(level + 1, coarser);
        }
    }

    /** Describes the layers for viewers; after the last row, so that nothing describes a map that was given up. */
    public void finish() throws IOException {
        LevelRows whole = levels.getFirst();
        for (int layer = 0; layer < planes; layer++) {
            LayerTiles.describe(folder, layer, planes - 1, whole.width(), whole.height());
        }
    }

    /** The map at a size that fits into memory; after the last row. */
    public Overview overview() {
        for (int i = 0; i < levels.size(); i++) {
            LevelRows level = levels.get(i);
            if (level.isKept()) {
                return new Overview(level.width(), level.height(), 1 << i, level.kept());
            }
        }
        throw new IllegalStateException("no rows yet");
    }
}
