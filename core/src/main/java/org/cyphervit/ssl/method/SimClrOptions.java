package org.cyphervit.ssl.method;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;

/**
 * Options of SimCLR.
 *
 * @param hidden width of the projector's hidden layers
 * @param out width of the projections (paper: 128)
 * @param temperature tau of NT-Xent; paper: 0.1 for large batches, 0.5 for small images
 */
public record SimClrOptions(int hidden, int out, double temperature) {
    public SimClrOptions {
        Ranges.of("SimCLR")
                .whole("hidden", hidden, 1, 16_384)
                .whole("out", out, 1, 16_384)
                .above("temperature", temperature, 0, 100)
                .check();
        if (hidden < 1 || out < 1 || !(temperature > 0)) {
            throw new UserError("SimCLR needs hidden and out >= 1 and temperature > 0; got " + hidden + ", " + out
                    + " and " + temperature + ".");
        }
    }

    /** The paper's head with tau 0.15, between its values for large and for small batches. */
    public static SimClrOptions forTiles(long tiles) {
        return new SimClrOptions(tiles <= 20_000 ? 512 : 2048, 128, 0.15);
    }
}
