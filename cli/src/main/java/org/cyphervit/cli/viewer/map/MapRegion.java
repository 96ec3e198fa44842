package org.cyphervit.cli.viewer.map;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.cyphervit.UserError;

/**
 * A rectangle of a map: the strongest phenotype of each pixel, and what they cover. Of a large rectangle a coarser level is
 * read, so that the answer takes no longer than a second.
 *
 * @param width pixels
 * @param height pixels
 * @param scale level-0 pixels of the slide per pixel
 * @param x left edge, level-0 pixels of the slide
 * @param y upper edge
 * @param labels tokens, from 0; -1 where there is no tissue or none is certain enough
 * @param pixels how many each token covers
 * @param mean mean share of each token over the tissue, which is not an area
 * @param tissue pixels of tissue, certain or not
 */
public record MapRegion(
        int width,
        int height,
        double scale,
        double x,
        double y,
        byte[] labels,
        long[] pixels,
        double[] mean,
        long tissue) {
    private static final long MOST = 2048L * 2048;

    /**
     * Reads what lies in a rectangle of the slide.
     *
     * @param x left edge, level-0 pixels
     * @param least share of the strongest token from which a pixel counts as certain
     */
    public static MapRegion read(ViewedMap map, double x, double y, double w, double h, double least)
            throws IOException {
        double left = Math.max(0, (x - map.x()) / map.scale());
        double top = Math.max(0, (y - map.y()) / map.scale());
        double right = Math.min(map.width(), (x + w - map.x()) / map.scale());
        double bottom = Math.min(map.height(), (y + h - map.y()) / map.scale());
        if (!(right > left) || !(bottom > top)) {
            throw new UserError("The rectangle lies outside of the map. Draw it over the tissue.");
        }
        int coarser = 0;
        while ((right - left) * (bottom - top) / (1L << (2 * coarser)) > MOST && coarser < map.finest()) {
            coarser++;
        }
        int step = 1 << coarser;
        int x0 = (int) Math.round(left / step);
        int y0 = (int) Math.round(top / step);
        int columns = Math.max(1, (int) Math.round(right / step) - x0);
        int rows = Math.max(1, (int) Math.round(bottom / step) - y0);
        int K = map.names().size();
        byte[] labels = new byte[columns * rows];
        Arrays.fill(labels, (byte) -1);
        long[] pixels = new long[K];
        double[] mean = new double[K];
        long tissue = 0;
        int tile = ViewedMap.tile();
        for (int row = y0 / tile; row * tile < y0 + rows; row++) {
            for (int column = x0 / tile; column * tile < x0 + columns; column++) {
                Optional<MapPixels> read = MapPixels.read(map.folder(), K, map.finest() - coarser, column, row);
                if (read.isEmpty()) {
                    continue;
                }
                MapPixels part = read.get();
                for (int i = 0; i < part.width() * part.height(); i++) {
                    int px = column * tile + i % part.width() - x0;
                    int py = row * tile + i / part.width() - y0;
                    if (px < 0 || py < 0 || px >= columns || py >= rows || !part.isTissue(i)) {
                        continue;
                    }
                    tissue++;
                    for (int k = 0; k < K; k++) {
                        mean[k] += part.share(k, i);
                    }
                    int best = part.strongest(i);
                    if (part.share(best, i) >= least) {
                        labels[py * columns + px] = (byte) best;
                        pixels[best]++;
                    }
                }
            }
        }
        for (int k = 0; k < K; k++) {
            mean[k] /= Math.max(1, tissue);
        }
        double scale = map.scale() * step;
        return new MapRegion(
                columns, rows, scale, map.x() + x0 * scale, map.y() + y0 * scale, labels, pixels, mean, tissue);
    }

    /** Square millimetres of so many pixels. */
    public double mm2(long count, double mpp) {
        double side = scale * mpp / 1000;
        return count * side * side;
    }

    /** The areas as a table with a header. */
    public String csv(List<String> names, double mpp, double least) {
        StringBuilder table = new StringBuilder("phenotype,area_mm2,share_of_tissue,mean_assignment\n");
        long certain = 0;
        for (int k = 0; k < names.size(); k++) {
            certain += pixels[k];
            line(table, names.get(k), pixels[k], mpp).append(String.format(Locale.ROOT, ",%.6f%n", mean[k]));
        }
        line(table, String.format(Locale.ROOT, "less certain than %.2f", least), tissue - certain, mpp)
                .append(",\n");
        line(table, "tissue", tissue, mpp).append(",\n");
        return table.toString();
    }

    private StringBuilder line(StringBuilder table, String name, long count, double mpp) {
        // A cell that begins like a formula would be one in a spreadsheet.
        String safe = name.matches("[=+@\\-\\t].*") ? "'" + name : name;
        return table.append('"')
                .append(safe.replace("\"", "\"\""))
                .append("\",")
                .append(Double.isFinite(mpp) ? String.format(Locale.ROOT, "%.6f", mm2(count, mpp)) : "")
                .append(String.format(Locale.ROOT, ",%.6f", count / (double) Math.max(1, tissue)));
    }
}
