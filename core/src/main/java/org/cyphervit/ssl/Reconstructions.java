package org.cyphervit.ssl;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.augment.Normalization;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Tensors;

/** Patches as pictures: a row per image of the image, what MAE's encoder sees of it, and what the decoder makes of that. */
final class Reconstructions {
    private static final int LEAST_CELL = 144;
    private static final int GAP = 6;
    private static final int COLUMNS = 3;

    private Reconstructions() {}

    /** Images (B,3,H,W) to patches (B,N,P*P*3) in the order rows, columns, colours; a rest at the border is left out. */
    static Tensor patches(Tensor images, int patch) {
        long B = images.size(0);
        long rows = images.size(2) / patch;
        long columns = images.size(3) / patch;
        return images.narrow(2, 0, rows * patch)
                .narrow(3, 0, columns * patch)
                .reshape(B, 3, rows, patch, columns, patch)
                .permute(0, 2, 4, 3, 5, 1)
                .reshape(B, rows * columns, 3L * patch * patch);
    }

    /** Each patch's mean, (B,N,1). */
    static Tensor mean(Tensor patches) {
        return patches.mean(new long[] {-1}, true, new ScalarTypeOptional());
    }

    /** Each patch's deviation, of the sample (divided by n - 1), (B,N,1). */
    static Tensor deviation(Tensor patches) {
        return variance(patches, -1, patches.size(-1) - 1).add(new Scalar(1e-6)).sqrt();
    }

    /**
     * The squares about the mean over one dimension, kept with size 1, by a number. Torch's own variance goes through memory
     * number by number, eight times slower.
     */
    static Tensor variance(Tensor patches, long dimension, double number) {
        Tensor mean = patches.mean(new long[] {dimension}, true, new ScalarTypeOptional());
        return Tensors.sumKeeping(patches.sub(mean).square(), dimension).div(new Scalar(number));
    }

    /**
     * A sheet with white gaps; small images are enlarged by a whole number.
     *
     * @param truth patches of normalised square images, (B,N,P*P*3)
     * @param predicted of the same shape and scale; shown where {@code hidden} is 1
     * @param hidden (B,N)
     */
    static RgbImage sheet(Tensor truth, Tensor predicted, Tensor hidden, int patch, Normalization normalization) {
        Tensor covered = hidden.unsqueeze(-1).to(ScalarType.Bool);
        List<Tensor> columns = List.of(
                truth,
                torch.where(covered, torch.zeros_like(truth), truth), // 0 is the mean colour
                torch.where(covered, predicted, truth));
        int B = Math.toIntExact(truth.size(0));
        int side = patch * Math.toIntExact(Math.round(Math.sqrt(truth.size(1))));
        int zoom = Math.max(1, (LEAST_CELL + side - 1) / side);
        int cell = side * zoom + GAP;
        int width = COLUMNS * cell + GAP;
        byte[] rgb = new byte[3 * width * (B * cell + GAP)];
        java.util.Arrays.fill(rgb, (byte) 255);
        for (int c = 0; c < COLUMNS; c++) {
            float[] pixels = Tensors.floats(pixels(columns.get(c), patch, side, normalization)); // (B,side,side,3)
            for (int b = 0; b < B; b++) {
                for (int y = 0; y < side * zoom; y++) {
                    int row = (GAP + b * cell + y) * width + GAP + c * cell;
                    for (int x = 0; x < side * zoom; x++) {
                        int from = 3 * ((b * side + y / zoom) * side + x / zoom);
                        for (int color = 0; color < 3; color++) {
                            rgb[3 * (row + x) + color] = (byte) Math.round(pixels[from + color]);
                        }
                    }
                }
            }
        }
        return new RgbImage(width, B * cell + GAP, rgb);
    }

    // (B,N,P*P*3) to (B,side,side,3), values of a byte.
    private static Tensor pixels(Tensor patches, int patch, int side, Normalization normalization) {
        long grid = side / patch;
        Tensor normalized = patches.to(ScalarType.Float)
                .reshape(-1, grid, grid, patch, patch, 3)
                .permute(0, 1, 3, 2, 4, 5)
                .reshape(-1, side, side, 3);
        return normalization.levels(normalized).clamp_min(new Scalar(0)).clamp_max(new Scalar(255));
    }
}
