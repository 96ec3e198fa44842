package org.cyphervit.interpret;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * How much of each pixel belongs to each final token of a backbone. For CypherViT the roll-out of the soft assignments
 * (the product over the stages); for a ViT the attention of the last block's [cls] token, a map per head. Either way the
 * maps of a pixel sum to 1.
 *
 * @param image the image that the maps lie over
 * @param shares K maps of width x height numbers in [0, 1], row by row
 */
public record PhenotypeMaps(RgbImage image, List<float[]> shares) {
    public PhenotypeMaps {
        shares = List.copyOf(shares);
    }

    /**
     * Maps of one image of any size from a patch up; it is padded by reflection to whole patches.
     *
     * @param shifts the image is shown at shifts x shifts offsets of a fraction of a patch and the maps averaged: 1 for
     *     the patch grid, 4 for maps four times as fine
     */
    public static PhenotypeMaps of(Backbone backbone, RgbImage image, int shifts, Device device) {
        int patch = backbone.config().patch();
        if (shifts < 1 || shifts > patch || image.width() < patch || image.height() < patch) {
            throw new UserError("Maps need 1 to " + patch + " shifts and an image of at least " + patch + " x " + patch
                    + " pixels (a patch); got " + shifts + " shifts and " + image.width() + " x " + image.height()
                    + ".");
        }
        int height = image.height();
        int width = image.width();
        long rows = ((long) height + patch - 1) / patch + 1; // one patch more than the image, for the shifts
        long columns = ((long) width + patch - 1) / patch + 1;
        try (Scope all = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor pixels = backbone.spec().normalization().images(image.rgb(), 1, height, width, device);
            Tensor padded =
                    pad(pixels, patch, Math.toIntExact(Math.max(rows * patch - height, columns * patch - width)));
            Tensor sum = torch.zeros(1).to(device, ScalarType.Float);
            for (int i = 0; i < shifts * shifts; i++) {
                int top = patch - (i / shifts) * patch / shifts;
                int left = patch - (i % shifts) * patch / shifts;
                Tensor shown = padded.narrow(2, top, rows * patch).narrow(3, left, columns * patch);
                Tensor grid = backbone.maps(shown) // (1,N,K)
                        .transpose(1, 2)
                        .reshape(1, -1, rows, columns);
                Tensor fine = torch.upsample_bilinear2d(grid, new long[] {rows * patch, columns * patch}, false);
                sum = sum.add(fine.narrow(2, patch - top, height).narrow(3, patch - left, width));
            }
            Tensor mean = sum.div(new Scalar((double) shifts * shifts)).to(new Device("cpu"), ScalarType.Float);
            List<float[]> shares = new ArrayList<>();
            for (long k = 0; k < mean.size(1); k++) {
                shares.add(Tensors.floats(mean.select(1, k)));
            }
            return new PhenotypeMaps(image, shares);
        }
    }

    /** K. */
    public int tokens() {
        return shares.size();
    }

    /** For each pixel the token that holds most of it. */
    public byte[] segmentation() {
        byte[] best = new byte[image.width() * image.height()];
        for (int i = 0; i < best.length; i++) {
            for (int k = 1; k < shares.size(); k++) {
                if (shares.get(k)[i] > shares.get(best[i])[i]) {
                    best[i] = (byte) k;
                }
            }
        }
        return best;
    }

    /** Share of the image where each token is the strongest, summing to 1. */
    public double[] areas() {
        double[] areas = new double[shares.size()];
        byte[] best = segmentation();
        for (byte token : best) {
            areas[token] += 1.0 / best.length;
        }
        return areas;
    }

    /** Mean assignment of the image to each token, summing to 1; near 1/K each where the maps are uncertain. */
    public double[] means() {
        double[] areas = new double[shares.size()];
        for (int k = 0; k < areas.length; k++) {
            for (float share : shares.get(k)) {
                areas[k] += share;
            }
            areas[k] /= (double) image.width() * image.height();
        }
        return areas;
    }

    // Reflection, repeated where the border is wider than the image.
    static Tensor pad(Tensor pixels, int before, int after) {
        int size = Math.toIntExact(Math.min(pixels.size(2), pixels.size(3)));
        int first = Math.min(before, size - 1);
        int last = Math.min(after, size - 1);
        Tensor padded = torch.reflection_pad2d(pixels, first, last, first, last);
        return first == before && last == after ? padded : pad(padded, before - first, after - last);
    }
}
