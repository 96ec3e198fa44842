package org.cyphervit.nn;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.torch.Precision;

/**
 * Multi-head self-attention (Vaswani 2017) with query, key and value in one projection, as timm has it.
 *
 * @see <a href="https://arxiv.org/abs/1706.03762">Vaswani 2017, Attention is all you need</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 */
public final class Attention extends Layer {
    /** Most tokens whose weights, (B,H,N,N), are kept for the backward pass: beyond, they outgrow all else in a block. */
    private static final long MOST_PLAIN = 1024;

    private final int heads;
    private final Linear qkv;
    private final Linear proj;

    public Attention(int width, int heads, Init init) {
        if (heads < 1 || width % heads != 0) {
            throw new UserError("A width of " + width + " cannot be split over " + heads
                    + " attention heads; choose a number of heads that divides the width.");
        }
        this.heads = heads;
        this.qkv = child("qkv", new Linear(width, 3 * width, init));
        this.proj = child("proj", new Linear(width, width, init));
    }

    /** (B,N,D) to (B,N,D). */
    public Tensor forward(Tensor x) {
        return proj.forward(gathered(x));
    }

    /** What the first n tokens gather from all: (B,N,D) to (B,n,D), the same as those rows of {@link #forward(Tensor)}. */
    public Tensor forward(Tensor x, long n) {
        long D = x.size(2);
        TensorVector queries = byHead(qkv.rows(x.narrow(1, 0, n), 0, D), 1);
        TensorVector parts = byHead(qkv.rows(x, D, 2 * D), 2);
        return proj.forward(joined(attend(queries.get(0), parts.get(0), parts.get(1))));
    }

    /** Some rows of {@link #forward(Tensor)}, numbered among all B*N: (B,N,D) to (M,D). */
    public Tensor forward(Tensor x, Tensor rows) {
        return proj.forward(gathered(x).flatten(0, 1).index_select(0, rows));
    }

    // What each token gathers from all, (B,N,D).
    private Tensor gathered(Tensor x) {
        TensorVector parts = byHead(qkv.forward(x), 3);
        return joined(attend(parts.get(0), parts.get(1), parts.get(2)));
    }

    /** The attention weights softmax(QK^T / sqrt(D/H)): (B,H,N,N). */
    public Tensor weights(Tensor x) {
        TensorVector parts = byHead(qkv.forward(x), 3);
        return weights(parts.get(0).to(ScalarType.Float), parts.get(1).to(ScalarType.Float));
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
