package org.cyphervit.nn;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;

/**
 * Resizing of learned position embeddings to another grid of patches.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://github.com/facebookresearch/dino/blob/main/vision_transformer.py">interpolate_pos_encoding of DINO's vision_transformer.py</a>
 */
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
     * that released weights give their released features. It is linear and separable, so two small products do it, whose
     * gradient is the same on every run; that of the operator is not on a GPU.
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
        return Precision.inFloat32(grid.device(), () -> {
            Tensor down = weights(side, rows, grid.device()).matmul(grid.reshape(side, side * D)); // (rows,side*D)
            Tensor across =
                    weights(side, columns, grid.device()).matmul(down.reshape(rows, side, D)); // (rows,columns,D)
            return across.reshape(1, rows * columns, D);
        });
    }

    // What each of the side old places gives to each of the new ones, (size,side).
    private static Tensor weights(long side, long size, Device device) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor places = torch.eye(side, Tensors.options(ScalarType.Float, device));
            return torch.upsample_bicubic2d(
                            places.reshape(1, side, side, 1),
                            new long[] {size, 1},
                            false,
                            new DoubleOptional((size + 0.1) / side),
                            new DoubleOptional(1.0))
                    .reshape(side, size)
                    .t();
        }
    }
}
