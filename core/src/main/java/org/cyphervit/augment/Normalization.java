package org.cyphervit.augment;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Turns grey levels into what networks expect.
 *
 * @param mean (1,3,1,1)
 * @param std (1,3,1,1)
 */
record Normalization(Tensor mean, Tensor std) {
    private static final Map<Integer, Normalization> BY_DEVICE = new ConcurrentHashMap<>();

    /** That of a device: its constants go there once and stay. */
    static Normalization on(Device device) {
        return BY_DEVICE.computeIfAbsent(
                device.is_cpu() ? -1 : (int) device.index(),
                index -> new Normalization(constant(ViewRecipe.MEAN, device), constant(ViewRecipe.STD, device)));
    }

    /** Red, green and blue of 0 to 255, float32 (B,3,H,W), normalised. */
    Tensor of(Tensor planes) {
        return planes.div(new Scalar(255)).sub_(mean).div_(std);
    }

    private static Tensor constant(float[] values, Device device) {
        return Scope.keep(Tensors.onto(Tensors.of(values, 1, 3, 1, 1), device));
    }
}
