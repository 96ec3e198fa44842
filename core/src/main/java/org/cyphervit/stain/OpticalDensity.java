package org.cyphervit.stain;

/**
 * Optical density od = -ln((v + 1) / 240) of an 8-bit value v and back (Beer and Lambert), through tables. 240 is the light
 * that passes bare glass on a usual scanner; values above have a small negative density.
 */
final class OpticalDensity {
    /** Intensity of unstained glass. */
    static final double GLASS = 240;

    /** Tissue is what absorbs at least this much in every channel (Macenko 2009). */
    static final double TISSUE = 0.15;

    private static final double[] DENSITY = new double[256];
    private static final float[] DENSITY_32 = new float[256];
    // 4096 steps per unit keep a value within a twentieth of a grey level, in 24 KB.
    private static final int STEPS = 4096;
    private static final float LEAST = -0.0625f; // 240 exp(.0625) > 255
    private static final byte[] LIGHT = new byte[6 * STEPS]; // 240 exp(-5.9) < 1
    private static final int BRIGHTEST_TISSUE;

    static {
        int brightest = 0;
        for (int v = 0; v < 256; v++) {
            DENSITY[v] = -Math.log((v + 1) / GLASS);
            DENSITY_32[v] = (float) DENSITY[v];
            brightest = DENSITY[v] >= TISSUE ? v : brightest;
        }
        BRIGHTEST_TISSUE = brightest;
        for (int i = 0; i < LIGHT.length; i++) {
            LIGHT[i] = (byte) (int) Math.min(255, GLASS * Math.exp(-((double) i / STEPS + LEAST)));
        }
    }

    private OpticalDensity() {}

    /** Of a byte holding 0 to 255. */
    static double of(byte value) {
        return DENSITY[value & 0xff];
    }

    /** As {@link #of}, in single precision. */
    static float of32(byte value) {
        return DENSITY_32[value & 0xff];
    }

    /** The byte of a density, truncated; 255 where it would be brighter. */
    static byte light(float density) {
        return LIGHT[Math.clamp((int) ((density - LEAST) * STEPS + 0.5f), 0, LIGHT.length - 1)];
    }

    /** Whether every channel of the pixel at byte {@code i} absorbs as tissue does. */
    static boolean isTissue(byte[] rgb, int i) {
        return Math.max(rgb[i] & 0xff, Math.max(rgb[i + 1] & 0xff, rgb[i + 2] & 0xff)) <= BRIGHTEST_TISSUE;
    }

    /** Number of pixels that absorb as tissue does. */
    static int tissuePixels(byte[] rgb) {
        int count = 0;
        for (int i = 0; i < rgb.length; i += 3) {
            count += isTissue(rgb, i) ? 1 : 0;
        }
        return count;
    }
}
