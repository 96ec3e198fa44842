package org.cyphervit.view;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * The views of one batch on the Java heap, so that it can wait in a queue without owning native memory.
 *
 * @param step the training step they were drawn for
 * @param tiles indices of the tiles
 * @param views per view of the recipe: B images of interleaved RGB
 * @param sizes side of each view's images, pixels
 * @param measured per view of the recipe: B rows of what the loader was asked to measure
 */
public record ViewBatch(long step, int[] tiles, List<byte[]> views, int[] sizes, List<float[]> measured) {
    /** Normalised float32 tensors (B,3,S,S), one per view, in the current scope. */
    public List<Tensor> tensors(Device device) {
        List<Tensor> tensors = new ArrayList<>();
        for (int v = 0; v < sizes.length; v++) {
            tensors.add(normalize(views.get(v), tiles.length, sizes[v], device));
        }
        return tensors;
    }

    /** What images are normalised with: the means of red, green and blue in [0, 1], then their standard deviations. */
    public static List<float[]> normalization() {
        return List.of(ViewRecipe.MEAN.clone(), ViewRecipe.STD.clone());
    }

    /** Square images of interleaved RGB as a normalised float32 tensor (B,3,S,S), in the current scope. */
    public static Tensor normalize(byte[] rgb, int count, int size, Device device) {
        return normalize(rgb, count, size, size, device);
    }

    /** Images of interleaved RGB as a normalised float32 tensor (B,3,H,W), in the current scope. */
    public static Tensor normalize(byte[] rgb, int count, int height, int width, Device device) {
        Tensor pixels = Tensors.ofBytes(rgb, count, height, width, 3).to(device, ScalarType.Float);
        Tensor mean = Tensors.of(ViewRecipe.MEAN, 1, 1, 1, 3).to(device, ScalarType.Float);
        Tensor std = Tensors.of(ViewRecipe.STD, 1, 1, 1, 3).to(device, ScalarType.Float);
        return pixels.div(new Scalar(255))
                .sub(mean)
                .div(std)
                .permute(0, 3, 1, 2)
                .contiguous();
    }
}
