package org.cyphervit.nn;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.torch.Tensors;

/** Resizing of learned position embeddings to another grid of patches. */
public final class Positions {
    private Positions() {}

    /**
     * Fixed sines and cosines over a square grid, (1, 1+side*side, D), zeros for the [cls] token: the first half of a vector
     * tells the column, the second the row (MAE's order), each as sin, then cos, of position / 10000^(2i/(D/2)).
     *
     * @param width D, a multiple of 4
     */
    public static Tensor sinCos(int side, int width) {
        int quarter = width / 4;
        float[] values = new float[(1 + side * side) * width];
        for (int n = 0; n < side * side; n++) {
            int[] place = {n % side, n / side};
            for (int half = 0; half < 2; half++) {
                for (int i = 0; i < quarter; i++) {
                    double angle = place[half] / Math.pow(10_000, (double) i / quarter);
                    int at = (1 + n) * width + half * 2 * quarter + i;
                    values[at] = (float) Math.sin(angle);
                    values[at + quarter] = (float) Math.cos(angle);
                }
            }
        }
        return Tensors.of(values, 1, 1L + (long) side * side, width);
    }

    /**
     * Bicubic interpolation as DINO does it: the sampling coordinates follow the scale (n + 0.1) / side, not n / side, so
     * that released weights give their released features.
     *
     * @param grid (1, side*side, D)
     * @return (1, rows*columns, D); the grid itself when nothing changes
     */
    public static Tensor resize(Tensor grid, long rows, long columns) {
        long side = Math.round(Math.sqrt(grid.size(1)));
        if (rows == side && columns == side) {
            return grid;
        }
        long D = grid.size(2);
        Tensor image = grid.reshape(1, side, side, D).permute(0, 3, 1, 2);
        Tensor resized = torch.upsample_bicubic2d(
                image,
                new long[] {rows, columns},
                false,
                new DoubleOptional((rows + 0.1) / side),
                new DoubleOptional((columns + 0.1) / side));
        return resized.permute(0, 2, 3, 1).reshape(1, rows * columns, D);
    }
}
