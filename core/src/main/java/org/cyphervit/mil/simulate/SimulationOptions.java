package org.cyphervit.mil.simulate;

import org.cyphervit.UserError;

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
        if (slides < 2 || tiles < 1 || !(share > 0 && share <= 1) || folds < 2) {
            throw new UserError(
                    "A simulated cohort needs at least 2 slides of at least 1 tile, a share of tumour in (0, 1]"
                            + " and at least 2 folds; got " + slides + ", " + tiles + ", " + share + " and " + folds
                            + ".");
        }
    }

    /** Tumour tiles of a tumour slide. */
    int tumourTiles() {
        return (int) Math.max(1, Math.round(share * tiles));
    }
}
