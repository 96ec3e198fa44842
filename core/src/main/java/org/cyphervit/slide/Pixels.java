package org.cyphervit.slide;

import java.util.Arrays;
import org.cyphervit.image.RgbImage;

/** White canvases and what is pasted on them. */
public final class Pixels {
    private Pixels() {}

    public static RgbImage white(int width, int height) {
        RgbImage image = RgbImage.blank(width, height);
        Arrays.fill(image.rgb(), (byte) 255);
        return image;
    }

    /** Copies what overlaps: {@code part}, whose corner lies at column x and row y of the canvas. */
    public static void paste(RgbImage part, long x, long y, RgbImage canvas) {
        int left = Math.clamp(x, 0, canvas.width());
        int right = Math.clamp(x + part.width(), 0, canvas.width());
        int top = Math.clamp(y, 0, canvas.height());
        int bottom = Math.clamp(y + part.height(), 0, canvas.height());
        for (int row = top; row < bottom && left < right; row++) {
            int from = 3 * ((int) (row - y) * part.width() + (int) (left - x));
            System.arraycopy(part.rgb(), from, canvas.rgb(), 3 * (row * canvas.width() + left), 3 * (right - left));
        }
    }
}
