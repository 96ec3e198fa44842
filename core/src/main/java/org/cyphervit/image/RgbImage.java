package org.cyphervit.image;

import org.cyphervit.UserError;

/**
 * An 8-bit RGB image in memory.
 *
 * @param width in pixels, at least 1
 * @param height in pixels, at least 1
 * @param rgb height x width x 3 bytes, row by row, red first; shared, not copied
 */
public record RgbImage(int width, int height, byte[] rgb) {
    public RgbImage {
        if (width < 1 || height < 1 || rgb.length != Math.multiplyExact(3, Math.multiplyExact(width, height))) {
            throw new UserError("An RGB image of " + width + " x " + height + " pixels cannot have " + rgb.length
                    + " bytes; expected 3 bytes per pixel.");
        }
    }

    /** An all-zero (black) image. */
    public static RgbImage blank(int width, int height) {
        return new RgbImage(width, height, new byte[Math.multiplyExact(3, Math.multiplyExact(width, height))]);
    }

    /**
     * A copy of a part.
     *
     * @throws IndexOutOfBoundsException if the part reaches beyond the image
     */
    public RgbImage region(int left, int top, int partWidth, int partHeight) {
        java.util.Objects.checkFromIndexSize(left, partWidth, width);
        java.util.Objects.checkFromIndexSize(top, partHeight, height);
        byte[] part = new byte[3 * partWidth * partHeight];
        for (int y = 0; y < partHeight; y++) {
            System.arraycopy(rgb, 3 * ((top + y) * width + left), part, 3 * y * partWidth, 3 * partWidth);
        }
        return new RgbImage(partWidth, partHeight, part);
    }

    /** Channel 0, 1 or 2 (red, green, blue) of the pixel at column x, row y; 0 to 255. */
    public int at(int x, int y, int channel) {
        return rgb[3 * (y * width + x) + channel] & 0xff;
    }
}
