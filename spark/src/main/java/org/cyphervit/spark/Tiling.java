package org.cyphervit.spark;

import java.io.Serializable;
import java.util.OptionalDouble;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.TissueOptions;

/**
 * How slides are cut, in a form that travels to executors; see {@link TilingOptions}.
 *
 * @param size side of a tile, pixels
 * @param mpp microns per pixel of the tiles
 * @param overlap share of a tile's side in common with the next
 * @param minTissue least share of tissue
 */
record Tiling(int size, double mpp, double overlap, double minTissue) implements Serializable {
    TilingOptions options() {
        return new TilingOptions(size, OptionalDouble.of(mpp), overlap, minTissue, false, TissueOptions.standard());
    }
}
