package org.cyphervit.nn;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * {@code y = x W^T + b} over the last dimension: (..., in) to (..., out). With {@link #adapt} a change of low rank is added
 * to W, which alone is trained.
 */
public final class Linear extends Layer {
    private static final String LORA_A = "lora_a";
    private static final String LORA_B = "lora_b";

    private final Tensor weight;
    private final @Nullable Tensor bias;
    private final @Nullable Tensor biasMask;
    private @Nullable Lora lora;

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

    // Both factors of a change to the weight: a (rank, in), b (out, rank).
    private record Lora(Tensor a, Tensor b, double scale) {
        Tensor of(Tensor x, long first, long count) {
            return torch.linear(torch.linear(x, a), b.narrow(0, first, count)).mul(new Scalar(scale));
        }

        Tensor product() {
            return b.matmul(a).mul(new Scalar(scale));
        }
    }

    /** Adds a change of low rank, at first none; see {@link LoraOptions}. */
    public void adapt(LoraOptions options, Init init) {
        int in = Math.toIntExact(weight.size(1));
        Tensor a = parameter(LORA_A, init.uniform(in, options.rank(), in));
        Tensor b = parameter(LORA_B, init.zeros(weight.size(0), options.rank()));
        this.lora = new Lora(a, b, options.scale());
    }

    /** Makes the change of low rank part of the weight, in place, and forgets it. */
    public void merge() {
        if (lora != null) {
            try (Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                weight.copy_(merged());
            }
            this.lora = null;
            remove(LORA_A);
            remove(LORA_B);
        }
    }

    /** The weight with its change of low rank, (out, in), in the current scope. */
    public Tensor merged() {
        return lora == null ? weight : weight.add(lora.product());
    }

    public Tensor forward(Tensor x) {
        return adapted(x, 0, weight.size(0), product(x, weight, bias()));
    }

    private static Tensor product(Tensor x, Tensor weight, @Nullable Tensor shift) {
        return shift == null ? torch.linear(x, weight) : Tensors.linear(x, weight, shift);
    }

    private Tensor adapted(Tensor x, long first, long count, Tensor y) {
        return lora == null ? y : y.add(lora.of(x, first, count));
    }

    /** Operations of the matrix product per row of the input; a multiplication with its addition counts as two. */
    public double operations() {
        return 2.0 * weight.numel() + (lora == null ? 0 : 2.0 * (lora.a.numel() + lora.b.numel()));
    }

    /** Writes this layer, called {@code name}, into a program. */
    public <V> V write(GraphWriter<V> graph, V x, String name) {
        return graph.linear(x, name, merged(), bias());
    }

    private @Nullable Tensor bias() {
        return bias == null || biasMask == null ? bias : bias.mul(biasMask);
    }

    /** Some of the outputs: (..., in) to (..., count), those from {@code first} on. */
    public Tensor rows(Tensor x, long first, long count) {
        Tensor shift = bias();
        Tensor some = shift == null ? null : shift.narrow(0, first, count);
        return adapted(x, first, count, product(x, weight.narrow(0, first, count), some));
    }
}
