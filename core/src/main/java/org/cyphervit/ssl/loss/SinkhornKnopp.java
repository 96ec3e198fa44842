package org.cyphervit.ssl.loss;

import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;

/**
 * Scores to soft assignments that use all prototypes alike: the Sinkhorn-Knopp iteration (Cuturi 2013,
 * <a href="https://arxiv.org/abs/1306.0895">arXiv:1306.0895</a>) as in SwAV (Caron 2020,
 * <a href="https://arxiv.org/abs/2006.09882">arXiv:2006.09882</a>, Eq. 3 to 5) and DINOv2. From
 * {@code Q = exp(s / tau)} it alternately scales columns (prototypes) to equal sums and rows (images or patches) to
 * sum 1, three rounds, over the rows of all processes. It takes the place of the centre in DINO's and iBOT's
 * targets. No known deviation from the official code.
 */
public final class SinkhornKnopp {
    private static final int ROUNDS = 3;

    private SinkhornKnopp() {}

    /** Scores (M,K) to targets (M,K) whose rows sum to 1; no gradient. */
    public static Tensor targets(Tensor scores, double temperature, Group group) {
        return targets(scores, scores.new_ones(scores.size(0), 1).to(ScalarType.Float), temperature, group);
    }

    /**
     * The same where some rows do not take part.
     *
     * @param counted 1 for each row, or 0 if it is to have no part, and targets of zero; float32 (M,1)
     */
    public static Tensor targets(Tensor scores, Tensor counted, double temperature, Group group) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor logits = scores.detach().to(ScalarType.Float).div(new Scalar(temperature));
            // A common factor changes nothing. A rank may have no row, so its maximum starts low.
            Tensor low = logits.new_full(new long[] {1}, new Scalar(-1e30));
            Tensor top =
                    group.max(Tensors.cat(List.of(logits.flatten(), low), 0).max());
            Tensor q = logits.sub(top).exp();
            return Precision.inFloat32(q.device(), () -> balanced(q, counted, group));
        }
    }

    // The rounds give each row and each column a factor, so q is read twice a round and written once, at the end.
    private static Tensor balanced(Tensor q, Tensor counted, Group group) {
        Tensor columns = q.new_ones(1, q.size(1));
        Tensor rows = counted;
        for (int i = 0; i < ROUNDS; i++) {
            columns = inverse(group.sum(rows.t().matmul(q)));
            rows = inverse(q.matmul(columns.t())).mul_(counted);
        }
        return q.mul(columns).mul_(rows);
    }

    private static Tensor inverse(Tensor sums) {
        return sums.clamp_min(new Scalar(Float.MIN_NORMAL)).reciprocal();
    }
}
