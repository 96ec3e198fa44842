package org.cyphervit.nn;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Batch normalisation of projection heads (Ioffe 2015), always by the statistics of the batch, as these heads run only in
 * training; by those of the whole batch where several processes train together.
 *
 * @see <a href="https://arxiv.org/abs/1502.03167">Ioffe and Szegedy 2015, Batch normalization</a>
 */
final class BatchNorm extends Layer {
    private static final double EPS = 1e-5;

    private final Group group;
    private final TensorOptional weight;
    private final TensorOptional bias;

    /**
     * @param affine whether to train a scale
     * @param shifted whether to train a shift as well
     */
    public BatchNorm(int width, boolean affine, boolean shifted, Init init) {
        this.group = init.group();
        this.weight = affine ? kept(parameter("weight", init.ones(width))) : Tensors.NOTHING;
        this.bias = affine && shifted ? kept(parameter("bias", init.zeros(width))) : Tensors.NOTHING;
    }

    /** (B,D) to (B,D), B of at least 2 over all processes. */
    public Tensor forward(Tensor x) {
        if (group.size() == 1) {
            return torch.batch_norm(x, weight, bias, Tensors.NOTHING, Tensors.NOTHING, true, 0, EPS, false);
        }
        return Precision.inFloat32(x.device(), () -> synchronised(x.to(ScalarType.Float)))
                .to(x.dtype().toScalarType());
    }

    // Each rank tells its count, mean and sum of squares about the mean; they combine as in Chan 1983, which keeps the
    // small variance of large numbers.
    private Tensor synchronised(Tensor x) {
        long D = x.size(1);
        double n = Math.max(1, x.size(0));
        Tensor mean = Tensors.sum(x, 0).div(new Scalar(n));
        Tensor squares = Tensors.sum(x.sub(mean).square(), 0);
        Tensor count = mean.new_full(new long[] {1}, new Scalar((double) x.size(0)));
        Tensor all = group.gather(Tensors.cat(List.of(mean, squares, count), 0).unsqueeze(0)); // (W,2D+1)
        Tensor means = all.narrow(1, 0, D);
        Tensor counts = all.narrow(1, 2 * D, 1); // (W,1)
        Tensor N = counts.sum();
        Tensor center = Tensors.sum(means.mul(counts), 0).div(N);
        Tensor spread = Tensors.sum(all.narrow(1, D, D), 0)
                .add(Tensors.sum(means.sub(center).square().mul(counts), 0));
        Tensor unit = x.sub(center).mul(spread.div(N).add(new Scalar(EPS)).rsqrt());
        Tensor scaled = weight.has_value() ? unit.mul(weight.get()) : unit;
        return bias.has_value() ? scaled.add(bias.get()) : scaled;
    }

    private static TensorOptional kept(Tensor tensor) {
        return Scope.keep(new TensorOptional(tensor));
    }
}
