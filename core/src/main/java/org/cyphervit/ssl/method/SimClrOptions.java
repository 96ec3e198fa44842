package org.cyphervit.ssl.method;

import org.cyphervit.Ranges;

/**
 * Options of SimCLR (<a href="https://arxiv.org/abs/2002.05709">arXiv:2002.05709</a>).
 *
 * @param hidden width of the projector's hidden layers
 * @param out width of the projections (paper: 128)
 * @param temperature tau of NT-Xent; paper: 0.1 for large batches, 0.5 for small images
 */
record SimClrOptions(int hidden, int out, double temperature) {
    public SimClrOptions {
        Ranges.of("SimCLR")
                .whole("hidden", hidden, 1, 16_384)
                .whole("out", out, 1, 16_384)
                .above("temperature", temperature, 0, 100)
                .check();
    }

    /** The paper's head with tau 0.15, between its values for large and for small batches. */
    public static SimClrOptions forTiles(long tiles) {
        return new SimClrOptions(tiles <= 20_000 ? 512 : 2048, 128, 0.15);
    }
}
