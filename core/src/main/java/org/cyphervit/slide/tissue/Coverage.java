package org.cyphervit.slide.tissue;

/**
 * Which share of a rectangle a mask covers, in the same time for any size: from the mask's integral image. Edges may fall
 * within pixels; the integral of a piecewise constant function is linear between its corners, so the share is exact.
 */
public final class Coverage {
    private final int width;
    private final int height;
    /** How many pixels are covered above and left of each corner: (height + 1) x (width + 1). */
    private final int[] sums;

    /** @param mask true where it covers, row by row */
    public Coverage(boolean[] mask, int width) {
        this.width = width;
        this.height = mask.length / width;
        this.sums = new int[(width + 1) * (height + 1)];
        for (int y = 0; y < height; y++) {
            int row = 0;
            for (int x = 0; x < width; x++) {
                row += mask[y * width + x] ? 1 : 0;
                sums[(y + 1) * (width + 1) + x + 1] = sums[y * (width + 1) + x + 1] + row;
            }
        }
    }

    /** The covered share, 0 to 1, of the rectangle between columns left and right and rows top and bottom. */
    public double share(double left, double top, double right, double bottom) {
        double covered = until(right, bottom) - until(left, bottom) - until(right, top) + until(left, top);
        return Math.clamp(covered / ((right - left) * (bottom - top)), 0, 1);
    }

    private double until(double x, double y) {
        double insideX = Math.clamp(x, 0, width);
        double insideY = Math.clamp(y, 0, height);
        int column = Math.min((int) insideX, width - 1);
        int row = Math.min((int) insideY, height - 1);
        double fx = insideX - column;
        double fy = insideY - row;
        int at = row * (width + 1) + column;
        double upper = (1 - fx) * sums[at] + fx * sums[at + 1];
        double lower = (1 - fx) * sums[at + width + 1] + fx * sums[at + width + 2];
        return (1 - fy) * upper + fy * lower;
    }
}
