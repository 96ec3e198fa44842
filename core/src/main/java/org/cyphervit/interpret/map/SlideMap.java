package org.cyphervit.interpret.map;

import org.cyphervit.embed.FeatureMatrix;

/**
 * What a slide's map came to, besides its rows.
 *
 * @param width of the map, pixels
 * @param height of the map, pixels
 * @param scale level-0 pixels per map pixel
 * @param x left edge of the map, level-0 pixels
 * @param y upper edge, level-0 pixels
 * @param shares of the tissue that each token holds, summing to 1
 * @param tissueMm2 area of the tissue, square millimetres
 * @param tiles those with enough tissue
 */
public record SlideMap(
        int width, int height, double scale, double x, double y, double[] shares, double tissueMm2, MapTiles tiles) {
    /**
     * The tiles of a slide that were embedded; they do not overlap.
     *
     * @param features (N,D)
     * @param places N pairs x, y: upper left corners, level-0 pixels
     * @param side level-0 pixels
     * @param pixels side as the encoder saw it
     * @param shares (N,K): how much of a tile each token holds
     */
    public record MapTiles(FeatureMatrix features, long[] places, int side, int pixels, FeatureMatrix shares) {
        public MapTiles {
            if (places.length != 2 * features.rows() || shares.rows() != features.rows()) {
                throw new IllegalArgumentException(
                        features.rows() + " tiles, " + places.length + " coordinates, " + shares.rows() + " shares");
            }
        }
    }
}
