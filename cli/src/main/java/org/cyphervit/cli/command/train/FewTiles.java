package org.cyphervit.cli.command.train;

import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.train.recipe.Recipe;
import tools.jackson.databind.node.ObjectNode;

/** A batch for a folder that holds fewer tiles than the usual one, where the user asked for none. */
final class FewTiles {
    private FewTiles() {}

    /**
     * The largest power of two that the tiles fill, times the processes; empty where the recipe's batch may stay.
     *
     * @param overrides what the user set
     * @param processes that share a batch
     * @throws UserError if there are too few for any batch
     */
    static Optional<Integer> batch(Recipe recipe, ObjectNode overrides, long tiles, int processes) {
        int usual = recipe.run().batch();
        if (tiles >= usual || overrides.path("run").has("batch")) {
            return Optional.empty();
        }
        long batch = Long.highestOneBit(tiles / processes) * processes;
        if (batch < 2) {
            throw new UserError("There " + (tiles == 1 ? "is " : "are ") + Words.count(tiles, "tile")
                    + " to learn from. A batch needs at least " + Math.max(2, processes)
                    + ", and a training that is worth it hundreds.");
        }
        return Optional.of(Math.toIntExact(batch));
    }
}
