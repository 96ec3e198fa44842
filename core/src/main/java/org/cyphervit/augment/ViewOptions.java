package org.cyphervit.augment;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;

/**
 * The choices that every method's view recipe shares.
 *
 * @param globalSize side of global views, pixels; a multiple of the patch
 * @param globalMin least share of a tile's area in a global view, (0, 1]; the largest share of a local one
 * @param localSize side of local views, pixels
 * @param locals number of local views per tile; methods without multi-crop ignore local views and need 0
 * @param localMin least share of a tile's area in a local view, (0, globalMin]
 * @param histology with vertical flips, quarter turns and changes of the stain instead of grey and solarized views, which
 *     no scanner makes
 * @param colorStrength multiplies the strengths of colour and stain changes; 1 as the recipes have it, 0 for none
 * @param globalColor share of that strength that the global views of multi-crop get, [0, 1]. A teacher sees only these:
 *     below 1 its targets vary less, and local views must find them through the change of colour (asymmetric
 *     augmentation, Wang 2022)
 */
public record ViewOptions(
        int globalSize,
        double globalMin,
        int localSize,
        int locals,
        double localMin,
        boolean histology,
        double colorStrength,
        double globalColor) {
    public ViewOptions {
        Ranges.of("Views")
                .whole("globalSize", globalSize, 1, 4096)
                .whole("localSize", localSize, 0, 4096)
                .whole("locals", locals, 0, 64)
                .check();
        if (locals < 0 || !(globalMin > 0 && globalMin <= 1) || !(colorStrength >= 0 && colorStrength <= 3)) {
            throw new UserError("Views need locals >= 0, globalMin in (0, 1] and colorStrength in [0, 3]; got " + locals
                    + ", " + globalMin + " and " + colorStrength + ".");
        }
        if (!(globalColor >= 0 && globalColor <= 1)) {
            throw new UserError("Views need globalColor in [0, 1]; got " + globalColor + ".");
        }
    }
}
