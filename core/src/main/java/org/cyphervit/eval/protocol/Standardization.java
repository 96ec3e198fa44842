package org.cyphervit.eval.protocol;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Tensors;

/**
 * Each feature with mean 0 and standard deviation 1 on the training samples (as a batch norm without affine, He 2021), so
 * that one sweep of learning rates or penalties serves encoders and baselines of any scale. A constant feature becomes 0.
 *
 * @param mean (1, D)
 * @param std (1, D)
 */
record Standardization(Tensor mean, Tensor std) {
    /** @param train (N, D) */
    static Standardization of(Tensor train) {
        Tensor mean = Tensors.mean(train, 0).unsqueeze(0);
        Tensor variance = Tensors.mean(train.sub(mean).square(), 0).unsqueeze(0);
        return new Standardization(mean, variance.sqrt().clamp_min(new Scalar(1e-6)));
    }

    Tensor apply(Tensor features) {
        return features.sub(mean).div(std);
    }
}
