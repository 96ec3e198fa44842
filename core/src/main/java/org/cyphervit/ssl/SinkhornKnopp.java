package org.cyphervit.ssl;

import java.util.List;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Tensors;

/**
 * Scores to soft assignments that use all prototypes equally (Cuturi 2013, as in SwAV and DINOv2): three rounds, over the
 * rows of all processes.
 */
final class SinkhornKnopp {
    private static final int ROUNDS = 3;

    private SinkhornKnopp() {}

    /** Scores (M,K) to targets (M,K) whose rows sum to 1; no gradient. */
    static Tensor targets(Tensor scores, double temperature, Group group) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor logits = scores.detach().to(ScalarType.Float).div(new Scalar(temperature));
            // A common factor changes nothing. A rank may have no row, so its maximum starts low.
            Tensor low = logits.new_full(new long[] {1}, new Scalar(-1e30));
            Tensor top =
                    group.max(Tensors.cat(List.of(logits.flatten(), low), 0).max());
            Tensor q = logits.sub(top).exp();
            for (int i = 0; i < ROUNDS; i++) {
                q = q.div(group.sum(Tensors.sumKeeping(q, 0)).clamp_min(new Scalar(1e-30)));
                q = q.div(Tensors.sumKeeping(q, 1).clamp_min(new Scalar(1e-30)));
            }
            return q;
        }
    }
}
