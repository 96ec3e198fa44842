package org.cyphervit.nn.transformer;

import java.util.function.Supplier;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.LayerNorm;
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
    private final FeedForward mlp;
    private final @Nullable Tensor scale1;
    private final @Nullable Tensor scale2;

    /** @param dropPath probability that a branch is dropped in training, [0, 1) */
    public Block(BlockOptions options, double dropPath, Init init) {
        int width = options.width();
        this.dropPath = dropPath;
        this.norm1 = child("norm1", new LayerNorm(width, options.layerNormEps(), init));
        this.attn = child("attn", new Attention(options, init));
        this.scale1 = scale("ls1.gamma", options, init);
        this.norm2 = child("norm2", new LayerNorm(width, options.layerNormEps(), init));
        this.mlp = child("mlp", options.feedForward().build(width, init));
        this.scale2 = scale("ls2.gamma", options, init);
    }

    private @Nullable Tensor scale(String name, BlockOptions options, Init init) {
        double initial = options.layerScale();
        return initial == 0 ? null : parameter(name, init.constant(initial, options.width()));
    }

    /** (B,N,D) to (B,N,D). */
    public Tensor forward(Tensor x, ForwardMode mode) {
        return forward(x, null, mode);
    }

    /** @param rotation of the patches by their place; null for none */
    public Tensor forward(Tensor x, @Nullable Rotation rotation, ForwardMode mode) {
        return mixed(x, () -> attn.forward(norm1.forward(x), rotation), () -> kept(x, mode));
    }

    /** The first n tokens of the result alone, (B,N,D) to (B,n,D): the others need no more than their keys and values. */
    public Tensor forward(Tensor x, @Nullable Rotation rotation, ForwardMode mode, long n) {
        return mixed(x.narrow(1, 0, n), () -> attn.forward(norm1.forward(x), rotation, n), () -> kept(x, mode));
    }

    /**
     * Some tokens of the result alone, as many of one image as of another or not: (B,N,D) to (M,D).
     *
     * @param rows their numbers among all B*N, int64 (M)
     */
    public Tensor forward(Tensor x, @Nullable Rotation rotation, ForwardMode mode, Tensor rows) {
        Tensor asked = x.flatten(0, 1).index_select(0, rows);
        return mixed(asked, () -> attn.forward(norm1.forward(x), rotation, rows), () -> {
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
    public Tensor attention(Tensor x, @Nullable Rotation rotation) {
        return attn.weights(norm1.forward(x), rotation);
    }

    /**
     * Writes this block, called {@code name}, into a program.
     *
     * @param n number of tokens
     */
    public <V> V write(GraphWriter<V> graph, V x, @Nullable Rotation rotation, long n, String name) {
        V attended = attn.write(graph, norm1.write(graph, x, name + ".norm1"), rotation, n, name + ".attn");
        V first = graph.add(x, scaled(graph, attended, scale1, name + ".ls1.gamma"));
        V mixed = mlp.write(graph, norm2.write(graph, first, name + ".norm2"), name + ".mlp");
        return graph.add(first, scaled(graph, mixed, scale2, name + ".ls2.gamma"));
    }

    private static <V> V scaled(GraphWriter<V> graph, V branch, @Nullable Tensor scale, String name) {
        return scale == null ? branch : graph.multiply(branch, graph.parameter(name, scale));
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
