package org.cyphervit.nn;

import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;

/** Resizing of learned position embeddings to another grid of patches. */
public final class Positions {
    private Positions() {}

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
