package org.cyphervit.ssl.method;

import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.ssl.DatasetInfo;

/**
 * Options of supervised training.
 *
 * @param classes names in label order; by default those of the tiles
 * @param smoothing share of each label that is spread over all classes, [0, 1) (DeiT: 0.1)
 */
public record SupervisedOptions(List<String> classes, double smoothing) {
    public SupervisedOptions {
        classes = List.copyOf(classes);
        if (!(smoothing >= 0 && smoothing < 1)) {
            throw new UserError("Label smoothing must lie in [0, 1); got " + smoothing + ".");
        }
    }

    /** The classes of the tiles, a tenth of smoothing. */
    public static SupervisedOptions forTiles(DatasetInfo tiles) {
        return new SupervisedOptions(tiles.classes(), 0.1);
    }
}
