package org.cyphervit.torch;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.pytorch.BoolOptional;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DeviceOptional;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptional;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.TensorVector;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;

/** Arrays to tensors and back, and the few tensor operations whose Java signatures are awkward. */
public final class Tensors {
    static {
        NativeLibraries.unpack();
    }

    /** No tensor where one is optional; one object for all, never freed. */
    public static final TensorOptional NOTHING = Scope.keep(new TensorOptional());

    private Tensors() {}

    /** A float32 CPU tensor with a copy of the values. */
    public static Tensor of(float[] values, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor = torch.empty(shape);
        if (values.length > 0) {
            new FloatPointer(tensor.data_ptr()).put(values, 0, values.length);
        }
        return tensor;
    }

    /** A float64 CPU tensor with a copy of the values. */
    public static Tensor of(double[] values, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor = torch.empty(shape, options(ScalarType.Double), null);
        if (values.length > 0) {
            new DoublePointer(tensor.data_ptr()).put(values, 0, values.length);
        }
        return tensor;
    }

    /** An int64 CPU tensor with a copy of the values. */
    public static Tensor of(long[] values, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor = torch.empty(shape, options(ScalarType.Long), null);
        if (values.length > 0) {
            new LongPointer(tensor.data_ptr()).put(values, 0, values.length);
        }
        return tensor;
    }

    /** An int64 CPU tensor of shape (n) with a copy of the values, such as class labels. */
    public static Tensor ofLabels(int[] values) {
        return of(Arrays.stream(values).asLongStream().toArray(), values.length);
    }

    /** A uint8 CPU tensor with a copy of the values. */
    public static Tensor ofBytes(byte[] values, long... shape) {
        return filled(values, options(ScalarType.Byte), shape);
    }

    /** The same on a device; a GPU gets it without waiting, as by {@link #onto}, but without that copy. */
    public static Tensor ofBytes(byte[] values, Device device, long... shape) {
        BoolOptional locked = new BoolOptional(device.is_cuda());
        Tensor tensor = filled(values, options(ScalarType.Byte).pinned_memory(locked), shape);
        return device.is_cpu() ? tensor : launched(tensor, device);
    }

    private static Tensor filled(byte[] values, TensorOptions options, long... shape) {
        checkCount(values.length, shape);
        Tensor tensor = torch.empty(shape, options, null);
        if (values.length > 0) {
            new BytePointer(tensor.data_ptr()).put(values, 0, values.length);
        }
        return tensor;
    }

    /** All values in row-major order as float32, from whatever device and type. */
    public static float[] floats(Tensor tensor) {
        Tensor flat = plain(tensor, ScalarType.Float);
        float[] values = new float[Math.toIntExact(flat.numel())];
        if (values.length > 0) {
            new FloatPointer(flat.data_ptr()).get(values, 0, values.length);
        }
        return values;
    }

    /** All values in row-major order as float64. */
    public static double[] doubles(Tensor tensor) {
        Tensor flat = plain(tensor, ScalarType.Double);
        double[] values = new double[Math.toIntExact(flat.numel())];
        if (values.length > 0) {
            new DoublePointer(flat.data_ptr()).get(values, 0, values.length);
        }
        return values;
    }

    /** All values in row-major order as int64. */
    public static long[] longs(Tensor tensor) {
        Tensor flat = plain(tensor, ScalarType.Long);
        long[] values = new long[Math.toIntExact(flat.numel())];
        if (values.length > 0) {
            new LongPointer(flat.data_ptr()).get(values, 0, values.length);
        }
        return values;
    }

    /**
     * The bytes of a contiguous CPU tensor, little-endian, without a copy. The buffer is valid as long as the tensor; at
     * most 2 GiB.
     */
    public static ByteBuffer buffer(Tensor tensor) {
        if (!tensor.is_cpu() || !tensor.is_contiguous()) {
            throw new IllegalArgumentException("buffer() needs a contiguous CPU tensor; got shape "
                    + Arrays.toString(shape(tensor)) + ". Call cpu().contiguous() first.");
        }
        BytePointer bytes = new BytePointer(tensor.data_ptr());
        bytes.capacity(tensor.nbytes());
        return bytes.asByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    /** The sizes of all dimensions. */
    public static long[] shape(Tensor tensor) {
        long[] shape = new long[Math.toIntExact(tensor.dim())];
        for (int i = 0; i < shape.length; i++) {
            shape[i] = tensor.size(i);
        }
        return shape;
    }

    public static TensorOptions options(ScalarType type) {
        return new TensorOptions(type);
    }

    public static TensorOptions options(ScalarType type, Device device) {
        return options(type).device(new DeviceOptional(device));
    }

    /**
     * A CPU tensor on a device. A GPU gets it through page-locked memory and the caller does not wait; the tensor may be
     * freed at once.
     */
    public static Tensor onto(Tensor tensor, Device device) {
        return device.is_cpu() ? tensor : launched(tensor.pin_memory(), device);
    }

    private static Tensor launched(Tensor locked, Device device) {
        return locked.to(device, locked.scalar_type(), true, false, new MemoryFormatOptional());
    }

    public static Tensor cat(List<Tensor> tensors, long dimension) {
        return torch.cat(new TensorVector(tensors.toArray(Tensor[]::new)), dimension);
    }

    /** The elements of a native vector as a Java list. */
    public static List<Tensor> list(TensorVector vector) {
        return List.of(vector.get());
    }

    public static Tensor stack(List<Tensor> tensors, long dimension) {
        return torch.stack(new TensorVector(tensors.toArray(Tensor[]::new)), dimension);
    }

    /** Sums over dimensions, dropping them. */
    public static Tensor sum(Tensor tensor, long... dimensions) {
        return tensor.sum(dimensions);
    }

    /** Sum over one dimension, kept with size 1. */
    public static Tensor sumKeeping(Tensor tensor, long dimension) {
        return tensor.sum(new long[] {dimension}, true, new ScalarTypeOptional());
    }

    /** Mean over dimensions, dropping them. */
    public static Tensor mean(Tensor tensor, long... dimensions) {
        return tensor.mean(dimensions);
    }

    /**
     * {@code x W^T + b} over the last dimension by ATen's operator. The binding's {@code torch.linear(x, W, b)} is another:
     * the C++ frontend's function, which adds the bias in a pass of its own, under autocast in float32.
     */
    public static Tensor linear(Tensor x, Tensor weight, Tensor bias) {
        return torch.linear(x, weight, new TensorOptional(bias));
    }

    /** Rows divided by their L2 norm (at least {@code eps}); differentiable. */
    public static Tensor normalizeRows(Tensor rows, double eps) {
        Tensor norm = rows.norm(new ScalarOptional(new Scalar(2)), new long[] {-1}, true);
        return rows.div(norm.clamp_min(new Scalar(eps)));
    }

    private static Tensor plain(Tensor tensor, ScalarType type) {
        return tensor.detach().cpu().to(type).contiguous();
    }

    private static void checkCount(long count, long... shape) {
        long expected = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (expected != count) {
            throw new IllegalArgumentException(
                    "Shape " + Arrays.toString(shape) + " holds " + expected + " values; got " + count + ".");
        }
    }
}
