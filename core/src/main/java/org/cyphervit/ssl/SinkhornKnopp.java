package org.cyphervit.ssl;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/** Scores to soft assignments that use all prototypes equally (Cuturi 2013, as in SwAV and DINOv2): three rounds. */
final class SinkhornKnopp {
    private static final int ROUNDS = 3;

    private SinkhornKnopp() {}

    /** Scores (M,K) to targets (M,K) whose rows sum to 1; no gradient. */
    static Tensor targets(Tensor scores, double temperature) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor logits = scores.detach().to(ScalarType.Float).div(new Scalar(temperature));
            Tensor q = logits.sub(logits.max()).exp(); // a common factor changes nothing
            for (int i = 0; i < ROUNDS; i++) {
                q = q.div(Tensors.sumKeeping(q, 0).clamp_min(new Scalar(1e-30)));
                q = q.div(Tensors.sumKeeping(q, 1).clamp_min(new Scalar(1e-30)));
            }
            return q;
        }
    }
}
