package org.cyphervit.torch;

import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/** Operations over whole lists of tensors in one native call each. */
public final class Foreach {
    private Foreach() {}

    /**
     * One fused AdamW step in place. {@code steps} are float32 scalars counting from 0, raised here.
     *
     * @param learningRate step size; {@code beta1}, {@code beta2}, {@code eps} as in the paper (Loshchilov 2019)
     */
    public static void adamW(
            List<Tensor> parameters,
            List<Tensor> gradients,
            List<Tensor> firstMoments,
            List<Tensor> secondMoments,
            List<Tensor> steps,
            double learningRate,
            double beta1,
            double beta2,
            double weightDecay,
            double eps) {
        Ops.call("aten::_foreach_add_", "Scalar", steps, 1L);
        Ops.call(
                "aten::_fused_adamw_",
                "",
                parameters,
                gradients,
                firstMoments,
                secondMoments,
                List.of(),
                steps,
                learningRate,
                beta1,
                beta2,
                weightDecay,
                eps,
                false,
                false,
                Ops.NONE,
                Ops.NONE);
    }

    /** {@code into += weight * (from - into)}: the exponential moving average. */
    public static void lerp(List<Tensor> into, List<Tensor> from, double weight) {
        Ops.call("aten::_foreach_lerp_", "Scalar", into, from, weight);
    }

    /** The L2 norm of each tensor, stacked: shape (n). */
    public static Tensor norms(List<Tensor> tensors) {
        TensorVector norms = Ops.tensors("aten::_foreach_norm", "Scalar", tensors, 2L, Ops.NONE);
        return org.bytedeco.pytorch.global.torch.stack(norms, 0);
    }

    /** Multiplies each tensor in place by its own factor, {@code factors} of shape (n); no value leaves the device. */
    public static void scale(List<Tensor> tensors, Tensor factors) {
        Ops.call("aten::_foreach_mul_", "List", tensors, Tensors.list(factors.unbind(0)));
    }

    /** Multiplies each tensor in place by the same factor. */
    public static void scale(List<Tensor> tensors, double factor) {
        Ops.call("aten::_foreach_mul_", "Scalar", tensors, factor);
    }

    /** {@code into += weight * from}. */
    public static void add(List<Tensor> into, List<Tensor> from, double weight) {
        Ops.call("aten::_foreach_add_", "List", into, from, weight);
    }

    /** {@code into = from}, element by element. */
    public static void copy(List<Tensor> into, List<Tensor> from) {
        Ops.call("aten::_foreach_copy_", "", into, from, false);
    }
}
