package org.cyphervit.stain;

/** Eigenvectors of a symmetric 3 x 3 matrix by Jacobi's rotations. */
final class Eigen {
    private static final int SWEEPS = 50;

    private Eigen() {}

    /**
     * Eigenvectors as columns, in ascending order of their eigenvalues; each of unit length, its components' sum not
     * negative.
     *
     * @param symmetric left as it is
     */
    static double[][] vectors(double[][] symmetric) {
        double[][] a = {symmetric[0].clone(), symmetric[1].clone(), symmetric[2].clone()};
        double[][] v = {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}};
        for (int sweep = 0; sweep < SWEEPS; sweep++) {
            if (a[0][1] == 0 && a[0][2] == 0 && a[1][2] == 0) {
                break;
            }
            rotate(a, v, 0, 1);
            rotate(a, v, 0, 2);
            rotate(a, v, 1, 2);
        }
        return sorted(a, v);
    }

    // Turns rows and columns p and q so that a[p][q] becomes 0.
    private static void rotate(double[][] a, double[][] v, int p, int q) {
        if (Math.abs(a[p][q]) <= 1e-300) {
            a[p][q] = 0;
            a[q][p] = 0;
            return;
        }
        double theta = (a[q][q] - a[p][p]) / (2 * a[p][q]);
        double t = (theta < 0 ? -1 : 1) / (Math.abs(theta) + Math.hypot(theta, 1));
        double c = 1 / Math.hypot(t, 1);
        double s = t * c;
        for (int k = 0; k < 3; k++) {
            double x = a[k][p];
            double y = a[k][q];
            a[k][p] = c * x - s * y;
            a[k][q] = s * x + c * y;
        }
        for (int k = 0; k < 3; k++) {
            double x = a[p][k];
            double y = a[q][k];
            a[p][k] = c * x - s * y;
            a[q][k] = s * x + c * y;
            double u = v[k][p];
            double w = v[k][q];
            v[k][p] = c * u - s * w;
            v[k][q] = s * u + c * w;
        }
        a[p][q] = 0;
        a[q][p] = 0;
    }

    private static double[][] sorted(double[][] a, double[][] v) {
        Integer[] order = {0, 1, 2};
        java.util.Arrays.sort(order, java.util.Comparator.comparingDouble(i -> a[i][i]));
        double[][] columns = new double[3][3];
        for (int c = 0; c < 3; c++) {
            int from = order[c];
            double sign = v[0][from] + v[1][from] + v[2][from] < 0 ? -1 : 1;
            for (int r = 0; r < 3; r++) {
                columns[r][c] = sign * v[r][from];
            }
        }
        return columns;
    }
}
