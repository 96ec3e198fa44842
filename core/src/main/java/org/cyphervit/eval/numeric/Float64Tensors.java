package org.cyphervit.eval.numeric;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/** Java numbers to float64 tensors. */
public final class Float64Tensors {
    private Float64Tensors() {}

    /** A float64 CPU tensor with a copy of the values. */
    public static Tensor doubles(double[] values, long... shape) {
        Tensor tensor = torch.empty(shape, Tensors.options(ScalarType.Double), null);
        if (tensor.numel() != values.length) {
            throw new IllegalArgumentException(
                    values.length + " values for a tensor of " + tensor.numel() + "; expected as many.");
        }
        if (values.length > 0) {
            new DoublePointer(tensor.data_ptr()).put(values, 0, values.length);
        }
        return tensor;
    }
}
