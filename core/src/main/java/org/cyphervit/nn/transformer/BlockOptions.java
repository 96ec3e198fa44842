package org.cyphervit.nn.transformer;

import org.cyphervit.UserError;

/**
 * What the blocks of a transformer are made of.
 *
 * @param width D
 * @param heads attention heads; divides the width
 * @param feedForward the part that works on each token alone
 * @param layerScale initial value of a trained scale per channel on each residual branch (<a href="https://arxiv.org/abs/2103.17239">Touvron 2021</a>); 0 for none
 * @param qkvBias which of query, key and value have a bias
 * @param layerNormEps added to the variance in layer normalisation
 */
public record BlockOptions(
        int width, int heads, FeedForwardOptions feedForward, double layerScale, QkvBias qkvBias, double layerNormEps) {
    public BlockOptions {
        if (heads < 1 || width % heads != 0) {
            throw new UserError("A width of " + width + " cannot be split over " + heads
                    + " attention heads; choose a number of heads that divides the width.");
        }
        if (!(layerScale >= 0) || !(layerNormEps > 0)) {
            throw new UserError("Blocks need layerScale of at least 0 and layerNormEps above 0; got " + layerScale
                    + " and " + layerNormEps + ".");
        }
    }

    /** The blocks of ViT and DINO: an MLP of four times the width, no layer scale, an epsilon of 1e-6. */
    public static BlockOptions of(int width, int heads) {
        return new BlockOptions(width, heads, FeedForwardOptions.mlp(), 0, QkvBias.ALL, 1e-6);
    }

    /** How many weights a block has. */
    public double weights() {
        double D = width;
        double bias = qkvBias == QkvBias.NONE ? 0 : 3 * D;
        double scales = layerScale == 0 ? 0 : 2 * D;
        return 4 * D * D + bias + D + 4 * D + scales + feedForward.weights(width);
    }

    /** Operations of a block's matrix products for so many tokens; a multiplication with its addition counts as two. */
    public double operations(double tokens) {
        return operations(tokens, tokens);
    }

    /**
     * The same where not all tokens are asked: queries, projection and feed-forward network are computed for those asked,
     * keys and values for all.
     *
     * @param asked number of tokens whose outputs are computed
     * @param all number of tokens that they attend to
     */
    public double operations(double asked, double all) {
        double square = (double) width * width;
        double own = 4 * square + feedForward.operations(width);
        return asked * own + all * 4 * square + 4 * asked * all * width;
    }
}
