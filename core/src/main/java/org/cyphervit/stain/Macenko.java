package org.cyphervit.stain;

import java.util.Optional;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Macenko et al. 2009, 'A method for normalizing histology slides for quantitative analysis': optical densities of tissue
 * lie near a plane between the directions of its two stains.
 *
 * <ol>
 *   <li>densities of all pixels that absorb at least 0.15 in every channel
 *   <li>the plane of the two largest eigenvectors of their covariance; each pixel's angle in it
 *   <li>the 1st and the 99th percentile of the angle are the stains; haematoxylin is the one that absorbs more red
 *   <li>amounts of all pixels by least squares; their 99th percentile is the tissue's amount
 * </ol>
 */
final class Macenko {
    private static final int LEAST_PIXELS = 50;

    private Macenko() {}

    static Optional<StainProfile> fit(byte[] rgb) {
        int tissue = OpticalDensity.tissuePixels(rgb);
        if (tissue < LEAST_PIXELS) {
            return Optional.empty();
        }
        double[][] vectors = eigenvectors(covariance(rgb, tissue));
        double[] turns = new double[tissue];
        int n = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            if (OpticalDensity.isTissue(rgb, i)) {
                turns[n++] = turn(along(rgb, i, vectors, 1), along(rgb, i, vectors, 2));
            }
        }
        double[] a = direction(vectors, angle(turns, 1));
        double[] b = direction(vectors, angle(turns, 99));
        double[] h = a[0] > b[0] ? a : b;
        double[] e = a[0] > b[0] ? b : a;
        double[][] stains = {{h[0], e[0]}, {h[1], e[1]}, {h[2], e[2]}};
        return StainProfile.measure(StainMethod.MACENKO, stains, rgb);
    }

    private static double[] covariance(byte[] rgb, int tissue) {
        double[] sum = new double[3];
        double[] products = new double[6];
        for (int i = 0; i < rgb.length; i += 3) {
            if (OpticalDensity.isTissue(rgb, i)) {
                double r = OpticalDensity.of(rgb[i]);
                double g = OpticalDensity.of(rgb[i + 1]);
                double b = OpticalDensity.of(rgb[i + 2]);
                sum[0] += r;
                sum[1] += g;
                sum[2] += b;
                products[0] += r * r;
                products[1] += r * g;
                products[2] += r * b;
                products[3] += g * g;
                products[4] += g * b;
                products[5] += b * b;
            }
        }
        double[] covariance = new double[9]; // row by row
        for (int p = 0, k = 0; p < 3; p++) {
            for (int q = p; q < 3; q++, k++) {
                covariance[3 * p + q] = (products[k] - sum[p] * sum[q] / tissue) / (tissue - 1);
                covariance[3 * q + p] = covariance[3 * p + q];
            }
        }
        return covariance;
    }

    // As columns, in ascending order of their eigenvalues. Either sign is right; here the components' sum is not
    // negative.
    private static double[][] eigenvectors(double[] symmetric) {
        double[] found;
        try (Scope scope = Scope.open()) {
            found = Tensors.doubles(
                    torch.linalg_eigh(Tensors.of(symmetric, 3, 3)).get1());
        }
        double[][] vectors = new double[3][3];
        for (int c = 0; c < 3; c++) {
            double sign = found[c] + found[3 + c] + found[6 + c] < 0 ? -1 : 1;
            for (int r = 0; r < 3; r++) {
                vectors[r][c] = sign * found[3 * r + c];
            }
        }
        return vectors;
    }

    private static double along(byte[] rgb, int i, double[][] vectors, int column) {
        return OpticalDensity.of(rgb[i]) * vectors[0][column]
                + OpticalDensity.of(rgb[i + 1]) * vectors[1][column]
                + OpticalDensity.of(rgb[i + 2]) * vectors[2][column];
    }

    private static double[] direction(double[][] vectors, double angle) {
        double[] direction = new double[3];
        for (int c = 0; c < 3; c++) {
            direction[c] = vectors[c][1] * Math.cos(angle) + vectors[c][2] * Math.sin(angle);
        }
        return direction;
    }

    // Grows with atan2(y, x), from -2 to 2, and costs one division: only two angles of a tile are ever needed.
    private static double turn(double x, double y) {
        double length = Math.abs(x) + Math.abs(y);
        if (length == 0) {
            return 0;
        }
        return y < 0 ? x / length - 1 : 1 - x / length;
    }

    private static double angle(double[] turns, double percent) {
        Percentiles.Neighbours around = Percentiles.around(turns, percent);
        return new Percentiles.Neighbours(radians(around.lower()), radians(around.upper()), around.weight())
                .interpolated();
    }

    private static double radians(double turn) {
        double x = 1 - Math.abs(turn);
        return Math.atan2(Math.copySign(1 - Math.abs(x), turn), x);
    }
}
