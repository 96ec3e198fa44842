package org.cyphervit.interpret;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;

/**
 * The patch features of one image.
 *
 * @param rows of patches
 * @param columns of patches
 * @param values (rows * columns, D), on the CPU
 */
record PatchGrid(int rows, int columns, Tensor values) {
    /** Of an image of any size from a patch up, padded by reflection to whole patches; the tensor is kept by the scope. */
    static PatchGrid of(Backbone backbone, RgbImage image, Device device) {
        int patch = backbone.config().patch();
        int height = image.height();
        int width = image.width();
        if (width < patch || height < patch) {
            throw new UserError("Features of patches need an image of at least a patch, " + patch + " x " + patch
                    + " pixels; got " + width + " x " + height + ".");
        }
        int rows = (height + patch - 1) / patch;
        int columns = (width + patch - 1) / patch;
        Tensor values = Scope.only(() -> {
            try (NoGradGuard noGrad = new NoGradGuard()) {
                Tensor pixels = backbone.spec().normalization().images(image.rgb(), 1, height, width, device);
                Tensor padded = PhenotypeMaps.pad(pixels, 0, Math.max(rows * patch - height, columns * patch - width))
                        .narrow(2, 0, (long) rows * patch)
                        .narrow(3, 0, (long) columns * patch);
                return backbone.forward(padded, ForwardMode.evaluation())
                        .patches()
                        .squeeze(0)
                        .to(new Device("cpu"), ScalarType.Float);
            }
        });
        return new PatchGrid(rows, columns, values);
    }
}
