package org.cyphervit.interpret;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Patch features as colours: the first three principal components of the patches of all images together become red, green
 * and blue, so that what looks alike to the encoder has the same colour in each image (Oquab 2023, "DINOv2",
 * <a href="https://arxiv.org/abs/2304.07193">arXiv:2304.07193</a>, figure 1, there after the background is taken out).
 */
public final class PatchColors {
    private static final double TAIL = 0.02; // of all patches, at either end of a component, which are cut off

    private PatchColors() {}

    /** A picture of each image, of its size. */
    public static List<RgbImage> of(Backbone backbone, List<RgbImage> images, Device device) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            List<PatchGrid> features = new ArrayList<>();
            for (RgbImage image : images) {
                features.add(PatchGrid.of(backbone, image, device));
            }
            Tensor all = Tensors.cat(features.stream().map(PatchGrid::values).toList(), 0);
            float[] components = Tensors.floats(components(all)); // (N,3)
            stretch(components);
            List<RgbImage> pictures = new ArrayList<>();
            int first = 0;
            for (int i = 0; i < images.size(); i++) {
                PatchGrid of = features.get(i);
                int count = of.rows() * of.columns();
                float[] own = Arrays.copyOfRange(components, 3 * first, 3 * (first + count));
                pictures.add(picture(own, of, backbone.config().patch(), images.get(i)));
                first += count;
            }
            return pictures;
        }
    }

    // The largest eigenvalues are the last. A component's sign is free: its largest weight is made positive.
    private static Tensor components(Tensor all) {
        Tensor centred = all.sub(Tensors.mean(all, 0)).to(ScalarType.Double);
        T_TensorTensor_T solved =
                torch.linalg_eigh(centred.t().matmul(centred), new org.bytedeco.javacpp.BytePointer("L"));
        Tensor vectors = solved.get1(); // (D,D), a column each
        long width = vectors.size(1);
        List<Tensor> columns = new ArrayList<>();
        for (int c = 0; c < 3; c++) {
            Tensor vector = vectors.select(1, Math.max(0, width - 1 - c));
            double largest = vector.select(0, vector.abs().argmax().item_long()).item_double();
            columns.add(largest < 0 ? vector.neg() : vector);
        }
        return centred.matmul(Tensors.stack(columns, 1)).to(ScalarType.Float);
    }

    // Each component to [0, 1] between its tails.
    private static void stretch(float[] components) {
        int count = components.length / 3;
        for (int c = 0; c < 3; c++) {
            float[] sorted = new float[count];
            for (int i = 0; i < count; i++) {
                sorted[i] = components[3 * i + c];
            }
            Arrays.sort(sorted);
            int cut = (int) (TAIL * (count - 1));
            float low = sorted[cut];
            float range = Math.max(1e-12f, sorted[count - 1 - cut] - low);
            for (int i = 0; i < count; i++) {
                components[3 * i + c] = Math.clamp((components[3 * i + c] - low) / range, 0f, 1f);
            }
        }
    }

    // Between the middles of patches colours change smoothly.
    private static RgbImage picture(float[] components, PatchGrid of, int patch, RgbImage image) {
        Tensor grid = Tensors.of(components, 1, of.rows(), of.columns(), 3).permute(0, 3, 1, 2);
        long height = (long) of.rows() * patch;
        long width = (long) of.columns() * patch;
        Tensor fine = torch.upsample_bilinear2d(grid.contiguous(), new long[] {height, width}, false)
                .narrow(2, 0, image.height())
                .narrow(3, 0, image.width())
                .permute(0, 2, 3, 1)
                .mul(new Scalar(255.0));
        float[] values = Tensors.floats(fine.contiguous());
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.round(values[i]);
        }
        return new RgbImage(image.width(), image.height(), rgb);
    }
}
