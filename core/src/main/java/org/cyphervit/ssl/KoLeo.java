package org.cyphervit.ssl;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * The Kozachenko-Leonenko regulariser (Sablayrolles 2019; DINOv2): minus the mean log distance of each normalised feature
 * to its nearest neighbour in the same view, which pushes features apart.
 */
final class KoLeo {
    private static final double EPS = 1e-8;

    private KoLeo() {}

    /** @param features of all views, (V*B,D), view by view; the sum over views, as DINOv2 has it */
    static Tensor value(Tensor features, int views) {
        long B = features.size(0) / views;
        Tensor unit = Tensors.normalizeRows(features.to(ScalarType.Float), EPS).reshape(views, B, features.size(1));
        Tensor similarity = unit.detach().matmul(unit.detach().transpose(1, 2));
        Tensor self = org.bytedeco.pytorch.global.torch.eye(B, Tensors.options(ScalarType.Bool, features.device()));
        Tensor nearest = similarity
                .masked_fill(self, new Scalar(-1.0))
                .argmax(new org.bytedeco.pytorch.LongOptional(2), false); // (V,B)
        Tensor neighbours = unit.gather(1, nearest.unsqueeze(-1).expand(views, B, features.size(1)));
        // The distance of two vectors that may be equal: eps inside the root keeps its gradient finite.
        Tensor distance = Tensors.sum(unit.sub(neighbours).square(), -1)
                .add(new Scalar(EPS * EPS))
                .sqrt();
        return Tensors.sum(distance.add(new Scalar(EPS)).log().neg().mean(new long[] {1}), 0);
    }
}
