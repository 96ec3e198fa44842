package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Tensors;

/**
 * The cross-entropy of labels, with label smoothing (Szegedy 2016, "Rethinking the Inception architecture",
 * <a href="https://arxiv.org/abs/1512.00567">arXiv:1512.00567</a>, section 7). With the scores s of C classes, the
 * label y and the smoothing e,
 *
 * <pre>l(s, y) = -(1 - e) log p_y - e/C sum_c log p_c,   p = softmax(s)</pre>
 *
 * <p>and the mean over the tiles that have a label. No known deviation from PyTorch's {@code CrossEntropyLoss}.
 */
public final class LabelLoss {
    private static final long NO_LABEL = -1;

    private LabelLoss() {}

    /**
     * The loss.
     *
     * @param value scalar; 0 where no tile has a label
     * @param labelled how many tiles have a label, the mean over processes
     */
    public record Value(Tensor value, Tensor labelled) {}

    /**
     * The sum over this process's tiles, by the mean number of labels in a process: the mean over processes, which
     * gradients get, then weighs each label alike.
     *
     * @param scores s, (B,C)
     * @param labels y, int64 (B), -1 where there is none
     * @param smoothing e, [0, 1)
     */
    public static Value value(Tensor scores, Tensor labels, double smoothing, Group group) {
        Tensor sum = torch.cross_entropy_loss(
                scores.to(ScalarType.Float), labels, Tensors.NOTHING, torch.Reduction.Sum.value, NO_LABEL, smoothing);
        Tensor own = labels.ge(new Scalar(0)).sum().to(ScalarType.Float);
        Tensor labelled = group.mean(own).clamp_min(new Scalar(1.0 / group.size()));
        return new Value(sum.div(labelled), labelled);
    }
}
