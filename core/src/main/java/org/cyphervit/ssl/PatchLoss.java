package org.cyphervit.ssl;

import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Tensors;

/**
 * iBOT's masked image modelling (Zhou 2021, Eq. 2): at each hidden patch the student says what the teacher, who sees it,
 * says. With its own centre over all patches.
 */
final class PatchLoss extends Layer {
    private final Tensor center;
    private final Group group;

    PatchLoss(int out, Init init) {
        this.group = init.group();
        this.center = buffer("center", init.zeros(1, 1, out));
    }

    /** Softmax of the centred, sharpened scores (...,K), without gradient. */
    Tensor targets(Tensor teacher, double temperature) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor logits = teacher.detach().to(ScalarType.Float).sub(center.flatten());
            return torch.softmax(logits.div(new Scalar(temperature)), -1);
        }
    }

    /**
     * The mean over views and images of each image's mean over its hidden patches.
     *
     * @param student scores of the hidden patches, (M,K)
     * @param targets of the same patches, (M,K), rows summing to 1
     */
    static Tensor value(Tensor student, Tensor targets, double temperature, MaskedPatches hidden) {
        Tensor log = torch.log_softmax(student.to(ScalarType.Float).div(new Scalar(temperature)), -1);
        return Tensors.sum(targets.mul(log), -1).mul(hidden.weights()).sum().neg();
    }

    /** The centre's moving average over all patches, hidden or not, by the mean of their scores (1,K). */
    void recenter(Tensor meanScores, double momentum) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor mean = group.mean(meanScores).flatten();
            center.mul_(new Scalar(momentum)).add_(mean, new Scalar(1 - momentum));
        }
    }
}
