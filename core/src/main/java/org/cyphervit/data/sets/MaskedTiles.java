package org.cyphervit.data.sets;

import java.io.IOException;
import java.util.Arrays;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.EncodedTile;
import org.cyphervit.data.TileSource;

/**
 * Tiles with masks of their nuclei or glands. Their target is the share of the tile that is covered, in [0, 1], measured when
 * it is first asked for.
 */
final class MaskedTiles extends DelegatingTileSource {
    private final MaskReader masks;
    private final double[] covered;

    /** Finds the mask of a tile. */
    @FunctionalInterface
    interface MaskReader {
        /** Whether each of width x height pixels is covered, row by row. */
        boolean[] read(String tile, int width, int height) throws IOException;
    }

    MaskedTiles(TileSource tiles, MaskReader masks) {
        super(tiles);
        this.masks = masks;
        this.covered = new double[tiles.size()];
        Arrays.fill(covered, -1);
    }

    /**
     * Whether each pixel of a tile is a nucleus or gland, row by row.
     *
     * @throws IOException if the tile or its mask cannot be read
     */
    public boolean[] mask(int index) throws IOException {
        var image = read(index);
        return masks.read(name(index), image.width(), image.height());
    }

    @Override
    public double target(int index) {
        synchronized (covered) {
            if (covered[index] < 0) {
                try {
                    boolean[] mask = mask(index);
                    int pixels = 0;
                    for (boolean pixel : mask) {
                        pixels += pixel ? 1 : 0;
                    }
                    covered[index] = (double) pixels / mask.length;
                } catch (IOException e) {
                    covered[index] = Double.NaN;
                }
            }
            return covered[index];
        }
    }

    @Override
    public java.util.Optional<EncodedTile> encoded(int index) throws IOException {
        return source().encoded(index);
    }
}
