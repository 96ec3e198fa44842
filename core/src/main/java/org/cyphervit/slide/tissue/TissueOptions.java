package org.cyphervit.slide.tissue;

import org.cyphervit.UserError;

/**
 * How tissue is found. Lengths are microns, so that a slide of 0.25 and one of 0.5 microns per pixel give the same mask.
 *
 * @param mpp scale of the mask, microns per pixel
 * @param floor least saturation of tissue, 0 to 1: eosin paler than this is not told from tinted glass
 * @param close gaps up to this wide within tissue are closed, microns
 * @param minimumArea smaller pieces are dust, square microns
 * @param minimumHole smaller holes, such as the lumen of a gland, are part of the tissue, square microns
 */
public record TissueOptions(double mpp, double floor, double close, double minimumArea, double minimumHole) {
    public TissueOptions {
        if (!(mpp > 0) || !(floor >= 0 && floor < 1) || !(close >= 0) || !(minimumArea >= 0) || !(minimumHole >= 0)) {
            throw new UserError("The mask needs a scale above 0, a floor of saturation from 0 to below 1, a gap and"
                    + " areas of at least 0; got " + mpp + " um per pixel, " + floor + ", " + close + " um, "
                    + minimumArea
                    + " and " + minimumHole + " um^2.");
        }
    }

    /** 8 um per pixel, saturation 0.05, gaps of 24 um, pieces of 20,000 um^2 (a square of 140 um), holes of 4,000. */
    public static TissueOptions standard() {
        return new TissueOptions(8, 0.05, 24, 20_000, 4_000);
    }
}
