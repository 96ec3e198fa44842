package org.cyphervit.train;

import org.cyphervit.UserError;
import org.cyphervit.ssl.Schedule;

/**
 * AdamW (Loshchilov 2019) as the self-supervised methods use it.
 *
 * @param learningRate per step
 * @param weightDecay per step; biases and 1-dimensional parameters are never decayed
 * @param clip largest L2 norm of each parameter's gradient on its own (DINO: 3.0); 0 for none
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment
 * @param eps added to the root of the second moment
 */
public record OptimizerOptions(
        Schedule learningRate, Schedule weightDecay, double clip, double beta1, double beta2, double eps) {
    public OptimizerOptions {
        if (!(clip >= 0) || !(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1) || !(eps > 0)) {
            throw new UserError("AdamW needs clip >= 0, betas in [0, 1) and eps > 0; got clip " + clip + ", betas "
                    + beta1 + " and " + beta2 + ", eps " + eps + ".");
        }
    }

    /** Betas .9 and .999, eps 1e-8. */
    public OptimizerOptions(Schedule learningRate, Schedule weightDecay, double clip) {
        this(learningRate, weightDecay, clip, 0.9, 0.999, 1e-8);
    }
}
