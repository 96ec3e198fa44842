package org.cyphervit.eval;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.stream.IntStream;
import org.cyphervit.data.RgbImage;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.view.Views;

/**
 * Features that know no tissue, as floors: what is learnt must beat them, or the number says nothing. Colour is a strong
 * clue in stained tissue, and often a confounded one.
 */
public final class Floors {
    private static final int BINS = 8;

    private Floors() {}

    /**
     * Square roots of the shares of pixels in 8 x 8 x 8 bins of red, green and blue, 512 numbers: their dot product is
     * the Bhattacharyya coefficient of two colour distributions.
     */
    public static FeatureMatrix colorHistograms(TileSource source) {
        int width = BINS * BINS * BINS;
        return each(source, width, image -> {
            float[] shares = new float[width];
            byte[] rgb = image.rgb();
            for (int i = 0; i < rgb.length; i += 3) {
                int r = (rgb[i] & 0xff) >> 5;
                int g = (rgb[i + 1] & 0xff) >> 5;
                int b = (rgb[i + 2] & 0xff) >> 5;
                shares[(r * BINS + g) * BINS + b]++;
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
