package org.cyphervit.interpret.umap;

import org.cyphervit.Ranges;

/**
 * What UMAP is asked for.
 *
 * @param neighbours k: few show fine structure, many the coarse; at least 2
 * @param minDist how close points may lie in the plane; 0 to below {@code spread}
 * @param spread the scale of the plane, above 0
 * @param metric of the features
 * @param epochs passes of the optimisation; 0 for 500 up to 10,000 points and 200 beyond
 * @param negatives points that each drawn edge pushes away, at least 1
 * @param learningRate step of the first epoch, falling linearly to 0; above 0
 * @param seed of all draws: the same features and seed give the same picture
 */
public record UmapOptions(
        int neighbours,
        double minDist,
        double spread,
        DistanceMetric metric,
        int epochs,
        int negatives,
        double learningRate,
        long seed) {
    public UmapOptions {
        Ranges.of("UMAP")
                .whole("neighbours", neighbours, 2, 1_000_000)
                .above("spread", spread, 0, 1000)
                .below("minDist", minDist, 0, spread)
                .whole("epochs", epochs, 0, 1_000_000) // 0 chooses
                .whole("negatives", negatives, 1, 1000)
                .above("learningRate", learningRate, 0, 1000)
                .check();
    }

    /** 15 neighbours and minDist 0.1 by cosine. */
    public static UmapOptions standard() {
        return new UmapOptions(15, 0.1, 1, DistanceMetric.COSINE, 0, 5, 1, 0);
    }

    /** The same with other neighbourhoods. */
    public UmapOptions withNeighbours(int neighbours, double minDist) {
        return new UmapOptions(neighbours, minDist, spread, metric, epochs, negatives, learningRate, seed);
    }

    /** The same by another metric. */
    public UmapOptions withMetric(DistanceMetric metric) {
        return new UmapOptions(neighbours, minDist, spread, metric, epochs, negatives, learningRate, seed);
    }

    /** The same with other draws. */
    public UmapOptions withSeed(long seed) {
        return new UmapOptions(neighbours, minDist, spread, metric, epochs, negatives, learningRate, seed);
    }

    int epochsFor(int points) {
        return epochs > 0 ? epochs : points <= 10_000 ? 500 : 200;
    }
}
