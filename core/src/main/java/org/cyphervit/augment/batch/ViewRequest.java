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
 * @param oneSet whether the tiles of a batch come from one set, as long as it fills batches, where several are joined
 */
public record ViewRequest(ViewRecipe recipe, List<ViewMeasure> measures, boolean onDevice, boolean oneSet) {
    public ViewRequest {
        measures = List.copyOf(measures);
        if (onDevice && !measures.isEmpty()) {
            throw new IllegalArgumentException(
                    "Views made on the device are not measured; asked for " + measures + ". Make them on the CPU.");
        }
    }

    /** Views made on the CPU, without measures, of tiles of all sets. */
    public ViewRequest(ViewRecipe recipe) {
        this(recipe, List.of(), false);
    }

    /** Of tiles of all sets. */
    public ViewRequest(ViewRecipe recipe, List<ViewMeasure> measures, boolean onDevice) {
        this(recipe, measures, onDevice, false);
    }

    BatchMaker maker(int tiles) {
        return onDevice
                ? new DeviceViewBatch.Maker(recipe.expanded())
                : new CpuViewBatch.Maker(recipe.expanded(), measures, tiles);
    }
}
