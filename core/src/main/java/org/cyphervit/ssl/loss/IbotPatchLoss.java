package org.cyphervit.ssl.loss;

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
 * iBOT's masked image modelling (Zhou 2021, "iBOT: image BERT pre-training with online tokenizer",
 * <a href="https://arxiv.org/abs/2111.07832">arXiv:2111.07832</a>, Eq. 2; official code
 * <a href="https://github.com/bytedance/ibot">bytedance/ibot</a>): for the masked patches i of each view,
 *
 * <pre>L = -sum_i w_i sum_k q_ik log p_ik,   q_i = softmax((t_i - c) / tau_t),   p_i = softmax(s_i / tau_s)</pre>
 *
 * <p>where the student, who does not see patch i, has the scores s_i, and the teacher, who does, t_i. The weights w
 * make it the mean over views of each view's mean over its masked patches. The centre c is a moving average of the
 * teacher's mean score over all patches, masked or not.
 *
 * <p>Deviation from the official code: it is given the masked patches alone, one in each row, instead of all
 * patches and a mask.
 */
public final class IbotPatchLoss extends Layer {
    private final Tensor center;
    private final Group group;

    /** @param out K, the number of prototypes */
    public IbotPatchLoss(int out, Init init) {
        this.group = init.group();
        this.center = buffer("center", init.zeros(1, 1, out));
    }

    /** The targets q: softmax of the centred, sharpened scores (M,K), without gradient. */
    public Tensor targets(Tensor teacher, double temperature) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor logits = teacher.detach().to(ScalarType.Float).sub(center.flatten());
            return torch.softmax(logits.div(new Scalar(temperature)), -1);
        }
    }

    /**
     * The loss.
     *
     * @param student scores of the masked patches, (M,K)
     * @param targets of the same patches, (M,K), rows summing to 1
     * @param weights of the same patches, (M), summing to 1
     */
    public static Tensor value(Tensor student, Tensor targets, Tensor weights, double temperature) {
        Tensor log = torch.log_softmax(student.to(ScalarType.Float).div(new Scalar(temperature)), -1);
        return Tensors.sum(targets.mul(log), -1).mul(weights).sum().neg();
    }

    /**
     * Moves the centre, after the loss that used it.
     *
     * @param meanScores the teacher's mean score over all patches of this process, (1,K)
     */
    public void updateCenter(Tensor meanScores, double momentum) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor mean = group.mean(meanScores).flatten();
            center.mul_(new Scalar(momentum)).add_(mean, new Scalar(1 - momentum));
        }
    }

    /** The centre c, (1,1,K). */
    public Tensor center() {
        return center;
    }
}
