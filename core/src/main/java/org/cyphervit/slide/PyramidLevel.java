package org.cyphervit.slide;

/**
 * One resolution of a slide.
 *
 * @param width in pixels of this level
 * @param height in pixels of this level
 * @param downsample level-0 pixels per pixel of this level, along a side; 1 for level 0
 */
public record PyramidLevel(long width, long height, double downsample) {
    /**
     * The level of that size. Pyramids halve and drop odd rows, so a size that a whole factor explains has that factor; the
     * quotient of the sizes would shift the far end by a pixel.
     */
    public static PyramidLevel of(long width0, long height0, long width, long height) {
        double x = (double) width0 / width;
        double y = (double) height0 / height;
        double whole = Math.rint((x + y) / 2);
        boolean explained = Math.abs(width0 / whole - width) < 1 && Math.abs(height0 / whole - height) < 1;
        return new PyramidLevel(width, height, explained ? whole : (x + y) / 2);
    }
}
