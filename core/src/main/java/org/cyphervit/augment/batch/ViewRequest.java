package org.cyphervit.augment.batch;

import java.util.List;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.augment.ViewRecipe;

/**
 * What a loader is to make of each tile.
 *
 * @param recipe the views
 * @param measures of each view before its colours change; they change no draw
 * @param onDevice whether the device makes the pixels of the views, and the loader only decodes and draws
 */
public record ViewRequest(ViewRecipe recipe, List<ViewMeasure> measures, boolean onDevice) {
    public ViewRequest {
        measures = List.copyOf(measures);
        if (onDevice && !measures.isEmpty()) {
            throw new IllegalArgumentException(
                    "Views made on the device are not measured; asked for " + measures + ". Make them on the CPU.");
        }
    }

    /** Views made on the CPU, without measures. */
    public ViewRequest(ViewRecipe recipe) {
        this(recipe, List.of(), false);
    }

    BatchMaker maker(int tiles) {
        return onDevice
                ? new DeviceViewBatch.Maker(recipe.expanded())
                : new CpuViewBatch.Maker(recipe.expanded(), measures, tiles);
    }
}
