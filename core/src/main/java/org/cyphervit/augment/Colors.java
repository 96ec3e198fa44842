package org.cyphervit.augment;

/** Colour changes of a small RGB image in place. */
final class Colors {
    private static final float[] OPTICAL_DENSITY = new float[256];
    private static final int STEPS_PER_UNIT = 512;
    private static final byte[] LIGHT = new byte[8 * STEPS_PER_UNIT];

    static {
        for (int v = 0; v < 256; v++) {
            OPTICAL_DENSITY[v] = (float) -Math.log((v + 1) / 256.0);
        }
        for (int i = 0; i < LIGHT.length; i++) {
            LIGHT[i] = (byte) Math.max(0, Math.round(256 * Math.exp(-(double) i / STEPS_PER_UNIT) - 1));
        }
    }

    private Colors() {}

    /** Makes the drawn changes of stain and colour; {@code rgb} is interleaved. */
    static void apply(byte[] rgb, ViewDraw draw) {
        if (draw.stain() != null) {
            stain(rgb, draw.stain());
        }
        if (draw.jitter() != null) {
            jitter(rgb, draw.jitter());
        }
        if (draw.grey()) {
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

    private static void stain(byte[] rgb, ViewDraw.Stain stain) {
        float[][] matrix = stain.matrix();
        float[] offset = stain.offset();
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

    private static void jitter(byte[] rgb, ViewDraw.Jitter jitter) {
        for (ViewDraw.Change change : jitter.order()) {
            switch (change) {
                case BRIGHTNESS -> blend(rgb, jitter.brightness(), 0);
                case CONTRAST -> blend(rgb, jitter.contrast(), meanGrey(rgb));
                case SATURATION -> saturate(rgb, jitter.saturation());
                case HUE -> turnHue(rgb, jitter.hue());
            }
        }
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
