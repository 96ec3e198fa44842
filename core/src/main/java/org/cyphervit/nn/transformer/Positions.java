package org.cyphervit.nn.transformer;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.DoubleOptional;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.bytedeco.pytorch.kBicubic;
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
     * Bicubic interpolation. It is linear and separable, so two small products do it, whose gradient is the same on every
     * run; that of the operator is not on a GPU.
     *
     * @param grid (1, side*side, D)
     * @param options the way of the weights' own program, so that released weights give their released features
     * @return (1, rows*columns, D); the grid itself when nothing changes
     */
    public static Tensor resize(Tensor grid, long rows, long columns, PositionOptions options) {
        long side = Math.round(Math.sqrt(grid.size(1)));
        if (rows == side && columns == side) {
            return grid;
        }
        long D = grid.size(2);
        return Precision.inFloat32(grid.device(), () -> {
            Tensor down = weights(side, rows, options, grid.device())
                    .matmul(grid.to(ScalarType.Float).reshape(side, side * D)); // (rows,side*D)
            Tensor across = weights(side, columns, options, grid.device())
                    .matmul(down.reshape(rows, side, D)); // (rows,columns,D)
            return across.reshape(1, rows * columns, D);
        });
    }

    /**
     * The table of another model made fit for this one: the grid is resized, rows of other tokens in front of it are kept,
     * left out where none are wanted, and zero where the other model has none.
     *
     * @param table (1,rows,D), of a square grid
     * @param before rows in front of the grid that are wanted
     * @param wanted shape, of a square grid too
     * @return the table itself where it cannot be made fit
     */
    public static Tensor fitted(Tensor table, int before, long[] wanted, PositionOptions options) {
        if (table.dim() != 3 || table.size(2) != wanted[2]) {
            return table;
        }
        long side = (long) Math.sqrt((double) table.size(1));
        long others = table.size(1) - side * side;
        if (before > 0 && others > before) {
            return table;
        }
        long goal = (long) Math.sqrt((double) wanted[1] - before);
        List<Tensor> parts = new ArrayList<>();
        if (before > 0) {
            parts.add(table.narrow(1, 0, others).to(ScalarType.Float));
            parts.add(torch.zeros(1, before - others, wanted[2]));
        }
        parts.add(resize(table.narrow(1, others, side * side), goal, goal, options)
                .to(ScalarType.Float));
        return Tensors.cat(parts, 1);
    }

    // What each of the side old places gives to each of the new ones, (size,side).
    private static Tensor weights(long side, long size, PositionOptions options, Device device) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor places =
                    torch.eye(side, Tensors.options(ScalarType.Float, device)).reshape(1, side, side, 1);
            return resized(places, side, size, options).reshape(side, size).t();
        }
    }

    // (1,side,side,1) to (side,size), with some dimensions of 1.
    private static Tensor resized(Tensor places, long side, long size, PositionOptions options) {
        if (options.antialias() && options.offset() == 0) {
            InterpolateFuncOptions how = new InterpolateFuncOptions();
            how.size().put(new LongVector(side, size));
            how.mode().put(new kBicubic());
            how.align_corners().put(false);
            how.antialias().put(true);
            // As one image whose rows are the places: the operator is wrong for images one pixel wide.
            return torch.interpolate(places.reshape(1, 1, side, side), how);
        }
        DoubleOptional scale =
                options.offset() == 0 ? new DoubleOptional() : new DoubleOptional((size + options.offset()) / side);
        return torch.upsample_bicubic2d(places, new long[] {size, 1}, false, scale, new DoubleOptional());
    }
}
