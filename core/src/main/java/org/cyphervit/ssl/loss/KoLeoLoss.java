package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;

/**
 * The Kozachenko-Leonenko regulariser (Sablayrolles 2019, "Spreading vectors for similarity search",
 * <a href="https://arxiv.org/abs/1806.03198">arXiv:1806.03198</a>, Eq. 3; used by DINOv2,
 * <a href="https://arxiv.org/abs/2304.07193">arXiv:2304.07193</a>, section 4). With features x_b of length 1,
 *
 * <pre>L = -1/B sum_b log(min_{c != b} |x_b - x_c| + eps)</pre>
 *
 * <p>for each view, which pushes every feature away from its nearest neighbour. The gradient reaches both of a
 * pair, as in the official code of DINOv2. Deviation: eps squared is added inside the root, which keeps the
 * gradient of equal features finite.
 */
public final class KoLeoLoss {
    private static final double EPS = 1e-8;

    private KoLeoLoss() {}

    /**
     * The sum over views, as DINOv2 has it.
     *
     * @param features before the head, (V*B,D), view by view; they are normalised here
     */
    public static Tensor value(Tensor features, int views) {
        long B = features.size(0) / views;
        Tensor unit = Tensors.normalizeRows(features.to(ScalarType.Float), EPS).reshape(views, B, features.size(1));
        Tensor similarity = Precision.inFloat32(
                unit.device(), () -> unit.detach().matmul(unit.detach().transpose(1, 2))); // (V,B,B)
        Tensor self = torch.eye(B, Tensors.options(ScalarType.Bool, features.device()));
        Tensor nearest = similarity.masked_fill(self, new Scalar(-1.0)).argmax(new LongOptional(2), false); // (V,B)
        Tensor neighbours = unit.gather(1, nearest.unsqueeze(-1).expand(views, B, features.size(1)));
        Tensor distance = Tensors.sum(unit.sub(neighbours).square(), -1)
                .add(new Scalar(EPS * EPS))
                .sqrt();
        return Tensors.sum(distance.add(new Scalar(EPS)).log().neg().mean(new long[] {1}), 0);
    }
}
