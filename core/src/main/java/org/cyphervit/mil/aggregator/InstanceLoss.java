package org.cyphervit.mil.aggregator;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** How CLAM judges its pseudo-labelled instances; means over the instances. */
public enum InstanceLoss {
    /** Softmax cross-entropy. */
    CROSS_ENTROPY,
    /**
     * The smooth top-1 SVM of Berrada 2018 with alpha = tau = 1, for two classes: {@code log sum_c exp(x_c + [c != y] - x_y)};
     * rows whose two logits differ by ln(1000) or more take the hard {@code max_c(x_c + [c != y]) - x_y}, as the authors'
     * code does.
     */
    SVM;

    private static final double HARD = Math.log(1000);

    /**
     * The loss.
     *
     * @param logits (n,2)
     * @param labels (n), 0 or 1
     */
    Tensor of(Tensor logits, Tensor labels) {
        if (this == CROSS_ENTROPY) {
            return torch.cross_entropy_loss(logits, labels);
        }
        Tensor own = torch.one_hot(labels, 2).to(ScalarType.Float); // (n,2)
        Tensor margins = logits.add(own.neg().add(new Scalar(1)))
                .sub(logits.mul(own).sum(1).unsqueeze(1));
        Tensor soft = torch.logsumexp(margins, 1);
        Tensor hard = torch.amax(margins, new long[] {1}, false);
        Tensor apart = logits.select(1, 0).sub(logits.select(1, 1)).abs().detach();
        return torch.where(apart.ge(new Scalar(HARD)), hard, soft).mean();
    }
}
