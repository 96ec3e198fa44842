package org.cyphervit.ssl.method;

import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Blockwise masks (BEiT, Bao 2021, Algorithm 1; with iBOT's ratios): rectangles of random area and aspect until the
 * wanted share of the patches is hidden.
 *
 * <ol>
 *   <li>Draw an area between a ninth of the grid and what is left to hide, and an aspect between 0.3 and 1/0.3, uniform in
 *       its logarithm; the sides follow.
 *   <li>Draw a place. A block that hides nothing new, or more than is left, is drawn again, ten times at most.
 *   <li>Hide it, and go on with 1 until enough is hidden or ten blocks in a row did not fit.
 * </ol>
 *
 * @param rows of the grid of patches
 * @param columns of the grid
 * @see <a href="https://arxiv.org/abs/2106.08254">Bao 2021, BEiT</a>
 * @see <a href="https://github.com/bytedance/ibot/blob/main/loader.py">iBOT's loader.py</a>
 */
record BlockMasks(int rows, int columns) {
    private static final double MIN_ASPECT = 0.3;
    private static final int TRIES = 10;

    /**
     * One mask, row by row; true is hidden.
     *
     * @param ratio share to hide at most, [0, 1)
     */
    boolean[] draw(double ratio, RandomGenerator random) {
        boolean[] hidden = new boolean[rows * columns];
        int wanted = (int) (ratio * rows * columns);
        for (int count = 0; count < wanted; ) {
            int added = addBlock(hidden, wanted - count, random);
            if (added == 0) {
                break; // what is left to hide is smaller than any block that fits
            }
            count += added;
        }
        return hidden;
    }

    private int addBlock(boolean[] hidden, int atMost, RandomGenerator random) {
        double side = Math.min(rows, columns) / 3.0;
        double least = side * side;
        for (int i = 0; i < TRIES; i++) {
            double area = least + random.nextDouble() * Math.max(0, atMost - least);
            double aspect = Math.exp(Math.log(MIN_ASPECT) * (1 - 2 * random.nextDouble()));
            int h = Math.toIntExact(Math.round(Math.sqrt(area * aspect)));
            int w = Math.toIntExact(Math.round(Math.sqrt(area / aspect)));
            if (h < 1 || w < 1 || h >= rows || w >= columns) {
                continue;
            }
            int top = random.nextInt(rows - h + 1);
            int left = random.nextInt(columns - w + 1);
            int fresh = 0;
            for (int y = top; y < top + h; y++) {
                for (int x = left; x < left + w; x++) {
                    fresh += hidden[y * columns + x] ? 0 : 1;
                }
            }
            if (fresh > 0 && fresh <= atMost) {
                for (int y = top; y < top + h; y++) {
                    Arrays.fill(hidden, y * columns + left, y * columns + left + w, true);
                }
                return fresh;
            }
        }
        return 0;
    }
}
