package org.cyphervit.optim;

import org.cyphervit.UserError;
import org.cyphervit.ssl.Schedule;

/**
 * How parameters are trained.
 *
 * @param rule what turns gradients into steps
 * @param learningRate per step
 * @param weightDecay per step; biases and 1-dimensional parameters are never decayed
 * @param clip largest L2 norm of each parameter's gradient on its own (DINO: 3.0); 0 for none
 * @param beta1 decay of the first moment; LARS: momentum
 * @param beta2 decay of the second moment (AdamW)
 * @param eps added to the root of the second moment (AdamW)
 */
public record OptimizerOptions(
        Rule rule, Schedule learningRate, Schedule weightDecay, double clip, double beta1, double beta2, double eps) {
    /** The rules there are. */
    public enum Rule {
        /** Loshchilov 2019; what transformers are trained with. */
        ADAMW,
        /** You 2017; SimCLR's for batches of thousands. */
        LARS
    }

    public OptimizerOptions {
        if (!(clip >= 0) || !(beta1 >= 0 && beta1 < 1) || !(beta2 >= 0 && beta2 < 1) || !(eps > 0)) {
            throw new UserError("The optimizer needs clip >= 0, betas in [0, 1) and eps > 0; got clip " + clip
                    + ", betas " + beta1 + " and " + beta2 + ", eps " + eps + ".");
        }
    }

    /** AdamW with betas .9 and .999, eps 1e-8. */
    public OptimizerOptions(Schedule learningRate, Schedule weightDecay, double clip) {
        this(Rule.ADAMW, learningRate, weightDecay, clip, 0.9, 0.999, 1e-8);
    }
}
