package org.cyphervit.augment;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/** The views of one batch on the Java heap, so that it can wait in a queue without owning native memory. */
public sealed interface ViewBatch permits CpuViewBatch, DeviceViewBatch {
    /** The training step they were drawn for. */
    long step();

    /** Indices of the tiles. */
    int[] tiles();

    /** Side of each view's images, pixels. */
    int[] sizes();

    /** Per view of the recipe: B rows of what the loader was asked to measure; empty rows where it was nothing. */
    List<float[]> measured();

    /** Normalised float32 tensors (B,3,S,S), one per view, in the current scope. */
    List<Tensor> tensors(Device device);

    /** What images are normalised with: the means of red, green and blue in [0, 1], then their standard deviations. */
    static List<float[]> normalization() {
        return List.of(ViewRecipe.MEAN.clone(), ViewRecipe.STD.clone());
    }

    /** Square images of interleaved RGB as a normalised float32 tensor (B,3,S,S), in the current scope. */
    static Tensor normalize(byte[] rgb, int count, int size, Device device) {
        return normalize(rgb, count, size, size, device);
    }

    /** Images of interleaved RGB as a normalised float32 tensor (B,3,H,W), in the current scope. */
    static Tensor normalize(byte[] rgb, int count, int height, int width, Device device) {
        Tensor bytes = Tensors.ofBytes(rgb, device, count, height, width, 3);
        return Normalization.on(device)
                .of(bytes.to(ScalarType.Float).permute(0, 3, 1, 2))
                .contiguous();
    }
}
