package org.cyphervit.export.slide;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;

/**
 * The features of a slide's tiles and where the tiles lie.
 *
 * @param slide name of the slide, without folder and extension
 * @param encoder name of the encoder
 * @param features (N, D)
 * @param coordinates N pairs x, y: the upper left corners, level-0 pixels
 * @param geometry of the tiles
 * @param about how the features were made, written as attributes
 */
public record SlideFeatures(
        String slide,
        String encoder,
        FeatureMatrix features,
        long[] coordinates,
        Geometry geometry,
        Map<String, String> about) {
    /** Without a word on how the features were made. */
    public SlideFeatures(String slide, String encoder, FeatureMatrix features, long[] coordinates, Geometry geometry) {
        this(slide, encoder, features, coordinates, geometry, Map.of());
    }

    /**
     * How the tiles were cut.
     *
     * @param patchSize side of a tile as it was embedded, pixels
     * @param patchSizeLevel0 side of a tile, level-0 pixels
     * @param overlap of neighbouring tiles, pixels of the tile
     * @param targetMagnification nominal magnification of the tiles, 20 for about 0.5 microns per pixel
     * @param level0Magnification nominal magnification of level 0
     * @param level0Width of the slide, pixels
     * @param level0Height of the slide, pixels
     */
    public record Geometry(
            int patchSize,
            int patchSizeLevel0,
            int overlap,
            double targetMagnification,
            double level0Magnification,
            long level0Width,
            long level0Height) {
        public Geometry {
            if (patchSize < 1
                    || patchSizeLevel0 < 1
                    || overlap < 0
                    || !(targetMagnification > 0)
                    || !(level0Magnification > 0)
                    || level0Width < 1
                    || level0Height < 1) {
                throw new UserError(
                        "A slide's tiles need sizes and magnifications above 0 and an overlap of at least 0;"
                                + " got tiles of " + patchSize + " (" + patchSizeLevel0 + " at level 0), overlap "
                                + overlap
                                + ", magnifications " + targetMagnification + " of " + level0Magnification + ", slide "
                                + level0Width + " x " + level0Height + ".");
            }
        }
    }

    public SlideFeatures {
        about = Collections.unmodifiableMap(new LinkedHashMap<>(about));
        if (coordinates.length != 2 * features.rows()) {
            throw new IllegalArgumentException(features.rows() + " features need as many pairs of coordinates; got "
                    + coordinates.length + " numbers.");
        }
        if (slide.isBlank() || !slide.matches("[^/\\\\]+")) {
            throw new UserError("'" + slide + "' cannot name a slide's file; expected a name without slashes.");
        }
    }
}
