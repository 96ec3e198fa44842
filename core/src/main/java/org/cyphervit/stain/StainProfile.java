package org.cyphervit.stain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.UserError;

/**
 * Two stains and how much of each the tissue holds.
 *
 * @param method Macenko (amounts by least squares) or Vahadane (amounts that are sparse and not negative)
 * @param stains 3 x 2: optical density of red, green, blue per unit of haematoxylin and of eosin
 * @param amounts 99th percentile of the amount of haematoxylin and of eosin over all pixels, above 0
 */
public record StainProfile(StainMethod method, double[][] stains, double[] amounts) implements StainFit {
    /** The penalty on an amount where amounts are sparse; the densities of a pixel are about 1. */
    private static final float SPARSITY = 0.01f;

    // Macenko's published reference, which is what most tools normalize to.
    private static final double[][] REFERENCE = {{0.5626, 0.2159}, {0.7201, 0.8012}, {0.4062, 0.5581}};
    private static final double[] REFERENCE_AMOUNTS = {1.9705, 1.0308};

    // Less than one degree between the stains, or amounts this small, make noise of amounts.
    private static final double LEAST_SINE = Math.sin(Math.toRadians(1));
    private static final double LEAST_AMOUNT = 0.05;

    public StainProfile {
        boolean sized = stains.length == 3 && amounts.length == 2;
        for (double[] row : stains) {
            sized &= row.length == 2;
        }
        if (method == StainMethod.REINHARD || !sized || !isUsable(stains, amounts)) {
            throw new UserError("Stains are 3 rows (red, green, blue) of 2 numbers (haematoxylin, eosin) that point"
                    + " in different directions, with 2 amounts above " + LEAST_AMOUNT + "; got "
                    + Arrays.deepToString(stains) + " and " + Arrays.toString(amounts) + ".");
        }
    }

    /** One of the two. */
    public enum Stain {
        HAEMATOXYLIN,
        EOSIN
    }

    static StainProfile reference(StainMethod method) {
        return new StainProfile(
                method,
                new double[][] {REFERENCE[0].clone(), REFERENCE[1].clone(), REFERENCE[2].clone()},
                REFERENCE_AMOUNTS.clone());
    }

    /** The profile of tissue whose stains are known, or nothing where its amounts cannot be told. */
    static Optional<StainProfile> measure(StainMethod method, double[][] stains, byte[] rgb) {
        if (!isUsable(stains, new double[] {1, 1})) {
            return Optional.empty();
        }
        double[][] inverse = pseudoInverse(stains);
        double[] amounts = new double[2];
        double[] values = new double[rgb.length / 3];
        for (int s = 0; s < 2; s++) {
            if (method == StainMethod.MACENKO) {
                for (int i = 0, p = 0; i < rgb.length; i += 3, p++) {
                    values[p] = inverse[s][0] * OpticalDensity.of(rgb[i])
                            + inverse[s][1] * OpticalDensity.of(rgb[i + 1])
                            + inverse[s][2] * OpticalDensity.of(rgb[i + 2]);
                }
            } else {
                Unmixing unmixing = new Unmixing(stains, SPARSITY);
                for (int i = 0, p = 0; i < rgb.length; i += 3, p++) {
                    unmixing.solve(rgb, i);
                    values[p] = s == 0 ? unmixing.first : unmixing.second;
                }
            }
            amounts[s] = Percentiles.linear(values, 99);
        }
        return isUsable(stains, amounts) ? Optional.of(new StainProfile(method, stains, amounts)) : Optional.empty();
    }

    @Override
    public void recolor(byte[] rgb, StainFit target) {
        mix(rgb, target, 1, 1);
    }

    /**
     * An image of one stain alone, in the colour and strength of the target.
     *
     * @param rgb interleaved RGB; left as it is
     */
    public byte[] separate(byte[] rgb, Stain stain, StainFit target) {
        byte[] alone = rgb.clone();
        mix(alone, target, stain == Stain.HAEMATOXYLIN ? 1 : 0, stain == Stain.EOSIN ? 1 : 0);
        return alone;
    }

    @Override
    public Map<String, Object> numbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("stains", stains);
        numbers.put("amounts", amounts);
        return numbers;
    }

    // OD' = S' diag(a' / a) C, and C = pinv(S) OD or the sparse amounts.
    private void mix(byte[] rgb, StainFit target, double haematoxylin, double eosin) {
        if (!(target instanceof StainProfile to)) {
            throw new UserError("Tiles measured by " + method.key() + " cannot be normalized to a target of "
                    + target.method().key() + "; fit the target with " + method.key() + ".");
        }
        float[] h = new float[3];
        float[] e = new float[3];
        for (int c = 0; c < 3; c++) {
            h[c] = (float) (haematoxylin * to.stains[c][0] * to.amounts[0] / amounts[0]);
            e[c] = (float) (eosin * to.stains[c][1] * to.amounts[1] / amounts[1]);
        }
        if (method == StainMethod.MACENKO) {
            mixLinear(rgb, h, e);
        } else {
            mixSparse(rgb, h, e);
        }
    }

    private void mixLinear(byte[] rgb, float[] h, float[] e) {
        double[][] inverse = pseudoInverse(stains);
        float[] m = new float[9];
        for (int out = 0; out < 3; out++) {
            for (int in = 0; in < 3; in++) {
                m[3 * out + in] = (float) (h[out] * inverse[0][in] + e[out] * inverse[1][in]);
            }
        }
        for (int i = 0; i < rgb.length; i += 3) {
            float r = OpticalDensity.of32(rgb[i]);
            float g = OpticalDensity.of32(rgb[i + 1]);
            float b = OpticalDensity.of32(rgb[i + 2]);
            rgb[i] = OpticalDensity.light(m[0] * r + m[1] * g + m[2] * b);
            rgb[i + 1] = OpticalDensity.light(m[3] * r + m[4] * g + m[5] * b);
            rgb[i + 2] = OpticalDensity.light(m[6] * r + m[7] * g + m[8] * b);
        }
    }

    private void mixSparse(byte[] rgb, float[] h, float[] e) {
        Unmixing unmixing = new Unmixing(stains, SPARSITY);
        for (int i = 0; i < rgb.length; i += 3) {
            unmixing.solve(rgb, i);
            for (int c = 0; c < 3; c++) {
                rgb[i + c] = OpticalDensity.light(h[c] * unmixing.first + e[c] * unmixing.second);
            }
        }
    }

    // (S^T S)^-1 S^T, 2 x 3.
    private static double[][] pseudoInverse(double[][] s) {
        double hh = dot(s, 0, 0);
        double he = dot(s, 0, 1);
        double ee = dot(s, 1, 1);
        double determinant = hh * ee - he * he;
        double[][] inverse = new double[2][3];
        for (int c = 0; c < 3; c++) {
            inverse[0][c] = (ee * s[c][0] - he * s[c][1]) / determinant;
            inverse[1][c] = (hh * s[c][1] - he * s[c][0]) / determinant;
        }
        return inverse;
    }

    private static boolean isUsable(double[][] s, double[] amounts) {
        double hh = dot(s, 0, 0);
        double ee = dot(s, 1, 1);
        double he = dot(s, 0, 1);
        double sine = Math.sqrt(Math.max(0, 1 - he * he / (hh * ee)));
        return Double.isFinite(hh + ee)
                && sine >= LEAST_SINE
                && amounts[0] >= LEAST_AMOUNT
                && amounts[1] >= LEAST_AMOUNT
                && Double.isFinite(amounts[0] + amounts[1]);
    }

    private static double dot(double[][] s, int a, int b) {
        return s[0][a] * s[0][b] + s[1][a] * s[1][b] + s[2][a] * s[2][b];
    }
}
