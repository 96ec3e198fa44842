package org.cyphervit.ssl;

import org.cyphervit.UserError;

/**
 * Where a run is.
 *
 * @param step optimisation steps done so far, 0 in the first step
 * @param steps of the whole run
 * @param stepsPerEpoch at least 1
 */
public record TrainingProgress(long step, long steps, long stepsPerEpoch) {
    public TrainingProgress {
        if (step < 0 || steps < 1 || stepsPerEpoch < 1) {
            throw new UserError("A run needs at least one step and one step per epoch; got step " + step + " of "
                    + steps + " with " + stepsPerEpoch + " per epoch.");
        }
    }

    public int epoch() {
        return Math.toIntExact(step / stepsPerEpoch);
    }

    /** The share of the run that is done, in [0, 1). */
    public double share() {
        return (double) step / steps;
    }
}
