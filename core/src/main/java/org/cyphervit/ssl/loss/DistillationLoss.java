package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * How far a student's features are from a teacher's, a mean over vectors s_i and t_i of D numbers. By direction:
 *
 * <pre>L = 1/n sum_i (1 - s_i . t_i / (|s_i| |t_i|))</pre>
 *
 * or by their values, the teacher's with mean 0 and variance 1 in each vector, so that its scale does not matter:
 *
 * <pre>L = 1/(n D) sum_i |s_i - (t_i - mean(t_i)) / sqrt(var(t_i) + 1e-6)|^2</pre>
 *
 * <p>The first is RADIO's for whole images (Ranzinger 2024, "AM-RADIO",
 * <a href="https://arxiv.org/abs/2312.06709">arXiv:2312.06709</a>, section 3.2), the second data2vec's way with targets
 * (Baevski 2022, <a href="https://arxiv.org/abs/2202.03555">arXiv:2202.03555</a>, section 3.3); var divides by D.
 */
public final class DistillationLoss {
    private static final double EPS = 1e-6;
    private static final double SMALLEST_NORM = 1e-8;

    private DistillationLoss() {}

    /** The loss by direction; (..., D) each. */
    public static Tensor cosine(Tensor student, Tensor teacher) {
        Tensor product = unit(student).mul(unit(teacher));
        return Tensors.sumKeeping(product, -1).mean().neg().add(new Scalar(1.0));
    }

    /** The loss by value; (..., D) each. */
    public static Tensor squared(Tensor student, Tensor teacher) {
        Tensor targets = teacher.to(ScalarType.Float);
        Tensor centred = targets.sub(ReconstructionLoss.mean(targets));
        Tensor deviation = ReconstructionLoss.variance(targets, -1, targets.size(-1))
                .add(new Scalar(EPS))
                .sqrt();
        return student.to(ScalarType.Float).sub(centred.div(deviation)).square().mean();
    }

    private static Tensor unit(Tensor vectors) {
        Tensor values = vectors.to(ScalarType.Float);
        Tensor norm = Tensors.sumKeeping(values.square(), -1).sqrt().clamp_min(new Scalar(SMALLEST_NORM));
        return values.div(norm);
    }
}
