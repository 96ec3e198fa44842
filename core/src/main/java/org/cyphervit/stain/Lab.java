package org.cyphervit.stain;

/** sRGB bytes to CIE Lab (D65) and back; roots and gamma through tables. */
final class Lab {
    private static final float[] LINEAR = new float[256];
    private static final int STEPS = 1 << 13;
    private static final float[] ROOT = new float[STEPS + 2];
    private static final byte[] GAMMA = new byte[STEPS + 1];
    // White of D65, by which X and Z are divided.
    private static final float WHITE_X = 0.95047f;
    private static final float WHITE_Z = 1.08883f;
    private static final float EDGE = 6f / 29;

    static {
        for (int v = 0; v < 256; v++) {
            double s = v / 255.0;
            LINEAR[v] = (float) (s <= 0.04045 ? s / 12.92 : Math.pow((s + 0.055) / 1.055, 2.4));
        }
        for (int i = 0; i < ROOT.length; i++) {
            double t = (double) i / STEPS;
            ROOT[i] = (float) (t > Math.pow(EDGE, 3) ? Math.cbrt(t) : t / (3 * EDGE * EDGE) + 4.0 / 29);
        }
        for (int i = 0; i <= STEPS; i++) {
            double t = (double) i / STEPS;
            double s = t <= 0.0031308 ? 12.92 * t : 1.055 * Math.pow(t, 1 / 2.4) - 0.055;
            GAMMA[i] = (byte) Math.round(255 * s);
        }
    }

    private Lab() {}

    /** L, a, b of the pixel at byte {@code i}. */
    static void of(byte[] rgb, int i, float[] lab) {
        float r = LINEAR[rgb[i] & 0xff];
        float g = LINEAR[rgb[i + 1] & 0xff];
        float b = LINEAR[rgb[i + 2] & 0xff];
        float x = root((0.4124564f * r + 0.3575761f * g + 0.1804375f * b) / WHITE_X);
        float y = root(0.2126729f * r + 0.7151522f * g + 0.0721750f * b);
        float z = root((0.0193339f * r + 0.1191920f * g + 0.9503041f * b) / WHITE_Z);
        lab[0] = 116 * y - 16;
        lab[1] = 500 * (x - y);
        lab[2] = 200 * (y - z);
    }

    /** Writes the pixel at byte {@code i}; colours that no screen shows are clipped. */
    static void to(float[] lab, byte[] rgb, int i) {
        float fy = (lab[0] + 16) / 116;
        float x = WHITE_X * cube(fy + lab[1] / 500);
        float y = cube(fy);
        float z = WHITE_Z * cube(fy - lab[2] / 200);
        rgb[i] = gamma(3.2404542f * x - 1.5371385f * y - 0.4985314f * z);
        rgb[i + 1] = gamma(-0.9692660f * x + 1.8760108f * y + 0.0415560f * z);
        rgb[i + 2] = gamma(0.0556434f * x - 0.2040259f * y + 1.0572252f * z);
    }

    private static float root(float t) {
        float at = Math.min(t, 1) * STEPS;
        int i = (int) at;
        return ROOT[i] + (at - i) * (ROOT[i + 1] - ROOT[i]);
    }

    private static float cube(float f) {
        return f > EDGE ? f * f * f : 3 * EDGE * EDGE * (f - 4f / 29);
    }

    private static byte gamma(float t) {
        return GAMMA[(int) (Math.clamp(t, 0f, 1f) * STEPS + 0.5f)];
    }
}
