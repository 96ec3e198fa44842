package org.cyphervit.nn.transformer;

import org.cyphervit.UserError;
import org.cyphervit.nn.Init;

/**
 * The feed-forward network of blocks.
 *
 * @param kind its form
 * @param ratio values in the hidden layer, as a multiple of the width; in SwiGLU those after gating, so that a ratio of
 *     2.67 has about the weights of an MLP's 4. (timm's {@code mlp_ratio} counts both halves.)
 */
public record FeedForwardOptions(Kind kind, double ratio) {
    /** The form. */
    public enum Kind {
        /** Linear, GELU, linear. */
        MLP,
        /** Linear, SiLU of one half times the other, linear (<a href="https://arxiv.org/abs/2002.05202">Shazeer 2020</a>). */
        SWIGLU
    }

    public FeedForwardOptions {
        if (!(ratio > 0)) {
            throw new UserError("A feed-forward network needs a ratio above 0; got " + ratio + ".");
        }
    }

    /** Four times the width, as ViT has it. */
    public static FeedForwardOptions mlp() {
        return new FeedForwardOptions(Kind.MLP, 4);
    }

    int hidden(int width) {
        return Math.toIntExact(Math.max(1, Math.round(ratio * width)));
    }

    FeedForward build(int width, Init init) {
        return switch (kind) {
            case MLP -> new Mlp(width, hidden(width), init);
            case SWIGLU -> new SwiGlu(width, hidden(width), init);
        };
    }

    double weights(int width) {
        double first = (double) hidden(width) * (kind == Kind.SWIGLU ? 2 : 1); // outputs of the first layer
        return first * (width + 1.0) + (hidden(width) + 1.0) * width;
    }

    /** Operations of the matrix products per token; a multiplication with its addition counts as two. */
    double operations(int width) {
        int matrices = kind == Kind.SWIGLU ? 3 : 2;
        return 2.0 * matrices * width * hidden(width);
    }
}
