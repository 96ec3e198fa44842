package org.cyphervit.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.cyphervit.augment.Views;
import org.cyphervit.data.TileSource;
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
     * floor than 8 x 8 x 8 joint bins.
     */
    public static FeatureMatrix colorHistograms(TileSource source) {
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
    public static FeatureMatrix thumbnails(TileSource source) {
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

    private static FeatureMatrix each(TileSource source, int width, Feature feature) {
        float[] values = new float[Math.multiplyExact(source.size(), width)];
        IntStream.range(0, source.size()).parallel().forEach(i -> {
            try {
                System.arraycopy(feature.of(source.read(i)), 0, values, i * width, width);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return new FeatureMatrix(values, width);
    }
}
