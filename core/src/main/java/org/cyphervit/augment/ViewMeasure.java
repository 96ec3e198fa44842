package org.cyphervit.augment;

import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.cyphervit.stain.Haematoxylin;

/** What can be told of a view from its pixels before colours change, and of its crop: a truth without labels. */
public enum ViewMeasure {
    /** Amount of haematoxylin, optical density ({@link Haematoxylin#amounts}); of a view its mean. */
    HAEMATOXYLIN {
        @Override
        public Optional<float[]> map(byte[] rgb) {
            return Optional.of(Haematoxylin.amounts(rgb));
        }
    },
    /** Where nuclei are, by stain separation ({@link Haematoxylin#nuclei}); of a view their share of the area, [0, 1]. */
    NUCLEI {
        @Override
        public Optional<float[]> map(byte[] rgb) {
            return Optional.of(Haematoxylin.nuclei(rgb));
        }
    },
    /** Magnification: the binary logarithm of how many pixels of the tile, along an edge, make one of the view. */
    SCALE {
        @Override
        public Optional<float[]> map(byte[] rgb) {
            return Optional.empty();
        }
    };

    /** The measure at each pixel of interleaved RGB; empty for what only a whole view has. */
    public abstract Optional<float[]> map(byte[] rgb);

    /**
     * @param view cropped and resized, colours as they are in the tile
     * @param pixels of the tile along an edge of the crop, per pixel of the view
     */
    final float of(RgbImage view, double pixels) {
        return map(view.rgb()).map(ViewMeasure::mean).orElseGet(() -> (float) (Math.log(pixels) / Math.log(2)));
    }

    private static float mean(float[] values) {
        double sum = 0;
        for (float value : values) {
            sum += value;
        }
        return (float) (sum / values.length);
    }
}
