package org.cyphervit.nn;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.jspecify.annotations.Nullable;

/**
 * A pre-norm transformer block: {@code x += Attn(LN(x)); x += MLP(LN(x))}, each branch dropped for a whole sample with
 * probability {@code dropPath} while training (stochastic depth, Huang 2016).
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://arxiv.org/abs/1603.09382">Huang 2016, Deep networks with stochastic depth</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
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
    public Tensor forward(Tensor x, ForwardMode mode) {
        return mixed(x, () -> attn.forward(norm1.forward(x)), () -> kept(x, mode));
    }

    /** The first n tokens of the result alone, (B,N,D) to (B,n,D): the others need no more than their keys and values. */
    public Tensor forward(Tensor x, ForwardMode mode, long n) {
        return mixed(x.narrow(1, 0, n), () -> attn.forward(norm1.forward(x), n), () -> kept(x, mode));
    }

    /**
     * Some tokens of the result alone, as many of one image as of another or not: (B,N,D) to (M,D).
     *
     * @param rows their numbers among all B*N, int64 (M)
     */
    public Tensor forward(Tensor x, ForwardMode mode, Tensor rows) {
        Tensor asked = x.flatten(0, 1).index_select(0, rows);
        return mixed(asked, () -> attn.forward(norm1.forward(x), rows), () -> {
            Tensor kept = kept(x, mode);
            return kept == null
                    ? null
                    : kept.expand(x.size(0), x.size(1), 1).flatten(0, 1).index_select(0, rows);
        });
    }

    private Tensor mixed(Tensor asked, Supplier<Tensor> attended, Supplier<@Nullable Tensor> kept) {
        Tensor x = Scope.only(() -> asked.add(branch(attended.get(), scale1, kept)));
        return Scope.only(() -> x.add(branch(mlp.forward(norm2.forward(x)), scale2, kept)));
    }

    /** The attention weights of this block for its input: (B,H,N,N). */
    public Tensor attention(Tensor x) {
        return attn.weights(norm1.forward(x));
    }

    private static Tensor branch(Tensor branch, @Nullable Tensor scale, Supplier<@Nullable Tensor> kept) {
        Tensor scaled = scale == null ? branch : branch.mul(scale);
        Tensor factor = kept.get();
        return factor == null ? scaled : scaled.mul(factor);
    }

    // Stochastic depth: 0 for samples whose branch is dropped, (B,1,1); null where none can be.
    private @Nullable Tensor kept(Tensor x, ForwardMode mode) {
        SeededGenerator generator = mode.generator();
        if (generator == null || dropPath == 0) {
            return null;
        }
        double keep = 1 - dropPath;
        return generator.bernoulli(keep, x.size(0), 1, 1).div(new Scalar(keep));
    }
}
