package org.cyphervit.ssl.method.mae;

import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.augment.Normalization;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Tensors;

/**
 * Patches as pictures: a row per image of the image, what MAE's encoder sees of it, and what the decoder makes of
 * that.
 */
final class Reconstructions {
    private static final int LEAST_CELL = 144;
    private static final int GAP = 6;
    private static final int COLUMNS = 3;

    private Reconstructions() {}

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
