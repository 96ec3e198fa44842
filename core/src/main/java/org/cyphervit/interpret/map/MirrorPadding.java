package org.cyphervit.interpret.map;

import org.cyphervit.image.RgbImage;

/**
 * Fills what lies beyond a slide with its mirror image. Windows at the edge of a cut region would else see white glass beside
 * tissue, an edge that is in no tissue, and colour the patches along it by that.
 */
final class MirrorPadding {
    private MirrorPadding() {}

    /**
     * Fills an image outside of a rectangle of it.
     *
     * @param x left edge of what is on the slide, pixels of the image; may lie outside
     * @param y upper edge, likewise
     * @param width of what is on the slide
     * @param height of what is on the slide
     */
    static void beyond(RgbImage image, long x, long y, long width, long height) {
        long left = Math.max(0, x);
        long right = Math.min(image.width(), x + width);
        long top = Math.max(0, y);
        long bottom = Math.min(image.height(), y + height);
        if (left >= right || top >= bottom) {
            return; // nothing of the slide is here
        }
        byte[] rgb = image.rgb();
        int line = 3 * image.width();
        for (int row = (int) top; row < bottom; row++) {
            for (int column = 0; column < image.width(); column++) {
                int from = inside(column, left, right);
                if (from != column) {
                    System.arraycopy(rgb, row * line + 3 * from, rgb, row * line + 3 * column, 3);
                }
            }
        }
        for (int row = 0; row < image.height(); row++) {
            int from = inside(row, top, bottom);
            if (from != row) {
                System.arraycopy(rgb, from * line, rgb, row * line, line);
            }
        }
    }

    // The place that a mirror at the edge shows; the farthest there is where the slide is narrower than what is
    // missing.
    private static int inside(int at, long from, long to) {
        long mirrored = at < from ? 2 * from - 1 - at : at >= to ? 2 * to - 1 - at : at;
        return (int) Math.clamp(mirrored, from, to - 1);
    }
}
