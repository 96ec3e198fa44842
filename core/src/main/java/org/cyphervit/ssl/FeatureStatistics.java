package org.cyphervit.ssl;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Tensors;

/** What every method tells of its features. */
public final class FeatureStatistics {
    private FeatureStatistics() {}

    /**
     * The spread of L2-normalised features (B,D) over the batch: 0 when all images look alike, about 1 when they do
     * not.
     */
    public static Tensor spread(Tensor features) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor unit = Tensors.normalizeRows(features.detach(), 1e-12);
            return unit.std(new long[] {0}, false).mean().mul(new Scalar(Math.sqrt(features.size(1))));
        }
    }
}
