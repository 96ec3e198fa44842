package org.cyphervit.cli.viewer.map;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * A tile of a map's pyramid as numbers. Its layers store a token's colour, as opaque as its share times the tissue, so that
 * together they are as opaque as the tissue.
 *
 * @param width pixels
 * @param height pixels
 * @param held for each token its opacity, 0 to 255, row by row
 * @param tissue 0 to 255
 */
public record MapPixels(int width, int height, List<int[]> held, int[] tissue) {
    private static final int HALF = 128;
    private static final double FAINTEST = 0.25;

    /** Reads a tile; empty where there is no tissue. */
    public static Optional<MapPixels> read(Path map, int tokens, int level, int column, int row) throws IOException {
        String tile = "_files/" + level + "/" + column + "_" + row + ".png";
        Path strongest = map.resolve("strongest" + tile);
        if (!Files.isRegularFile(strongest)) {
            return Optional.empty();
        }
        BufferedImage picture = image(strongest);
        int w = picture.getWidth();
        int h = picture.getHeight();
        int[][] held = new int[tokens][];
        for (int k = 0; k < tokens; k++) {
            Path file = map.resolve("token-" + (k + 1) + tile);
            held[k] = Files.isRegularFile(file) ? opacity(image(file)) : new int[w * h]; // nothing of it here
        }
        int[] tissue = new int[w * h];
        for (int i = 0; i < tissue.length; i++) {
            for (int[] of : held) {
                tissue[i] += of[i];
            }
            tissue[i] = tissue[i] == 0 ? 0 : Math.min(255, tissue[i] + tokens / 2); // each was rounded down
        }
        return Optional.of(new MapPixels(w, h, List.of(held), tissue));
    }

    private static BufferedImage image(Path file) throws IOException {
        BufferedImage image = ImageIO.read(file.toFile());
        if (image == null) {
            throw new IOException("'" + file + "' is no picture");
        }
        return image;
    }

    private static int[] opacity(BufferedImage image) {
        int[] pixels = image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth());
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] >>>= 24;
        }
        return pixels;
    }

    /** Whether at least half of a pixel is tissue. */
    boolean isTissue(int pixel) {
        return tissue[pixel] >= HALF;
    }

    /** The token that holds most of a pixel. */
    int strongest(int pixel) {
        int best = 0;
        for (int k = 1; k < held.size(); k++) {
            best = held.get(k)[pixel] > held.get(best)[pixel] ? k : best;
        }
        return best;
    }

    /** A token's share of a pixel, 0 to 1; 0 where there is no tissue. */
    double share(int token, int pixel) {
        return tissue[pixel] == 0 ? 0 : Math.min(1, held.get(token)[pixel] / (double) tissue[pixel]);
    }

    // As the layers of 'map' are.
    private int opacity(double share) {
        double even = 1.0 / held.size();
        double certainty = held.size() < 2 ? 1 : Math.clamp((share - even) / (1 - even), 0, 1);
        return (int) Math.round(255 * (FAINTEST + (1 - FAINTEST) * certainty));
    }

    /**
     * The strongest tokens as PNG, fainter the less they exceed what chance would give them.
     *
     * @param colors RGB of the tokens
     * @param shown tokens that are drawn
     * @param least share of the strongest below which nothing is drawn
     */
    public byte[] png(List<Integer> colors, Set<Integer> shown, double least) throws IOException {
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < width * height; i++) {
            int best = strongest(i);
            if (isTissue(i) && shown.contains(best) && share(best, i) >= least) { // what is drawn is what is measured
                image.setRGB(i % width, i / width, opacity(share(best, i)) << 24 | colors.get(best));
            }
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image, "png", bytes);
        return bytes.toByteArray();
    }
}
