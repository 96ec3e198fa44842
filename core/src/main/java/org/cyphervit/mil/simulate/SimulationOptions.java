package org.cyphervit.mil.simulate;

import org.cyphervit.Ranges;

/**
 * How slides are mixed.
 *
 * @param normal class of the tiles that fill every slide; the other classes are tumours, a slide holding one of them
 * @param slides how many, the classes in turn
 * @param tiles of a slide
 * @param share of a tumour slide's tiles that are tumour, at least one tile, (0, 1]
 * @param folds that the tiles are parted into before slides are mixed, so that no tile or copy of it is in two folds
 * @param seed of the mixture
 */
public record SimulationOptions(String normal, int slides, int tiles, double share, int folds, long seed) {
    public SimulationOptions {
        Ranges.of("A simulated cohort")
                .whole("slides", slides, 2, 1_000_000)
                .whole("tiles", tiles, 1, 1_000_000)
                .above("share", share, 0, 1)
                .whole("folds", folds, 2, 1000)
                .check();
    }

    /** Tumour tiles of a tumour slide. */
    int tumourTiles() {
        return (int) Math.max(1, Math.round(share * tiles));
    }
}
