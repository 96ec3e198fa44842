package org.cyphervit.augment.batch;

import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.augment.Normalization;
import org.cyphervit.augment.Views;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Makes the pixels of views on a device by LibTorch, all views of one size at once: what {@link Views} makes of the same
 * draws, up to rounding. Nothing waits for the device.
 */
final class DeviceViews {
    private DeviceViews() {}

    /**
     * Normalised views (V*N,3,S,S), float32, in the current scope: the first view of all tiles, then the next.
     *
     * @param planes N tiles in grey levels, float32 (N,3,H,W); beyond a tile's edges anything finite
     */
    static Tensor of(Tensor planes, ViewNumbers numbers, Normalization normalization, Device device) {
        return Scope.only(() -> normalization.of(levels(planes, numbers, device), device));
    }

    /** The same in whole grey levels of 0 to 255. */
    static Tensor levels(Tensor planes, ViewNumbers numbers, Device device) {
        ViewNumbers.Steps steps = numbers.steps();
        Tensor rows = numbers.rows(device);
        Tensor views = Scope.only(() -> Resampling.crops(planes, rows, numbers));
        views = changed(steps.transpose(), views, v -> transposed(v, rows));
        views = changed(true, views, v -> DeviceColors.apply(v, rows, steps));
        views = changed(steps.blur(), views, v -> blurred(v, rows));
        return changed(steps.solarize(), views, v -> DeviceColors.solarize(v, rows));
    }

    private static Tensor changed(boolean wanted, Tensor views, UnaryOperator<Tensor> change) {
        return wanted ? Scope.only(() -> change.apply(views)) : views;
    }

    private static Tensor transposed(Tensor views, Tensor rows) {
        Tensor wanted = rows.narrow(1, ViewNumbers.TRANSPOSE, 1)
                .view(views.size(0), 1, 1, 1)
                .gt(new Scalar(0.5));
        return torch.where(wanted, views.transpose(2, 3), views).contiguous();
    }

    // Gaussian, as a product with a band matrix from the left and from the right.
    private static Tensor blurred(Tensor views, Tensor rows) {
        long S = views.size(2);
        Tensor kernels = rows.narrow(1, ViewNumbers.BLUR, 2 * ViewNumbers.RADIUS + 1);
        Tensor band = kernels.matmul(taps(S, views.device())).view(views.size(0), 1, S, S);
        return band.matmul(views.matmul(band.transpose(2, 3)))
                .round_()
                .clamp_(TensorConstants.LEAST, TensorConstants.MOST);
    }

    // Which pixel each tap of a kernel meets, one-hot (2R+1,S*S); the image goes on mirrored at its border pixels.
    private static Tensor taps(long S, Device device) {
        int taps = 2 * ViewNumbers.RADIUS + 1;
        TensorOptions whole = Tensors.options(ScalarType.Long, device);
        Tensor pixels = torch.arange(new Scalar(S), whole);
        Tensor met = torch.arange(
                        new Scalar((long) -ViewNumbers.RADIUS), new Scalar((long) ViewNumbers.RADIUS + 1), whole)
                .view(taps, 1, 1)
                .add(pixels.view(1, S, 1))
                .abs();
        Tensor mirrored = met.sub(new Scalar(S - 1)).abs().neg().add(new Scalar(S - 1)); // beyond the last pixel too
        return mirrored.eq(pixels.view(1, 1, S)).to(ScalarType.Float).view(taps, S * S);
    }
}
