package org.cyphervit.stain;

/**
 * Fixed stains for tissue that is not measured: haematoxylin and eosin in optical density of red, green, blue (Ruifrok and
 * Johnston 2001), and what is orthogonal to both. A third stain near the plane of the two, such as DAB, would turn small
 * changes into garish colours.
 */
public final class StainVectors {
    private static final double[][] STAINS = {{0.650, 0.704, 0.286}, {0.072, 0.990, 0.105}, {-0.332, -0.076, 0.940}};

    private StainVectors() {}

    /** Three rows of unit length: haematoxylin, eosin, rest. */
    public static double[][] stains() {
        return new double[][] {STAINS[0].clone(), STAINS[1].clone(), STAINS[2].clone()};
    }

    /** The inverse: a row of optical densities times this is a row of amounts. */
    public static double[][] unmixing() {
        double[][] m = STAINS;
        double[][] adjugate = new double[3][3];
        for (int r = 0; r < 3; r++) {
            for (int c = 0; c < 3; c++) {
                adjugate[c][r] = m[(r + 1) % 3][(c + 1) % 3] * m[(r + 2) % 3][(c + 2) % 3]
                        - m[(r + 1) % 3][(c + 2) % 3] * m[(r + 2) % 3][(c + 1) % 3];
            }
        }
        double determinant = m[0][0] * adjugate[0][0] + m[0][1] * adjugate[1][0] + m[0][2] * adjugate[2][0];
        for (double[] row : adjugate) {
            for (int c = 0; c < 3; c++) {
                row[c] /= determinant;
            }
        }
        return adjugate;
    }
}
