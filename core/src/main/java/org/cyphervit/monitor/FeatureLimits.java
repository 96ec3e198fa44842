package org.cyphervit.monitor;

import org.cyphervit.train.recipe.Recipe;

/**
 * Where healthy features end. RankMe is at most the smaller of batch and width, and grows about as its root while an
 * encoder learns, so its limits do so too: for a batch of 64 and a width of 96, collapsed is below 2.8 and poor below 5.2.
 *
 * @param most directions that the features of a batch can have
 */
record FeatureLimits(int most) {
    /** Entropy of the tokens' shares over ln K below which one token holds next to everything. */
    static final double COLLAPSED_BALANCE = 0.05;

    /** The same below which maps show little. */
    static final double POOR_BALANCE = 0.4;

    /** Spread of unit features over a batch (about 1 where they share nothing) below which all images look the same. */
    static final double COLLAPSED_SPREAD = 0.02;

    /** The same below which a low rank is no accident. */
    static final double POOR_SPREAD = 0.1;

    static FeatureLimits of(Recipe recipe) {
        return new FeatureLimits(
                Math.min(recipe.run().batch(), recipe.backbone().width()));
    }

    double collapsedRank() {
        return 1 + 0.25 * (Math.sqrt(most) - 1);
    }

    double poorRank() {
        return 1 + 0.6 * (Math.sqrt(most) - 1);
    }
}
