package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * MAE's loss (He 2021, "Masked autoencoders are scalable vision learners",
 * <a href="https://arxiv.org/abs/2111.06377">arXiv:2111.06377</a>, section 3; official code
 * <a href="https://github.com/facebookresearch/mae">facebookresearch/mae</a>): over the set H of masked patches of
 * all images, with P x P pixels of three colours in a patch,
 *
 * <pre>L = 1/|H| sum_{i in H} 1/(3 P^2) |x_i - y_i|^2</pre>
 *
 * <p>y may be the pixels with each patch's own mean and deviation taken out, {@code (p - mean) / sqrt(var + 1e-6)},
 * var being the unbiased one. No known deviation from the official code.
 */
public final class ReconstructionLoss {
    private static final double EPS = 1e-6;

    private ReconstructionLoss() {}

    /**
     * The loss.
     *
     * @param predicted x, (B,N,3PP)
     * @param targets y, (B,N,3PP)
     * @param masked 1 for patches that count, else 0; (B,N)
     */
    public static Tensor value(Tensor predicted, Tensor targets, Tensor masked) {
        Tensor error = Tensors.mean(predicted.to(ScalarType.Float).sub(targets).square(), -1); // (B,N)
        return error.mul(masked).sum().div(masked.sum());
    }

    /**
     * Images (B,3,H,W) to patches (B,N,3PP) in the order rows, columns, colours; a rest at the border is left out.
     */
    public static Tensor patches(Tensor images, int patch) {
        long B = images.size(0);
        long rows = images.size(2) / patch;
        long columns = images.size(3) / patch;
        return images.narrow(2, 0, rows * patch)
                .narrow(3, 0, columns * patch)
                .reshape(B, 3, rows, patch, columns, patch)
                .permute(0, 2, 4, 3, 5, 1)
                .reshape(B, rows * columns, 3L * patch * patch);
    }

    /** Patches with their own mean and deviation taken out. */
    public static Tensor normalised(Tensor patches) {
        return patches.sub(mean(patches)).div(deviation(patches));
    }

    /** Each patch's mean, (B,N,1). */
    public static Tensor mean(Tensor patches) {
        return patches.mean(new long[] {-1}, true, new ScalarTypeOptional());
    }

    /** Each patch's deviation, of the sample (divided by n - 1), (B,N,1). */
    public static Tensor deviation(Tensor patches) {
        return variance(patches, -1, patches.size(-1) - 1).add(new Scalar(EPS)).sqrt();
    }

    /**
     * The squares about the mean over one dimension, kept with size 1, by a number. Torch's own variance goes
     * through memory number by number, eight times slower.
     */
    public static Tensor variance(Tensor patches, long dimension, double number) {
        Tensor mean = patches.mean(new long[] {dimension}, true, new ScalarTypeOptional());
        return Tensors.sumKeeping(patches.sub(mean).square(), dimension).div(new Scalar(number));
    }
}
