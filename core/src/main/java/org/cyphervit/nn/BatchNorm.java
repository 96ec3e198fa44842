package org.cyphervit.nn;

import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Tensors;

/**
 * Batch normalisation of projection heads (Ioffe 2015), always by the statistics of the batch, as these heads run only in
 * training.
 */
public final class BatchNorm extends Layer {
    private static final double EPS = 1e-5;

    private final TensorOptional weight;
    private final TensorOptional bias;

    /**
     * @param affine whether to train a scale
     * @param shifted whether to train a shift as well
     */
    public BatchNorm(int width, boolean affine, boolean shifted, Init init) {
        this.weight = affine ? kept(parameter("weight", init.ones(width))) : Tensors.NOTHING;
        this.bias = affine && shifted ? kept(parameter("bias", init.zeros(width))) : Tensors.NOTHING;
    }

    /** (B,D) to (B,D), B of at least 2. */
    public Tensor forward(Tensor x) {
        return torch.batch_norm(x, weight, bias, Tensors.NOTHING, Tensors.NOTHING, true, 0, EPS, false);
    }

    private static TensorOptional kept(Tensor tensor) {
        return org.cyphervit.torch.Scope.keep(new TensorOptional(tensor));
    }
}
