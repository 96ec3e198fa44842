package org.cyphervit.ssl;

import org.cyphervit.UserError;

/**
 * A value per step: linear warm-up from 0 to {@code base}, then half a cosine to {@code end} (Loshchilov 2017), as DINO
 * has it for learning rate, weight decay and teacher momentum.
 *
 * @param base value after the warm-up
 * @param end value that the cosine tends to at the end of the run
 * @param warmup steps of warm-up, less than the steps of the run
 */
public record Schedule(double base, double end, long warmup) {
    public Schedule {
        if (!Double.isFinite(base) || !Double.isFinite(end) || warmup < 0) {
            throw new UserError("A schedule needs finite values and a warm-up of at least 0 steps; got " + base + " to "
                    + end + " with warm-up " + warmup + ".");
        }
    }

    /** The same value at every step. */
    public static Schedule constant(double value) {
        return new Schedule(value, value, 0);
    }

    /** @throws UserError if the warm-up does not fit into the run */
    public double at(long step, long steps) {
        if (warmup >= steps && warmup > 0) {
            throw new UserError("A warm-up of " + warmup + " steps does not fit into a run of " + steps
                    + " steps; shorten the warm-up or train longer.");
        }
        if (step < warmup) {
            return warmup == 1 ? 0 : base * step / (warmup - 1);
        }
        return end + 0.5 * (base - end) * (1 + Math.cos(Math.PI * (step - warmup) / (steps - warmup)));
    }
}
