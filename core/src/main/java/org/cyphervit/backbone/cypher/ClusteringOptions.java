package org.cyphervit.backbone.cypher;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;

/**
 * What the CypherViT paper leaves open about Eq. 1 and 2.
 *
 * @param noise gamma_j of Eq. 1
 * @param hard gather by arg-max with the gradient of the soft assignment (as GroupViT), else softly (as the paper)
 * @param epsilon added to the mass of each cluster in Eq. 2's denominator; above 0 an empty cluster changes nothing
 *     instead of dividing 0 by 0
 * @param scaled multiply the logits by 1/sqrt(D), as every attention does
 * @param temperature the logits are divided by it: below 1 sharpens the assignment
 * @param cosine compare directions instead of vectors: logits are the cosine over the temperature, so they cannot
 *     grow until one token has everything; the scale does not matter then
 * @param centerMomentum the logits' mean over the batch is taken out of them, per token and with its gradient, so
 *     that over many images tokens hold alike much; in evaluation the running mean, whose momentum this is; (0, 1),
 *     0 for no centre
 * @param channelMlp a pre-norm MLP with residual on the tokens after Eq. 2
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
public record ClusteringOptions(
        Noise noise,
        boolean hard,
        double epsilon,
        boolean scaled,
        double temperature,
        boolean cosine,
        double centerMomentum,
        boolean channelMlp) {
    /** gamma_j of Eq. 1. */
    public enum Noise {
        /** Gumbel(0,1) per patch and token while training, as in GroupViT, whose equation it is. */
        GUMBEL,
        NONE,
        /** A trained bias per token. */
        LEARNED
    }

    public ClusteringOptions {
        Ranges.of("Clustering")
                .number("epsilon", epsilon, 0, 1e6)
                .above("temperature", temperature, 0, 1000)
                .check();
        if (!(centerMomentum >= 0 && centerMomentum < 1)) {
            throw new UserError("Clustering needs centerMomentum in [0, 1); got " + centerMomentum + ".");
        }
        if (!(epsilon >= 0) || !(temperature > 0)) {
            throw new UserError("Clustering needs epsilon >= 0 and temperature > 0; got epsilon " + epsilon
                    + " and temperature " + temperature + ".");
        }
    }

    /** The paper's equations to the letter, but for the usual scale. */
    public static ClusteringOptions paper() {
        return new ClusteringOptions(Noise.NONE, false, 0, true, 1, false, 0, false);
    }

    /**
     * Operations of one clustering's matrix products; a multiplication with its addition counts as two.
     *
     * @param n number of patches
     * @param k number of tokens
     * @param width D
     */
    public double operations(double n, double k, double width) {
        double projections = 4 * (n + k) * width * width; // W_p and W_v of the patches, W_c and W of the tokens
        double mlp = channelMlp ? 16 * k * width * width : 0;
        return projections + 4 * n * k * width + mlp;
    }

    /**
     * The defaults that trials on real tiles chose (docs/lab/results.md). The paper gives no epsilon: one of 1, as
     * GroupViT's, would shrink the update by the share N / (N + K), another one in each size of view.
     */
    public static ClusteringOptions standard() {
        return new ClusteringOptions(Noise.NONE, false, 0.01, true, 1, false, 0.9, true);
    }
}
