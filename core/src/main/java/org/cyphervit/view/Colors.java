package org.cyphervit.view;

import java.util.random.RandomGenerator;
import org.cyphervit.stain.StainVectors;
import org.cyphervit.view.ViewSpec.Color;

/** Colour changes of a small RGB image in place; every draw comes from the given generator in a fixed order. */
final class Colors {
    private static final double[][] STAINS = StainVectors.stains();
    private static final double[][] UNMIX = StainVectors.unmixing();
    private static final float[] OPTICAL_DENSITY = new float[256];
    private static final int STEPS_PER_UNIT = 512;
    private static final byte[] LIGHT = new byte[8 * STEPS_PER_UNIT];

    static {
        for (int v = 0; v < 256; v++) {
            OPTICAL_DENSITY[v] = (float) -Math.log((v + 1) / 256.0);
        }
        for (int i = 0; i < LIGHT.length; i++) {
            LIGHT[i] = (byte) Math.round(256 * Math.exp(-(double) i / STEPS_PER_UNIT) - 1);
        }
    }

    private Colors() {}

    /** Applies the changes that the draws select; {@code rgb} is interleaved. */
    static void apply(byte[] rgb, Color color, RandomGenerator random) {
        if (random.nextDouble() < color.stain()) {
            stain(rgb, color.stainStrength(), random);
        }
        if (random.nextDouble() < color.jitter()) {
            jitter(rgb, color, random);
        }
        if (random.nextDouble() < color.grey()) {
            grey(rgb);
        }
    }

    /** Inverts values from 128 up. */
    static void solarize(byte[] rgb) {
        for (int i = 0; i < rgb.length; i++) {
            int v = rgb[i] & 0xff;
            rgb[i] = (byte) (v >= 128 ? 255 - v : v);
        }
    }

    /** Scales and shifts the amount of each stain: OD' = OD . U diag(a) S + b S. */
    static void stain(byte[] rgb, double strength, RandomGenerator random) {
        double[] scale = new double[3];
        double[] shift = new double[3];
        for (int s = 0; s < 3; s++) {
            scale[s] = 1 + strength * (2 * random.nextDouble() - 1);
            shift[s] = 0.2 * strength * (2 * random.nextDouble() - 1);
        }
        float[][] matrix = new float[3][3];
        float[] offset = new float[3];
        for (int out = 0; out < 3; out++) {
            for (int s = 0; s < 3; s++) {
                offset[out] += (float) (shift[s] * STAINS[s][out]);
                for (int in = 0; in < 3; in++) {
                    matrix[in][out] += (float) (UNMIX[in][s] * scale[s] * STAINS[s][out]);
                }
            }
        }
        for (int i = 0; i < rgb.length; i += 3) {
            float r = OPTICAL_DENSITY[rgb[i] & 0xff];
            float g = OPTICAL_DENSITY[rgb[i + 1] & 0xff];
            float b = OPTICAL_DENSITY[rgb[i + 2] & 0xff];
            for (int c = 0; c < 3; c++) {
                float od = r * matrix[0][c] + g * matrix[1][c] + b * matrix[2][c] + offset[c];
                int step = (int) (od * STEPS_PER_UNIT + 0.5f);
                rgb[i + c] = LIGHT[Math.clamp(step, 0, LIGHT.length - 1)];
            }
        }
    }

    private static void jitter(byte[] rgb, Color color, RandomGenerator random) {
        int[] order = {0, 1, 2, 3};
        for (int i = 3; i > 0; i--) {
            int j = random.nextInt(i + 1);
            int kept = order[i];
            order[i] = order[j];
            order[j] = kept;
        }
        float brightness = factor(color.brightness(), random);
        float contrast = factor(color.contrast(), random);
        float saturation = factor(color.saturation(), random);
        float hue = (float) (color.hue() * (2 * random.nextDouble() - 1));
        for (int change : order) {
            switch (change) {
                case 0 -> blend(rgb, brightness, 0);
                case 1 -> blend(rgb, contrast, meanGrey(rgb));
                case 2 -> saturate(rgb, saturation);
                default -> turnHue(rgb, hue);
            }
        }
    }

    private static float factor(double strength, RandomGenerator random) {
        return (float) (1 + strength * (2 * random.nextDouble() - 1));
    }

    private static void blend(byte[] rgb, float factor, float with) {
        byte[] table = new byte[256];
        for (int v = 0; v < 256; v++) {
            table[v] = toByte(v * factor + with * (1 - factor));
        }
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = table[rgb[i] & 0xff];
        }
    }

    private static float meanGrey(byte[] rgb) {
        double sum = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            sum += grey(rgb, i);
        }
        return (float) (sum / (rgb.length / 3.0));
    }

    private static void saturate(byte[] rgb, float factor) {
        for (int i = 0; i < rgb.length; i += 3) {
            float grey = grey(rgb, i) * (1 - factor);
            for (int c = 0; c < 3; c++) {
                rgb[i + c] = toByte((rgb[i + c] & 0xff) * factor + grey);
            }
        }
    }

    private static void grey(byte[] rgb) {
        for (int i = 0; i < rgb.length; i += 3) {
            byte grey = toByte(grey(rgb, i));
            rgb[i] = grey;
            rgb[i + 1] = grey;
            rgb[i + 2] = grey;
        }
    }

    // ITU-R 601 luma, as PIL and torchvision.
    private static float grey(byte[] rgb, int i) {
        return 0.299f * (rgb[i] & 0xff) + 0.587f * (rgb[i + 1] & 0xff) + 0.114f * (rgb[i + 2] & 0xff);
    }

    // Through hue, saturation, value; only the hue moves, by a share of a full turn.
    private static void turnHue(byte[] rgb, float turn) {
        float shift = 6 * turn + 6;
        for (int i = 0; i < rgb.length; i += 3) {
            int r = rgb[i] & 0xff;
            int g = rgb[i + 1] & 0xff;
            int b = rgb[i + 2] & 0xff;
            int max = Math.max(r, Math.max(g, b));
            int chroma = max - Math.min(r, Math.min(g, b));
            if (chroma == 0) {
                continue;
            }
            float sextant = max == r
                    ? (float) (g - b) / chroma
                    : max == g ? (float) (b - r) / chroma + 2 : (float) (r - g) / chroma + 4;
            float h = belowSix(belowSix(sextant + shift));
            rgb[i] = toByte(max - chroma * distance(h, 5));
            rgb[i + 1] = toByte(max - chroma * distance(h, 3));
            rgb[i + 2] = toByte(max - chroma * distance(h, 1));
        }
    }

    // How far a channel lies below the maximum, as a share of the chroma, for hue h in [0, 6).
    private static float distance(float h, int channel) {
        float k = belowSix(h + channel);
        float distance = k < 2 ? k : 4 - k;
        return distance <= 0 ? 0 : distance >= 1 ? 1 : distance;
    }

    // A remainder for values in [0, 12); as exact as %, and a tenth of its time.
    private static float belowSix(float value) {
        return value >= 6 ? value - 6 : value;
    }

    private static byte toByte(float value) {
        return (byte) Math.clamp((int) (value + 0.5f), 0, 255);
    }
}
