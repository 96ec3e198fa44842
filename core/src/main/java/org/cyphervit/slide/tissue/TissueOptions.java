package org.cyphervit.slide.tissue;

import org.cyphervit.Ranges;

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
        Ranges.of("The mask of tissue")
                .above("mpp", mpp, 0, 1000)
                .below("floor", floor, 0, 1)
                .number("close", close, 0, 1_000_000)
                .number("minimumArea", minimumArea, 0, 1e12)
                .number("minimumHole", minimumHole, 0, 1e12)
                .check();
    }

    /** 8 um per pixel, saturation 0.05, gaps of 24 um, pieces of 20,000 um^2 (a square of 140 um), holes of 4,000. */
    public static TissueOptions standard() {
        return new TissueOptions(8, 0.05, 24, 20_000, 4_000);
    }
}
