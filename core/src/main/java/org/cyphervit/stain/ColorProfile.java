package org.cyphervit.stain;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.UserError;

/**
 * Mean and standard deviation of tissue in CIE Lab, which Reinhard et al. 2001 ('Color transfer between images') carry from
 * one image to another. Only tissue is measured, else the share of glass would decide the colours; everything is recoloured.
 *
 * @param mean of L (0 to 100), a and b
 * @param deviation of L, a and b, above 0
 */
record ColorProfile(double[] mean, double[] deviation) implements StainFit {
    // The tissue of 32 published tiles of CRC-VAL-HE-7K (CC BY 4.0), four of each class: what Macenko's reference looks
    // like.
    static final ColorProfile REFERENCE =
            new ColorProfile(new double[] {49.6, 34.1, -17.4}, new double[] {11.5, 7.0, 6.6});

    private static final int LEAST_PIXELS = 50;
    /** A tenth of a grey level: below it, what differs is noise. */
    private static final double LEAST_DEVIATION = 0.05;

    public ColorProfile {
        boolean valid = mean.length == 3 && deviation.length == 3;
        for (int c = 0; valid && c < 3; c++) {
            valid = Double.isFinite(mean[c]) && Double.isFinite(deviation[c]) && deviation[c] >= LEAST_DEVIATION;
        }
        if (!valid) {
            throw new UserError("Colours are 3 means and 3 deviations above " + LEAST_DEVIATION + " of L, a and b; got "
                    + Arrays.toString(mean) + " and " + Arrays.toString(deviation) + ".");
        }
    }

    static Optional<ColorProfile> of(byte[] rgb) {
        double[] sum = new double[3];
        double[] squares = new double[3];
        float[] lab = new float[3];
        int tissue = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            if (OpticalDensity.isTissue(rgb, i)) {
                tissue++;
                Lab.of(rgb, i, lab);
                for (int c = 0; c < 3; c++) {
                    sum[c] += lab[c];
                    squares[c] += (double) lab[c] * lab[c];
                }
            }
        }
        if (tissue < LEAST_PIXELS) {
            return Optional.empty();
        }
        double[] mean = new double[3];
        double[] deviation = new double[3];
        for (int c = 0; c < 3; c++) {
            mean[c] = sum[c] / tissue;
            deviation[c] = Math.sqrt(Math.max(0, squares[c] / tissue - mean[c] * mean[c]));
            if (deviation[c] < LEAST_DEVIATION) {
                return Optional.empty();
            }
        }
        return Optional.of(new ColorProfile(mean, deviation));
    }

    @Override
    public StainMethod method() {
        return StainMethod.REINHARD;
    }

    @Override
    public void recolor(byte[] rgb, StainFit target) {
        if (!(target instanceof ColorProfile to)) {
            throw new UserError("Tiles measured by reinhard cannot be normalized to a target of "
                    + target.method().key() + "; fit the target with reinhard.");
        }
        float[] factor = new float[3];
        float[] shift = new float[3];
        for (int c = 0; c < 3; c++) {
            factor[c] = (float) (to.deviation[c] / deviation[c]);
            shift[c] = (float) (to.mean[c] - mean[c] * to.deviation[c] / deviation[c]);
        }
        float[] lab = new float[3];
        for (int i = 0; i < rgb.length; i += 3) {
            Lab.of(rgb, i, lab);
            for (int c = 0; c < 3; c++) {
                lab[c] = lab[c] * factor[c] + shift[c];
            }
            Lab.to(lab, rgb, i);
        }
    }

    @Override
    public Map<String, Object> numbers() {
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("mean", mean);
        numbers.put("deviation", deviation);
        return numbers;
    }
}
