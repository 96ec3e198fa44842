package org.cyphervit.embed;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.torch.Tensors;

/**
 * One feature vector per sample, kept on the Java heap so that it outlives any scope.
 *
 * @param values N x D finite numbers, row by row; shared, not copied
 * @param width D, at least 1
 */
public record FeatureMatrix(float[] values, int width) {
    /**
     * Checks the shape and that every number is finite.
     *
     * @throws UserError naming the first row with NaN or infinity
     */
    public FeatureMatrix {
        if (width < 1 || values.length % width != 0) {
            throw new IllegalArgumentException(
                    values.length + " values do not fill rows of " + width + " features; expected a multiple.");
        }
        for (int i = 0; i < values.length; i++) {
            if (!Float.isFinite(values[i])) {
                throw new UserError("Feature " + i % width + " of sample " + i / width + " is " + values[i]
                        + "; expected finite numbers. The backbone has diverged, or the file is damaged: embed again"
                        + " with an earlier checkpoint.");
            }
        }
    }

    /** A copy of a tensor of shape (N, D), from any device and type. */
    public static FeatureMatrix of(Tensor rows) {
        if (rows.dim() != 2) {
            throw new IllegalArgumentException(
                    "Features need the shape (N, D); got " + java.util.Arrays.toString(Tensors.shape(rows)) + ".");
        }
        return new FeatureMatrix(Tensors.floats(rows), Math.toIntExact(rows.size(1)));
    }

    /** N. */
    public int rows() {
        return values.length / width;
    }

    /** The rows with these indices, in this order. */
    public FeatureMatrix select(int[] indices) {
        float[] chosen = new float[Math.multiplyExact(indices.length, width)];
        for (int i = 0; i < indices.length; i++) {
            System.arraycopy(values, indices[i] * width, chosen, i * width, width);
        }
        return new FeatureMatrix(chosen, width);
    }

    /** These rows followed by the other's. */
    public FeatureMatrix append(FeatureMatrix other) {
        requireSameWidth(other);
        float[] all = java.util.Arrays.copyOf(values, Math.addExact(values.length, other.values.length));
        System.arraycopy(other.values, 0, all, values.length, other.values.length);
        return new FeatureMatrix(all, width);
    }

    /** A new tensor of shape (N, D) in the innermost scope. */
    public Tensor tensor(Device device, ScalarType type) {
        return Tensors.of(values, rows(), width).to(device, type);
    }

    /** @throws UserError if the other features have another width */
    public void requireSameWidth(FeatureMatrix other) {
        if (other.width != width) {
            throw new UserError("Features of " + width + " and of " + other.width
                    + " numbers cannot be compared; embed both sets with the same backbone and feature choice.");
        }
    }
}
