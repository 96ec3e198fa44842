package org.cyphervit.interpret.umap;

/**
 * The strength of a pair at distance d of the plane, 1 / (1 + a d^(2b)).
 *
 * @param a fitted
 * @param b fitted
 */
record LayoutKernel(double a, double b) {
    private static final int SAMPLES = 300;
    private static final int STEPS = 100;

    /**
     * The least-squares fit to 1 up to minDist and exp(-(d - minDist) / spread) beyond, at 300 distances up to three
     * spreads (section 4.2 of the paper), by damped Gauss-Newton.
     */
    static LayoutKernel fit(double minDist, double spread) {
        double a = 1;
        double b = 1;
        double damping = 1e-3;
        double error = normal(a, b, minDist, spread)[5];
        for (int step = 0; step < STEPS; step++) {
            double[] n = normal(a, b, minDist, spread);
            double aa = n[0] * (1 + damping);
            double bb = n[2] * (1 + damping);
            double determinant = aa * bb - n[1] * n[1];
            double nextA = a + (bb * n[3] - n[1] * n[4]) / determinant;
            double nextB = b + (aa * n[4] - n[1] * n[3]) / determinant;
            double next = nextA > 0 && nextB > 0 ? normal(nextA, nextB, minDist, spread)[5] : Double.POSITIVE_INFINITY;
            if (next < error) {
                a = nextA;
                b = nextB;
                error = next;
                damping /= 10;
            } else {
                damping *= 10;
            }
        }
        return new LayoutKernel(a, b);
    }

    // Normal equations of the linearised problem: J'J as (aa, ab, bb), J'r as (a, b), and the squared error.
    private static double[] normal(double a, double b, double minDist, double spread) {
        double[] n = new double[6];
        for (int s = 1; s < SAMPLES; s++) { // at distance 0 both are 1
            double d = 3 * spread * s / (SAMPLES - 1);
            double wanted = d <= minDist ? 1 : Math.exp(-(d - minDist) / spread);
            double power = Math.pow(d, 2 * b);
            double value = 1 / (1 + a * power);
            double byA = -value * value * power;
            double byB = -value * value * a * power * 2 * Math.log(d);
            double residual = wanted - value;
            n[0] += byA * byA;
            n[1] += byA * byB;
            n[2] += byB * byB;
            n[3] += byA * residual;
            n[4] += byB * residual;
            n[5] += residual * residual;
        }
        return n;
    }
}
