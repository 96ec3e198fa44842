package org.cyphervit.slide.quality;

import org.cyphervit.UserError;

/**
 * What a tile may have of each artefact. Shares are of the tile's area; a tile with more is rejected.
 *
 * @param check whether artefacts are looked for at all
 * @param pen largest share of pen of any colour
 * @param fold largest share of folded tissue
 * @param bubble largest share of an air bubble
 * @param focus least sharpness ({@link Focus}); 0 takes blurred tiles too
 */
public record QualityOptions(boolean check, double pen, double fold, double bubble, double focus) {
    public QualityOptions {
        if (!isShare(pen) || !isShare(fold) || !isShare(bubble) || !(focus >= 0 && focus <= 10)) {
            throw new UserError(
                    "A tile's share of pen, folds and bubbles is from 0 to 1 and its least sharpness from 0 to"
                            + " 10; got " + pen + ", " + fold + ", " + bubble + " and " + focus + ".");
        }
    }

    /** A tenth of pen, a fifth of fold, a quarter of bubble, and sharpness 0.1, which a blur of 2 microns does not reach. */
    public static QualityOptions standard() {
        return new QualityOptions(true, 0.1, 0.2, 0.25, 0.1);
    }

    /** Ink of strong colours alone, as the tissue mask sees it. */
    public static QualityOptions none() {
        return new QualityOptions(false, 0.1, 1, 1, 0);
    }

    private static boolean isShare(double value) {
        return value >= 0 && value <= 1;
    }

    /** All options in a few words, equal for equal tiles. */
    public String fingerprint() {
        return check
                ? "pen <= " + pen + " fold <= " + fold + " bubble <= " + bubble + " focus >= " + focus
                : "not checked";
    }
}
