package org.cyphervit.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;

/**
 * Layer normalisation over the last dimension.
 *
 * @see <a href="https://arxiv.org/abs/1607.06450">Ba, Kiros and Hinton 2016, Layer normalization</a>
 */
public final class LayerNorm extends Layer {
    private final Tensor weight;
    private final Tensor bias;
    private final double eps;
    private final int width;

    public LayerNorm(int width, double eps, Init init) {
        this.width = width;
        this.eps = eps;
        this.weight = parameter("weight", init.ones(width));
        this.bias = parameter("bias", init.zeros(width));
    }

    public Tensor forward(Tensor x) {
        return torch.layer_norm(x, new long[] {width}, new TensorOptional(weight), new TensorOptional(bias), eps, true);
    }

    /** Writes this layer, called {@code name}, into a program. */
    public <V> V write(GraphWriter<V> graph, V x, String name) {
        return graph.layerNorm(x, name, weight, bias, eps);
    }
}
