package org.cyphervit.slide.codec;

/** From luma and two differences of colour to RGB: JFIF's constants in 16 bits of fraction, rounded as libjpeg does. */
public final class Ycc {
    private Ycc() {}

    /** Replaces three bytes by their colour. */
    public static void toRgb(byte[] pixels, int at) {
        toRgb(pixels[at] & 0xff, pixels[at + 1] & 0xff, pixels[at + 2] & 0xff, pixels, at);
    }

    static void toRgb(int luma, int blue, int red, byte[] rgb, int at) {
        int cb = blue - 128;
        int cr = red - 128;
        rgb[at] = clamp(luma + ((91881 * cr + 32768) >> 16));
        rgb[at + 1] = clamp(luma + ((-22554 * cb - 46802 * cr + 32768) >> 16));
        rgb[at + 2] = clamp(luma + ((116130 * cb + 32768) >> 16));
    }

    private static byte clamp(int value) {
        return (byte) Math.clamp(value, 0, 255);
    }
}
