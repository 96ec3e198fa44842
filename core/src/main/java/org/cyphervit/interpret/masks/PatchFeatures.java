package org.cyphervit.interpret.masks;

import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Numbers for each patch of an image, row by row: what a linear probe of dense tasks learns from.
 *
 * @param name for people
 * @param window side of the square windows that an image is cut into, pixels; images are cropped to whole windows
 * @param patch side of a patch, pixels; divides the window
 * @param ofWindow the features of one window, (window/patch)^2 rows
 */
public record PatchFeatures(String name, int window, int patch, Function<RgbImage, FeatureMatrix> ofWindow) {
    private static final int GLASS = 256;

    public PatchFeatures {
        if (patch < 1 || window < patch || window % patch != 0) {
            throw new UserError("Windows must hold whole patches; got windows of " + window + " pixels and patches of "
                    + patch + ".");
        }
    }

    /** Patch tokens of a backbone (CypherViT: those that leave its first stage), D numbers each. */
    public static PatchFeatures tokens(String name, Backbone backbone, int window, Device device) {
        return of(
                name,
                backbone,
                window,
                device,
                x -> backbone.forward(x, ForwardMode.evaluation()).patches());
    }

    /** How much of each patch each final token holds, or each head attends to, K numbers. */
    public static PatchFeatures shares(String name, Backbone backbone, int window, Device device) {
        return of(name, backbone, window, device, backbone::maps);
    }

    /** The baseline: mean and standard deviation of red, green and blue in optical density, 6 numbers. */
    public static PatchFeatures colors(String name, int window, int patch) {
        return new PatchFeatures(name, window, patch, image -> colors(image, patch));
    }

    private static PatchFeatures of(
            String name, Backbone backbone, int window, Device device, Function<Tensor, Tensor> network) {
        return new PatchFeatures(name, window, backbone.config().patch(), image -> {
            try (Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                Tensor rows = network.apply(backbone.spec()
                                .normalization()
                                .images(image.rgb(), 1, image.height(), image.width(), device))
                        .squeeze(0); // (N,D)
                return new FeatureMatrix(Tensors.floats(rows), Math.toIntExact(rows.size(1)));
            }
        });
    }

    /** Patches in a row of an image. */
    int columns(RgbImage image) {
        return image.width() / window * (window / patch);
    }

    /** Patches in a column of an image. */
    int rows(RgbImage image) {
        return image.height() / window * (window / patch);
    }

    /**
     * Features of all patches of an image, row by row over the image.
     *
     * @throws UserError if the image is smaller than a window
     */
    FeatureMatrix of(RgbImage image) {
        int columns = columns(image);
        int rows = rows(image);
        if (columns == 0 || rows == 0) {
            throw new UserError("An image of " + image.width() + " x " + image.height()
                    + " pixels is smaller than a window of " + window + "; choose a larger scale or a smaller window.");
        }
        int side = window / patch;
        float[] values = {};
        int width = 0;
        for (int top = 0; top < rows / side; top++) {
            for (int left = 0; left < columns / side; left++) {
                FeatureMatrix of = ofWindow.apply(image.region(left * window, top * window, window, window));
                if (width == 0) {
                    width = of.width();
                    values = new float[Math.multiplyExact(rows * columns, width)];
                }
                for (int y = 0; y < side; y++) {
                    int to = (top * side + y) * columns + left * side;
                    System.arraycopy(of.values(), y * side * width, values, to * width, side * width);
                }
            }
        }
        return new FeatureMatrix(values, width);
    }

    private static FeatureMatrix colors(RgbImage image, int patch) {
        int columns = image.width() / patch;
        float[] values = new float[image.height() / patch * columns * 6];
        for (int row = 0; row < values.length / 6; row++) {
            double[] sums = new double[6];
            for (int i = 0; i < patch * patch; i++) {
                int y = row / columns * patch + i / patch;
                int x = row % columns * patch + i % patch;
                for (int c = 0; c < 3; c++) {
                    double density = -Math.log(((image.rgb()[3 * (y * image.width() + x) + c] & 0xff) + 1.0) / GLASS);
                    sums[c] += density;
                    sums[3 + c] += density * density;
                }
            }
            double pixels = (double) patch * patch;
            for (int c = 0; c < 3; c++) {
                double mean = sums[c] / pixels;
                values[6 * row + c] = (float) mean;
                values[6 * row + 3 + c] = (float) Math.sqrt(Math.max(0, sums[3 + c] / pixels - mean * mean));
            }
        }
        return new FeatureMatrix(values, 6);
    }
}
