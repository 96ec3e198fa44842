package org.cyphervit.nn;

import org.cyphervit.torch.Draws;
import org.jspecify.annotations.Nullable;

/**
 * How a forward pass is meant: with or without the randomness of training.
 *
 * @param draws the source of drop path and assignment noise; null in evaluation
 */
public record Pass(@Nullable Draws draws) {
    private static final Pass EVALUATION = new Pass(null);

    /** Deterministic: no drop path, no noise. */
    public static Pass evaluation() {
        return EVALUATION;
    }

    public static Pass training(Draws draws) {
        return new Pass(draws);
    }

    public boolean isTraining() {
        return draws != null;
    }
}
