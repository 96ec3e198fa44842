package org.cyphervit.nn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Draws;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block: {@code x += Attn(LN(x)); x += MLP(LN(x))}, each branch dropped for a whole sample with
 * probability {@code dropPath} while training (stochastic depth, Huang 2016).
 */
public final class Block extends Layer {
    private final double dropPath;
    private final LayerNorm norm1;
    private final Attention attn;
    private final LayerNorm norm2;
    private final Mlp mlp;
    private final @Nullable Tensor scale1;
    private final @Nullable Tensor scale2;

    /**
     * The hidden layer of the MLP is four times the width.
     *
     * @param layerScale initial value of a trained scale per channel on each branch; 0 for none
     */
    public Block(int width, int heads, double dropPath, double layerScale, double layerNormEps, Init init) {
        this.dropPath = dropPath;
        this.norm1 = child("norm1", new LayerNorm(width, layerNormEps, init));
        this.attn = child("attn", new Attention(width, heads, init));
        this.scale1 = layerScale == 0 ? null : parameter("ls1.gamma", init.constant(layerScale, width));
        this.norm2 = child("norm2", new LayerNorm(width, layerNormEps, init));
        this.mlp = child("mlp", new Mlp(width, 4 * width, init));
        this.scale2 = layerScale == 0 ? null : parameter("ls2.gamma", init.constant(layerScale, width));
    }

    /** (B,N,D) to (B,N,D). */
    public Tensor forward(Tensor x, Pass pass) {
        return mixed(Scope.only(() -> x.add(drop(scaled(attn.forward(norm1.forward(x)), scale1), pass))), pass);
    }

    /** The first n tokens of the result alone, (B,N,D) to (B,n,D): the others need no more than their keys and values. */
    public Tensor forward(Tensor x, Pass pass, long n) {
        Tensor first = x.narrow(1, 0, n);
        return mixed(Scope.only(() -> first.add(drop(scaled(attn.forward(norm1.forward(x), n), scale1), pass))), pass);
    }

    private Tensor mixed(Tensor attended, Pass pass) {
        return Scope.only(() -> attended.add(drop(scaled(mlp.forward(norm2.forward(attended)), scale2), pass)));
    }

    /** The attention weights of this block for its input: (B,H,N,N). */
    public Tensor attention(Tensor x) {
        return attn.weights(norm1.forward(x));
    }

    private static Tensor scaled(Tensor branch, @Nullable Tensor scale) {
        return scale == null ? branch : branch.mul(scale);
    }

    private Tensor drop(Tensor branch, Pass pass) {
        Draws draws = pass.draws();
        if (draws == null || dropPath == 0) {
            return branch;
        }
        double keep = 1 - dropPath;
        return branch.mul(draws.bernoulli(keep, branch.size(0), 1, 1).div(new Scalar(keep)));
    }
}
