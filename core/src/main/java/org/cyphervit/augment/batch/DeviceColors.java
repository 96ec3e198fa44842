package org.cyphervit.augment.batch;

import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.augment.Views;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/** The colours of {@link Views} for a batch of views in whole grey levels, float32 (B,3,S,S), by rows of numbers. */
final class DeviceColors {
    private static final double DENSITY = 512; // steps of an optical density of 1, which the table on the CPU has

    private DeviceColors() {}

    /** Stain, jitter and grey; {@code views} is lost. */
    static Tensor apply(Tensor views, Tensor rows, ViewNumbers.Steps steps) {
        Tensor changed = steps.stain() ? Scope.only(() -> stain(views, rows)) : views;
        tones(changed, rows, ViewNumbers.BEFORE, steps.before());
        if (steps.hue()) {
            changed = turned(changed, rows);
        }
        tones(changed, rows, ViewNumbers.AFTER, steps.after());
        return changed;
    }

    /** Inverts values from 128 up where the rows say so. */
    static Tensor solarize(Tensor views, Tensor rows) {
        Tensor bound = number(rows, ViewNumbers.SOLARIZE);
        return torch.minimum(views, bound.sub(views));
    }

    private static Tensor stain(Tensor views, Tensor rows) {
        long B = views.size(0);
        long S = views.size(2);
        Tensor densities =
                views.add_(new Scalar(1.0)).div_(new Scalar(256.0)).log_().mul_(new Scalar(-DENSITY));
        Tensor matrix = rows.narrow(1, ViewNumbers.STAIN, 9).reshape(B, 3, 3);
        Tensor offset =
                rows.narrow(1, ViewNumbers.STAIN + 9, 3).reshape(B, 3, 1).mul(new Scalar(DENSITY));
        return torch.baddbmm(offset, matrix, densities.view(B, 3, S * S))
                .view(B, 3, S, S)
                .round_()
                .mul_(new Scalar(-1 / DENSITY))
                .exp_()
                .mul_(new Scalar(256.0))
                .sub_(new Scalar(1.0))
                .round_()
                .clamp_(TensorConstants.LEAST, TensorConstants.MOST);
    }

    private static void tones(Tensor views, Tensor rows, int column, int count) {
        for (int i = 0; i < count; i++) {
            int at = column + ViewNumbers.TONE * i;
            try (Scope scope = Scope.open()) {
                Tensor grey = grey(views);
                Tensor mean = grey.mean(new long[] {1, 2, 3}, true, TensorConstants.SAME_TYPE);
                Tensor more = grey.mul_(number(rows, at + 1)).add_(mean.mul_(number(rows, at + 2)));
                views.mul_(number(rows, at)).add_(more).round_().clamp_(TensorConstants.LEAST, TensorConstants.MOST);
            }
        }
    }

    // ITU-R 601 luma (B,1,S,S)
    private static Tensor grey(Tensor views) {
        return channel(views, 0)
                .mul(new Scalar(0.299))
                .add_(channel(views, 1), new Scalar(0.587))
                .add_(channel(views, 2), new Scalar(0.114));
    }

    private static Tensor turned(Tensor views, Tensor rows) {
        return Scope.only(() -> {
            Tensor max = views.amax(new long[] {1}, true);
            Tensor chroma = max.sub(views.amin(new long[] {1}, true));
            Tensor turn = number(rows, ViewNumbers.HUE).mul(new Scalar(6.0));
            Tensor hue = Scope.only(() -> hue(views, max, chroma)).add_(turn);
            Tensor channels = torch.arange(
                            new Scalar(5.0),
                            new Scalar(0.0),
                            new Scalar(-2.0),
                            Tensors.options(ScalarType.Float, views.device()))
                    .view(1, 3, 1, 1);
            Tensor k = hue.add(channels).remainder_(new Scalar(6.0));
            Tensor distance =
                    torch.minimum(k, k.neg().add_(new Scalar(4.0))).clamp_(TensorConstants.NOUGHT, TensorConstants.ONE);
            return distance.mul_(chroma).neg_().add_(max).round_();
        });
    }

    // In sixths of a turn (B,1,S,S)
    private static Tensor hue(Tensor views, Tensor max, Tensor chroma) {
        Tensor r = channel(views, 0);
        Tensor g = channel(views, 1);
        Tensor b = channel(views, 2);
        Tensor some = chroma.clamp_min(new Scalar(1.0)); // without chroma the hue does not matter
        return torch.where(
                r.eq(max),
                g.sub(b).div_(some),
                torch.where(
                        g.eq(max),
                        b.sub(r).div_(some).add_(new Scalar(2.0)),
                        r.sub(g).div_(some).add_(new Scalar(4.0))));
    }

    private static Tensor channel(Tensor views, int channel) {
        return views.narrow(1, channel, 1);
    }

    private static Tensor number(Tensor rows, int column) {
        return rows.narrow(1, column, 1).view(rows.size(0), 1, 1, 1);
    }
}
