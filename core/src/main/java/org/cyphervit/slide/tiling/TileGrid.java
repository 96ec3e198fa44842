package org.cyphervit.slide.tiling;

import org.cyphervit.slide.Bounds;

/**
 * Where tiles lie: row by row within the scanned part of a slide. Where the last column or row would leave more than an eighth
 * of a tile at the right or lower edge, one more is shifted inwards to the edge, and overlaps the one before. All lengths but the tile's are level-0 pixels, and not
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

    /** A strip at the edge narrower than this share of a tile is not worth a tile that shows its neighbour again. */
    private static final double LEAST_STRIP = 0.125;

    /**
     * The grid of a slide.
     *
     * @param downsample level-0 pixels per pixel of a tile
     */
    static TileGrid of(Bounds bounds, double downsample, TilingOptions options) {
        double side = options.size() * downsample;
        double step = side * (1 - options.overlap());
        boolean spread = options.spread();
        int columns = count(bounds.width(), side, step, !spread);
        int rows = count(bounds.height(), side, step, !spread);
        return new TileGrid(
                bounds,
                side,
                spread && columns > 1 ? (bounds.width() - side) / (columns - 1) : step,
                spread && rows > 1 ? (bounds.height() - side) / (rows - 1) : step,
                rows == 0 ? 0 : columns,
                columns == 0 ? 0 : rows);
    }

    private static int count(long length, double side, double step, boolean shifted) {
        if (length + SLACK < side) {
            return 0;
        }
        int whole = Math.toIntExact((long) ((length + SLACK - side) / step) + 1);
        double left = length - side - (whole - 1) * step;
        return shifted && left > LEAST_STRIP * side ? whole + 1 : whole;
    }

    /** Number of tiles. */
    public int size() {
        return Math.multiplyExact(columns, rows);
    }

    /** Left edge of a tile, level-0 pixels. */
    public long x(int index) {
        int column = index % columns;
        return bounds.x() + place(column * stepX, bounds.width());
    }

    /** Upper edge of a tile, level-0 pixels. */
    public long y(int index) {
        int row = index / columns;
        return bounds.y() + place(row * stepY, bounds.height());
    }

    private long place(double wanted, long length) {
        return Math.round(Math.clamp(wanted, 0, Math.max(0, length - side)));
    }
}
