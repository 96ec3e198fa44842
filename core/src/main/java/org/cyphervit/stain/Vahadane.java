package org.cyphervit.stain;

import java.util.Optional;

/**
 * Vahadane et al. 2016, 'Structure-preserving color normalization and sparse stain separation': optical densities X (3 x n)
 * factored into stains S and amounts C, none of them negative,
 *
 * <pre>  min |X - S C|^2 / 2 + 0.1 sum C   with columns of S of length 1,</pre>
 *
 * by turns: C in closed form ({@link Unmixing}), then each column of S by block coordinate descent (Mairal 2010). It starts
 * at fixed stains, so the same tissue always has the same fit. Where the paper takes luminance for tissue, Macenko's
 * threshold on density is used.
 */
final class Vahadane {
    private static final float SPARSITY = 0.1f;
    private static final int ROUNDS = 200;
    private static final double TOLERANCE = 1e-5;
    private static final int LEAST_PIXELS = 50;
    /** Stains of more pixels than these are the same to three digits; evenly spaced ones are taken. */
    private static final int MOST_PIXELS = 10_000;

    private Vahadane() {}

    static Optional<StainProfile> fit(byte[] rgb) {
        byte[] tissue = sample(rgb);
        if (tissue.length < 3 * LEAST_PIXELS) {
            return Optional.empty();
        }
        double[][] fixed = StainVectors.stains();
        double[][] stains = new double[3][2];
        for (int c = 0; c < 3; c++) {
            stains[c][0] = fixed[0][c];
            stains[c][1] = fixed[1][c];
        }
        for (int round = 0; round < ROUNDS; round++) {
            double[][] next = descend(stains, tissue);
            double change = 0;
            for (int c = 0; c < 3; c++) {
                change = Math.max(change, Math.abs(next[c][0] - stains[c][0]));
                change = Math.max(change, Math.abs(next[c][1] - stains[c][1]));
            }
            stains = next;
            if (!(change > TOLERANCE)) {
                break;
            }
        }
        if (stains[0][0] < stains[0][1]) { // haematoxylin absorbs more red
            for (double[] row : stains) {
                double kept = row[0];
                row[0] = row[1];
                row[1] = kept;
            }
        }
        return StainProfile.measure(StainMethod.VAHADANE, stains, rgb);
    }

    // With A = C C^T and B = X C^T, column j becomes max(0, s_j + (b_j - S a_j) / a_jj), then of unit length.
    private static double[][] descend(double[][] stains, byte[] tissue) {
        Unmixing unmixing = new Unmixing(stains, SPARSITY);
        double[][] a = new double[2][2];
        double[][] b = new double[3][2];
        for (int i = 0; i < tissue.length; i += 3) {
            unmixing.solve(tissue, i);
            double h = unmixing.first;
            double e = unmixing.second;
            a[0][0] += h * h;
            a[0][1] += h * e;
            a[1][1] += e * e;
            for (int c = 0; c < 3; c++) {
                double density = OpticalDensity.of(tissue[i + c]);
                b[c][0] += density * h;
                b[c][1] += density * e;
            }
        }
        a[1][0] = a[0][1];
        double[][] next = {stains[0].clone(), stains[1].clone(), stains[2].clone()};
        for (int j = 0; j < 2; j++) {
            if (a[j][j] == 0) { // no pixel holds this stain: it stays, and its amount tells that it is missing
                continue;
            }
            double squares = 0;
            for (int c = 0; c < 3; c++) {
                double gradient = b[c][j] - next[c][0] * a[0][j] - next[c][1] * a[1][j];
                next[c][j] = Math.max(0, next[c][j] + gradient / a[j][j]);
                squares += next[c][j] * next[c][j];
            }
            for (int c = 0; c < 3; c++) {
                next[c][j] /= Math.sqrt(squares);
            }
        }
        return next;
    }

    private static byte[] sample(byte[] rgb) {
        int tissue = OpticalDensity.tissuePixels(rgb);
        int step = Math.max(1, tissue / MOST_PIXELS);
        byte[] sample = new byte[3 * (tissue / step)];
        for (int i = 0, seen = 0, n = 0; i < rgb.length && n < sample.length; i += 3) {
            if (OpticalDensity.isTissue(rgb, i) && seen++ % step == 0) {
                System.arraycopy(rgb, i, sample, n, 3);
                n += 3;
            }
        }
        return sample;
    }
}
