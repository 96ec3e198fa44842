package org.cyphervit.slide.cohort;

import java.util.List;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.tiling.TilingOptions;

/**
 * How a cohort is tiled.
 *
 * @param tiling which tiles are cut
 * @param reader who reads the slides
 * @param mpp microns per pixel of slides that do not say it
 * @param format of the tiles, jpg or png
 * @param augment whether each tile is also written turned by 90 and 180 degrees and mirrored both ways
 * @param redo whether slides that were done before are done again
 * @param written how tiles are written, for comparison with an earlier run
 */
public record JobOptions(
        TilingOptions tiling,
        SlideReader reader,
        OptionalDouble mpp,
        String format,
        boolean augment,
        boolean redo,
        String written) {
    public JobOptions {
        if (!format.equals("jpg") && !format.equals("png")) {
            throw new UserError("Tiles are written as jpg or png; got '" + format + "'.");
        }
    }

    List<Orientation> orientations() {
        return augment ? List.of(Orientation.values()) : List.of(Orientation.AS_IS);
    }

    String fingerprint() {
        return tiling.fingerprint() + "; " + written + (augment ? ", augmented" : "");
    }
}
