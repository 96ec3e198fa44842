package org.cyphervit.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** {@code y = x W^T + b} over the last dimension: (..., in) to (..., out). */
public final class Linear extends Layer {
    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final @Nullable Tensor biasMask;

    /** Truncated normal weights (std .02) and zero bias. */
    public Linear(int in, int out, Init init) {
        this(in, out, true, init);
    }

    public Linear(int in, int out, boolean withBias, Init init) {
        this(init.weight(out, in), withBias ? init.zeros(out) : null);
    }

    /** With given initial values: weight (out, in), bias (out) or none. */
    public Linear(Tensor weight, @Nullable Tensor bias) {
        this(weight, bias, null);
    }

    /** @param biasMask (out), 1 where the bias counts, else 0; null where all of it does */
    public Linear(Tensor weight, @Nullable Tensor bias, @Nullable Tensor biasMask) {
        this.weight = parameter("weight", weight);
        this.bias = bias == null ? null : parameter("bias", bias);
        this.biasMask = biasMask == null ? null : buffer("bias_mask", biasMask);
    }

    public Tensor forward(Tensor x) {
        Tensor shift = bias();
        return shift == null ? torch.linear(x, weight) : Tensors.linear(x, weight, shift);
    }

    /** Operations of the matrix product per row of the input; a multiplication with its addition counts as two. */
    public double operations() {
        return 2.0 * weight.numel();
    }

    /** Writes this layer, called {@code name}, into a program. */
    public <V> V write(GraphWriter<V> graph, V x, String name) {
        return graph.linear(x, name, weight, bias());
    }

    private @Nullable Tensor bias() {
        return bias == null || biasMask == null ? bias : bias.mul(biasMask);
    }

    /** Some of the outputs: (..., in) to (..., count), those from {@code first} on. */
    public Tensor rows(Tensor x, long first, long count) {
        Tensor some = weight.narrow(0, first, count);
        Tensor shift = bias();
        return shift == null ? torch.linear(x, some) : Tensors.linear(x, some, shift.narrow(0, first, count));
    }
}
