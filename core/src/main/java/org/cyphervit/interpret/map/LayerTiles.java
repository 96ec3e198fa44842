package org.cyphervit.interpret.map;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.List;
import javax.imageio.ImageIO;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.Writing;

/**
 * The tiles of one level: for each token its colour, as opaque as the token's share, and as the last layer the strongest
 * token, as opaque as it is certain. A tile without anything is not written.
 */
final class LayerTiles {
    private static final double FAINTEST = 0.25; // so that even chance shows where the map lies

    private final Path folder;
    private final int level;
    private final List<Integer> colors;

    LayerTiles(Path folder, int level, List<Integer> colors) {
        this.folder = folder;
        this.level = level;
        this.colors = colors;
    }

    /** The name of a layer: {@code token-1}, ..., and {@code strongest} for number K. */
    static String name(int layer, int tokens) {
        return layer < tokens ? "token-" + (layer + 1) : "strongest";
    }

    static void describe(Path folder, int layer, int tokens, int width, int height) throws IOException {
        AtomicFiles.write(
                folder.resolve(name(layer, tokens) + ".dzi"),
                "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Image xmlns=\"http://schemas.microsoft.com/deepzoom/2008\""
                        + " Format=\"png\" Overlap=\"0\" TileSize=\"" + Pyramid.TILE + "\"><Size Width=\"" + width
                        + "\" Height=\"" + height + "\"/></Image>\n");
    }

    /**
     * Writes a row of tiles.
     *
     * @param number of the row
     * @param rows up to 256 rows of K + 1 planes
     */
    void write(int number, List<byte[]> rows, int width) throws IOException {
        int K = rows.getFirst().length / width - 1;
        for (int column = 0; column * Pyramid.TILE < width; column++) {
            int left = column * Pyramid.TILE;
            int w = Math.min(Pyramid.TILE, width - left);
            for (int layer = 0; layer <= K; layer++) {
                BufferedImage tile = new BufferedImage(w, rows.size(), BufferedImage.TYPE_INT_ARGB);
                boolean empty = true;
                for (int y = 0; y < rows.size(); y++) {
                    for (int x = 0; x < w; x++) {
                        int color = color(rows.get(y), left + x, width, layer, K);
                        tile.setRGB(x, y, color);
                        empty &= color >>> 24 == 0;
                    }
                }
                if (!empty) {
                    Path file =
                            folder.resolve(name(layer, K) + "_files/" + level + "/" + column + "_" + number + ".png");
                    try (OutputStream stream = Writing.stream(file)) {
                        ImageIO.write(tile, "png", stream);
                    }
                }
            }
        }
    }

    // The strongest token is drawn fainter the less it exceeds what chance would give it.
    private static int opacity(int share, int tissue, int K) {
        double even = 255.0 / K;
        double certainty = K < 2 ? 1 : Math.clamp((share - even) / (255 - even), 0, 1);
        return (int) Math.round(tissue * (FAINTEST + (1 - FAINTEST) * certainty));
    }

    private int color(byte[] row, int x, int width, int layer, int K) {
        int tissue = row[K * width + x] & 0xff;
        if (layer < K) {
            int share = row[layer * width + x] & 0xff;
            return ((share * tissue / 255) << 24) | colors.get(layer);
        }
        int best = 0;
        for (int k = 1; k < K; k++) {
            best = (row[k * width + x] & 0xff) > (row[best * width + x] & 0xff) ? k : best;
        }
        return (opacity(row[best * width + x] & 0xff, tissue, K) << 24) | colors.get(best);
    }
}
