package org.cyphervit.nn.transformer;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.nn.LoraOptions;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * Multi-head self-attention (Vaswani 2017) with query, key and value in one projection, as timm has it.
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani 2017, Attention is all you need</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 */
public final class Attention extends Layer {
    /** Most tokens whose weights, (B,H,N,N), are kept for the backward pass: beyond, they outgrow all else in a block. */
    private static final long MOST_PLAIN = 1024;

    private final int width;
    private final int heads;
    private final Linear qkv;
    private final Linear proj;

    public Attention(BlockOptions options, Init init) {
        int width = options.width();
        this.heads = options.heads();
        this.width = width;
        this.qkv = child("qkv", qkv(width, options.qkvBias(), init));
        this.proj = child("proj", new Linear(width, width, init));
    }

    private static Linear qkv(int width, QkvBias bias, Init init) {
        Tensor weight = init.weight(3L * width, width);
        return switch (bias) {
            case ALL -> new Linear(weight, init.zeros(3L * width));
            case NONE -> new Linear(weight, null);
            case NO_KEY -> {
                Tensor mask = Tensors.cat(List.of(init.ones(width), init.zeros(width), init.ones(width)), 0);
                yield new Linear(weight, init.zeros(3L * width), mask);
            }
        };
    }

    /** Adds changes of low rank to the projections, which alone are trained (Hu 2021, section 4.2). */
    public void adapt(LoraOptions options, Init init) {
        qkv.adapt(options, init);
        proj.adapt(options, init);
    }

    /** (B,N,D) to (B,N,D). */
    public Tensor forward(Tensor x) {
        return forward(x, null);
    }

    /** @param rotation of queries and keys by the place of their patch; null for none */
    Tensor forward(Tensor x, @Nullable Rotation rotation) {
        return proj.forward(gathered(x, rotation));
    }

    /** What the first n tokens gather from all: (B,N,D) to (B,n,D), the same as those rows of {@link #forward(Tensor)}. */
    Tensor forward(Tensor x, @Nullable Rotation rotation, long n) {
        long D = x.size(2);
        TensorVector queries = byHead(qkv.rows(x.narrow(1, 0, n), 0, D), 1);
        TensorVector parts = byHead(qkv.rows(x, D, 2 * D), 2);
        return proj.forward(
                joined(attend(rotated(queries.get(0), rotation), rotated(parts.get(0), rotation), parts.get(1))));
    }

    /** Some rows of {@link #forward(Tensor)}, numbered among all B*N: (B,N,D) to (M,D). */
    Tensor forward(Tensor x, @Nullable Rotation rotation, Tensor rows) {
        return proj.forward(gathered(x, rotation).flatten(0, 1).index_select(0, rows));
    }

    // What each token gathers from all, (B,N,D).
    private Tensor gathered(Tensor x, @Nullable Rotation rotation) {
        TensorVector parts = byHead(qkv.forward(x), 3);
        return joined(attend(rotated(parts.get(0), rotation), rotated(parts.get(1), rotation), parts.get(2)));
    }

    private static Tensor rotated(Tensor perHead, @Nullable Rotation rotation) {
        return rotation == null ? perHead : rotation.apply(perHead);
    }

    /** The attention weights softmax(QK^T / sqrt(D/H)): (B,H,N,N). */
    Tensor weights(Tensor x, @Nullable Rotation rotation) {
        TensorVector parts = byHead(qkv.forward(x), 3);
        Tensor q = rotated(parts.get(0), rotation).to(ScalarType.Float);
        return weights(q, rotated(parts.get(1), rotation).to(ScalarType.Float));
    }

    /**
     * Writes this layer, called {@code name}, into a program.
     *
     * @param n number of tokens
     */
    <V> V write(GraphWriter<V> graph, V x, @Nullable Rotation rotation, long n, String name) {
        V projected = qkv.write(graph, x, name + ".qkv"); // (B,n,3D)
        V q = rotated(graph, byHead(graph, projected, 0, n), rotation, n); // (B,H,n,D/H)
        V k = rotated(graph, byHead(graph, projected, width, n), rotation, n);
        V v = byHead(graph, projected, 2L * width, n);
        double scale = 1 / Math.sqrt((double) width / heads);
        V weights = graph.softmax(graph.matmul(graph.multiply(q, scale), graph.transpose(k, 0, 1, 3, 2)));
        V mixed = graph.transpose(graph.matmul(weights, v), 0, 2, 1, 3);
        return proj.write(graph, graph.reshape(mixed, -1, n, width), name + ".proj");
    }

    private <V> V byHead(GraphWriter<V> graph, V projected, long start, long n) {
        V part = graph.reshape(graph.slice(projected, 2, start, width), -1, n, heads, width / heads);
        return graph.transpose(part, 0, 2, 1, 3);
    }

    private static <V> V rotated(GraphWriter<V> graph, V perHead, @Nullable Rotation rotation, long n) {
        return rotation == null ? perHead : rotation.write(graph, perHead, n);
    }

    private static Tensor weights(Tensor q, Tensor k) {
        return torch.softmax(
                q.mul(new Scalar(1 / Math.sqrt((double) q.size(3)))).matmul(k.transpose(2, 3)), -1);
    }

    // (B,N,parts*D) to that many of (B,H,N,D/H).
    private TensorVector byHead(Tensor projected, long parts) {
        long D = projected.size(2) / parts;
        return projected
                .reshape(projected.size(0), projected.size(1), parts, heads, D / heads)
                .permute(2, 0, 3, 1, 4)
                .unbind(0);
    }

    // (B,H,N,D/H) to (B,N,D).
    private static Tensor joined(Tensor mixed) {
        return mixed.transpose(1, 2).flatten(2, -1);
    }

    // On the CPU the fused operator is right in float32 alone: in bfloat16 plain products take 6 ms where it takes
    // 161, and 15 in float32 (eight images of 197 tokens, forward and backward).
    private static Tensor attend(Tensor q, Tensor k, Tensor v) {
        if (q.is_cuda() || q.scalar_type().intern() != ScalarType.BFloat16) {
            return torch.scaled_dot_product_attention(q, k, v);
        }
        if (k.size(2) <= MOST_PLAIN) {
            return weights(q, k).matmul(v);
        }
        return Precision.inFloat32(
                q.device(),
                () -> torch.scaled_dot_product_attention(
                        q.to(ScalarType.Float), k.to(ScalarType.Float), v.to(ScalarType.Float)));
    }
}
