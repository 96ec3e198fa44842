package org.cyphervit.augment.batch;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.Normalization;

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

    /** Float32 tensors (B,3,S,S), one per view, normalised with ImageNet's numbers, in the current scope. */
    default List<Tensor> tensors(Device device) {
        return tensors(device, Normalization.IMAGENET);
    }

    /** The same, normalised as an encoder expects. */
    List<Tensor> tensors(Device device, Normalization normalization);
}
