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
 * @param areas share of the tissue where each token is the strongest, summing to 1: what is drawn and what people measure
 * @param shares mean assignment of the tissue to each token, summing to 1; near 1/K each where the map is uncertain
 * @param certainty of the map
 * @param tissueMm2 area of the tissue, square millimetres
 * @param tiles those with enough tissue
 */
public record SlideMap(
        int width,
        int height,
        double scale,
        double x,
        double y,
        double[] areas,
        double[] shares,
        Certainty certainty,
        double tissueMm2,
        MapTiles tiles) {
    /**
     * How sure a map is of its tissue on average.
     *
     * @param entropy of the assignment over ln K: 1 where all tokens hold the same, 0 where one holds all
     * @param strongest share that the strongest token holds, 1/K to 1
     */
    public record Certainty(double entropy, double strongest) {}

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
