package org.cyphervit.slide.tiling;

import java.util.Locale;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.slide.quality.QualityOptions;
import org.cyphervit.slide.tissue.TissueOptions;

/**
 * Which tiles are cut.
 *
 * @param size side of a tile, pixels
 * @param mpp microns per pixel of the tiles; empty to take the pixels as they are, as for fields without a scale
 * @param overlap share of its side that a tile has in common with the next, 0 to 0.9
 * @param minTissue least share of tissue, inclusive
 * @param spread whether the grid is stretched from edge to edge, the overlap being at most what it says; else it begins at
 *     the upper left corner, and the last row and column are shifted inwards where a strip would be left
 * @param tissue how tissue is found
 * @param quality what a tile may have of artefacts
 */
public record TilingOptions(
        int size,
        OptionalDouble mpp,
        double overlap,
        double minTissue,
        boolean spread,
        TissueOptions tissue,
        QualityOptions quality) {
    /** A picture that is no slide is masked at an eighth of its pixels along a side. */
    static final double FIELD_DOWNSAMPLE = 8;

    public TilingOptions {
        if (size < 16 || size > 8192) {
            throw new UserError("Tiles have sides of 16 to 8192 pixels; got " + size + ".");
        }
        if (mpp.isPresent() && !(mpp.getAsDouble() >= 0.02 && mpp.getAsDouble() <= 100)) {
            throw new UserError("Tiles have 0.02 to 100 microns per pixel; got " + mpp.getAsDouble() + ".");
        }
        if (!(overlap >= 0 && overlap <= 0.9)) {
            throw new UserError("The overlap is a share of the tile's side from 0 to 0.9; got " + overlap + ".");
        }
        if (!(minTissue >= 0 && minTissue <= 1)) {
            throw new UserError("The least tissue is a share from 0 to 1; got " + minTissue + ".");
        }
    }

    /** With the usual limits of artefacts. */
    public TilingOptions(
            int size, OptionalDouble mpp, double overlap, double minTissue, boolean spread, TissueOptions tissue) {
        this(size, mpp, overlap, minTissue, spread, tissue, QualityOptions.standard());
    }

    /** 224 px at 0.5 um, side by side, with at least 70 % tissue, as in the CypherViT paper. */
    public static TilingOptions standard() {
        return new TilingOptions(224, OptionalDouble.of(0.5), 0, 0.7, false, TissueOptions.standard());
    }

    /**
     * The CypherViT paper's recipe for fields (1128 x 720 px of the NKI and VGH cohorts): crops of 224 px with up to 50 %
     * overlap and at least 70 % tissue, pixels as they are.
     */
    public static TilingOptions fields() {
        return new TilingOptions(224, OptionalDouble.empty(), 0.5, 0.7, true, TissueOptions.standard());
    }

    /** All options in a line, equal for equal tiles: what a finished slide is compared by. */
    public String fingerprint() {
        return String.format(
                Locale.ROOT,
                "%d px, %s, overlap %s%s, tissue >= %s, mask %s um floor %s gap %s um area %s hole %s um^2, quality %s",
                size,
                mpp.isPresent() ? mpp.getAsDouble() + " um" : "pixels as they are",
                overlap,
                spread ? " spread" : "",
                minTissue,
                tissue.mpp(),
                tissue.floor(),
                tissue.close(),
                tissue.minimumArea(),
                tissue.minimumHole(),
                quality.fingerprint());
    }
}
