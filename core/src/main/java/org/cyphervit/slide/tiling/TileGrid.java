package org.cyphervit.slide.tiling;

import org.cyphervit.slide.Bounds;

/**
 * Where tiles lie: row by row within the scanned part of a slide. All lengths but the tile's are level-0 pixels, and not
 * whole; each place is rounded by itself, so that errors do not add up.
 *
 * @param bounds what is covered
 * @param side of a tile
 * @param stepX from a tile to its right neighbour
 * @param stepY from a tile to the one below
 * @param columns tiles across, 0 where not one fits
 * @param rows tiles down
 */
public record TileGrid(Bounds bounds, double side, double stepX, double stepY, int columns, int rows) {
    /** A tile that reaches beyond the edge by less than half a pixel fits. */
    private static final double SLACK = 0.5;

    /**
     * The grid of a slide.
     *
     * @param downsample level-0 pixels per pixel of a tile
     */
    static TileGrid of(Bounds bounds, double downsample, TilingOptions options) {
        double side = options.size() * downsample;
        double step = side * (1 - options.overlap());
        int columns = count(bounds.width(), side, step);
        int rows = count(bounds.height(), side, step);
        boolean spread = options.spread();
        return new TileGrid(
                bounds,
                side,
                spread && columns > 1 ? (bounds.width() - side) / (columns - 1) : step,
                spread && rows > 1 ? (bounds.height() - side) / (rows - 1) : step,
                rows == 0 ? 0 : columns,
                columns == 0 ? 0 : rows);
    }

    private static int count(long length, double side, double step) {
        return length + SLACK < side ? 0 : Math.toIntExact((long) ((length + SLACK - side) / step) + 1);
    }

    /** Number of tiles. */
    public int size() {
        return Math.multiplyExact(columns, rows);
    }

    /** Left edge of a tile, level-0 pixels. */
    public long x(int index) {
        int column = index % columns;
        return bounds.x() + Math.round(column * stepX);
    }

    /** Upper edge of a tile, level-0 pixels. */
    public long y(int index) {
        int row = index / columns;
        return bounds.y() + Math.round(row * stepY);
    }
}
