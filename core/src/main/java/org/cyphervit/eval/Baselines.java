package org.cyphervit.eval;

import java.io.IOException;
import java.util.stream.IntStream;
import org.cyphervit.augment.Views;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.image.RgbImage;

/**
 * Features that know no tissue, as floors: what is learnt must beat them, or the number says nothing. Colour is a strong
 * clue in stained tissue, and often a confounded one.
 */
public final class Baselines {
    private static final int BINS = 32;

    private Baselines() {}

    /**
     * Square roots of the shares of pixels in 32 bins each of red, green and blue, 96 numbers: their dot product is the
     * Bhattacharyya coefficient of colour distributions. On colorectal tiles of two stains (crc5) this is a stronger
     * baseline than 8 x 8 x 8 joint bins.
     */
    public static Embedder.Result colorHistograms(TileSource source) {
        int width = 3 * BINS;
        return each(source, width, image -> {
            float[] shares = new float[width];
            byte[] rgb = image.rgb();
            for (int i = 0; i < rgb.length; i++) {
                shares[i % 3 * BINS + (rgb[i] & 0xff) * BINS / 256]++;
            }
            for (int i = 0; i < width; i++) {
                shares[i] = (float) Math.sqrt(shares[i] * 3.0 / rgb.length);
            }
            return shares;
        });
    }

    /** The tile at 8 x 8 pixels: 192 values, centred on grey. */
    public static Embedder.Result thumbnails(TileSource source) {
        int width = 3 * 8 * 8;
        return each(source, width, image -> {
            byte[] rgb = Views.whole(image, 8).rgb();
            float[] values = new float[width];
            for (int i = 0; i < width; i++) {
                values[i] = (rgb[i] & 0xff) / 255f - 0.5f;
            }
            return values;
        });
    }

    private interface Feature {
        float[] of(RgbImage image);
    }

    // Tiles that cannot be read are left out, as the embedder leaves them out.
    private static Embedder.Result each(TileSource source, int width, Feature feature) {
        float[][] rows = new float[source.size()][];
        Unreadable unreadable = new Unreadable();
        IntStream.range(0, source.size()).parallel().forEach(i -> {
            try {
                rows[i] = feature.of(source.read(i));
            } catch (IOException e) {
                unreadable.add(source.name(i), e);
            }
        });
        unreadable.requireFew(source.size());
        int[] indices =
                IntStream.range(0, rows.length).filter(i -> rows[i] != null).toArray();
        float[] values = new float[Math.multiplyExact(indices.length, width)];
        for (int row = 0; row < indices.length; row++) {
            System.arraycopy(rows[indices[row]], 0, values, row * width, width);
        }
        return new Embedder.Result(indices, new FeatureMatrix(values, width), unreadable.names());
    }
}
