package org.cyphervit.augment.batch;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Cuts crops out of tiles and resizes them as OpenCV does: {@code INTER_AREA} where a crop shrinks both ways, else {@code
 * INTER_CUBIC}. Both go along rows and columns one after the other, so a view is Wy . tile . Wx^T with a few weights in each
 * row of W. Mirroring is the order of W's rows.
 */
final class Resampling {
    private static final double A = -0.75; // of the cubic kernel
    private static final double COEFFICIENTS = 2048; // OpenCV's cubic weights of 8-bit images are multiples of 1/2048

    private Resampling() {}

    /**
     * Views, mirrored, not transposed, in whole grey levels.
     *
     * @param planes N tiles, grey levels (N,3,H,W)
     * @param rows (V*N, ...) of the numbers
     * @return float32 (V*N,3,S,S)
     */
    static Tensor crops(Tensor planes, Tensor rows, ViewNumbers numbers) {
        long N = planes.size(0);
        long H = planes.size(2);
        long W = planes.size(3);
        long V = numbers.views().length;
        long S = numbers.size();
        int taps = numbers.steps().taps();
        // One product per tile makes the columns of all its views, so these weights are wanted tile by tile.
        Tensor columns = rows.narrow(1, ViewNumbers.COLUMNS, ViewNumbers.AXIS)
                .reshape(V, N, ViewNumbers.AXIS)
                .transpose(0, 1)
                .reshape(N * V, ViewNumbers.AXIS);
        Tensor across = Scope.only(() -> weights(columns, S, W, taps)).view(N, V * S, W);
        Tensor down = Scope.only(() -> weights(rows.narrow(1, ViewNumbers.ROWS, ViewNumbers.AXIS), S, H, taps));
        Tensor narrowed = Scope.only(() -> planes.view(N, 3 * H, W)
                .bmm(across.transpose(1, 2))
                .view(N, 3, H, V, S)
                .permute(3, 0, 2, 1, 4) // (V,N,H,3,S)
                .reshape(V * N, H, 3 * S));
        return down.bmm(narrowed)
                .view(V * N, S, 3, S)
                .permute(0, 2, 1, 3)
                .contiguous()
                .round_()
                .clamp_(TensorConstants.LEAST, TensorConstants.MOST);
    }

    // (A,S,extent) of axes (A,4). Taps are held against all pixels instead of scattered: on a GPU that sums in the same
    // order each time, and a scattering sum would have to be sorted for that.
    private static Tensor weights(Tensor axes, long size, long extent, int taps) {
        Device device = axes.device();
        TensorOptions exact = Tensors.options(ScalarType.Double, device);
        Tensor numbers = axes.to(ScalarType.Double).unsqueeze(2); // (A,4,1)
        Tensor start = numbers.narrow(1, 0, 1);
        Tensor length = numbers.narrow(1, 1, 1);
        Tensor shrinks = numbers.narrow(1, 2, 1).gt(new Scalar(0.5));
        Tensor mirrored = numbers.narrow(1, 3, 1).gt(new Scalar(0.5));
        Tensor forward = torch.arange(new Scalar((double) size), exact).view(1, size, 1);
        Tensor place = torch.where(mirrored, forward.neg().add(new Scalar(size - 1.0)), forward); // (A,S,1)
        Tensor scale = length.div(new Scalar((double) size));
        Tensor from = place.mul(scale);
        Tensor centre = place.add(new Scalar(0.5)).mul(scale).sub(new Scalar(0.5));
        Tensor first = torch.where(shrinks, from.floor(), centre.floor().sub(new Scalar(1.0)));
        Tensor pixel = first.add(torch.arange(new Scalar((double) taps), exact)); // (A,S,T)
        Tensor weight = torch.where(
                        shrinks,
                        area(pixel, from, scale),
                        cubic(pixel.sub(centre).abs()))
                .to(ScalarType.Float);
        Tensor inside = torch.minimum(pixel.clamp_min(new Scalar(0.0)), length.sub(new Scalar(1.0)));
        Tensor index = inside.add(start).to(ScalarType.Long);
        Tensor weights =
                torch.zeros(new long[] {axes.size(0), size, extent}, Tensors.options(ScalarType.Float, device));
        Tensor pixels = torch.arange(new Scalar(extent), Tensors.options(ScalarType.Long, device));
        for (int t = 0; t < taps; t++) {
            try (Scope scope = Scope.open()) {
                weights.add_(index.narrow(2, t, 1).eq(pixels).mul(weight.narrow(2, t, 1)));
            }
        }
        return weights;
    }

    // The share of [from, from + scale) that a pixel covers.
    private static Tensor area(Tensor pixel, Tensor from, Tensor scale) {
        Tensor end = torch.minimum(pixel.add(new Scalar(1.0)), from.add(scale));
        return end.sub(pixel.maximum(from)).clamp_min(new Scalar(0.0)).div(scale);
    }

    // Keys' kernel at a distance in pixels. Beyond the border the last pixel stands for those that are missing.
    private static Tensor cubic(Tensor x) {
        Tensor near =
                x.mul(new Scalar(A + 2)).sub(new Scalar(A + 3)).mul(x).mul(x).add(new Scalar(1.0));
        Tensor far = x.mul(new Scalar(A))
                .sub(new Scalar(5 * A))
                .mul(x)
                .add(new Scalar(8 * A))
                .mul(x)
                .sub(new Scalar(4 * A));
        Tensor none = x.mul(new Scalar(0.0));
        Tensor weight = torch.where(x.le(new Scalar(1.0)), near, torch.where(x.lt(new Scalar(2.0)), far, none));
        return weight.mul_(new Scalar(COEFFICIENTS)).round_().div_(new Scalar(COEFFICIENTS));
    }
}
