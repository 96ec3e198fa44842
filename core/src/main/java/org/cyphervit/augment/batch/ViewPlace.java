package org.cyphervit.augment.batch;

import org.bytedeco.pytorch.Device;

/** Where the pixels of views are made. What is drawn for them is the same in both places. */
public enum ViewPlace {
    /** On the device of the model where that is a GPU and nothing is measured of views, else on the CPU. */
    AUTO,
    /** By threads of the loader. */
    CPU,
    /** By LibTorch on the device of the model, a batch at a time; nothing can be measured of such views. */
    DEVICE;

    /**
     * Whether a loader makes views on the device.
     *
     * @param device of the model
     * @param measured whether anything is to be measured of views
     */
    public boolean onDevice(Device device, boolean measured) {
        return this == DEVICE || (this == AUTO && device.is_cuda() && !measured);
    }
}
