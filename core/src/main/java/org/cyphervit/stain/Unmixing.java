package org.cyphervit.stain;

/**
 * Amounts of two stains that are not negative: min over c >= 0 of |x - S c|^2 / 2 + sparsity (c1 + c2), in closed form. The
 * result of a pixel is left in two fields, so that no object is made per pixel.
 */
final class Unmixing {
    private final float[] stains = new float[6];
    private final float hh;
    private final float he;
    private final float ee;
    private final float determinant;
    private final float sparsity;

    /** Amount of the first stain. */
    float first;

    /** Amount of the second stain. */
    float second;

    /**
     * @param stains 3 x 2 with entries that are not negative, columns in different directions
     */
    Unmixing(double[][] stains, float sparsity) {
        for (int c = 0; c < 3; c++) {
            this.stains[2 * c] = (float) stains[c][0];
            this.stains[2 * c + 1] = (float) stains[c][1];
        }
        float[] s = this.stains;
        this.hh = s[0] * s[0] + s[2] * s[2] + s[4] * s[4];
        this.he = s[0] * s[1] + s[2] * s[3] + s[4] * s[5];
        this.ee = s[1] * s[1] + s[3] * s[3] + s[5] * s[5];
        this.determinant = hh * ee - he * he;
        this.sparsity = sparsity;
    }

    /** Amounts at each pixel by the fixed stains: haematoxylin, eosin; optical density, at least 0. */
    static float[][] amounts(byte[] rgb) {
        double[][] rows = StainVectors.stains();
        double[][] columns = new double[3][2];
        for (int c = 0; c < 3; c++) {
            columns[c][0] = rows[0][c];
            columns[c][1] = rows[1][c];
        }
        Unmixing unmixing = new Unmixing(columns, 0);
        float[][] amounts = new float[2][rgb.length / 3];
        for (int i = 0; i < amounts[0].length; i++) {
            unmixing.solve(rgb, 3 * i);
            amounts[0][i] = unmixing.first;
            amounts[1][i] = unmixing.second;
        }
        return amounts;
    }

    /** Of the pixel at byte {@code i}. */
    void solve(byte[] rgb, int i) {
        float r = OpticalDensity.of32(rgb[i]);
        float g = OpticalDensity.of32(rgb[i + 1]);
        float b = OpticalDensity.of32(rgb[i + 2]);
        float h = stains[0] * r + stains[2] * g + stains[4] * b - sparsity;
        float e = stains[1] * r + stains[3] * g + stains[5] * b - sparsity;
        first = (ee * h - he * e) / determinant;
        second = (hh * e - he * h) / determinant;
        if (first < 0) {
            first = 0;
            second = Math.max(0, e / ee);
        } else if (second < 0) {
            second = 0;
            first = Math.max(0, h / hh);
        }
    }
}
