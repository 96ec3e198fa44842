package org.cyphervit.augment.batch;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.ViewDraw;
import org.cyphervit.augment.ViewDraw.Change;
import org.cyphervit.augment.ViewDraw.Jitter;
import org.cyphervit.torch.Tensors;

/**
 * What was drawn for all views of one size, as numbers that go to a device in one piece. A row holds, in the order in
 * which {@link DeviceViews} uses them:
 *
 * <ol>
 *   <li>the crop, by columns and by rows: start, length, whether it shrinks, whether it is mirrored; whether both change
 *       places
 *   <li>the stain, as a linear map of optical densities: a 3 x 3 matrix and an offset
 *   <li>up to three tones (brightness, contrast, saturation) that come before the hue
 *   <li>the turn of the hue
 *   <li>up to three tones that come after it, and grey
 *   <li>the kernel of the blur
 *   <li>the bound above which values are inverted (solarization)
 * </ol>
 *
 * A change that a view does not have is written as the one that changes nothing, so that all views of a batch take the same
 * steps; a step that no view has is left out ({@link Steps}).
 *
 * @param size side of the views, pixels
 * @param views which of the recipe's views they are
 * @param rows a row for each view: the first view of all tiles, then the next
 * @param steps what is to be done
 */
record ViewNumbers(int size, int[] views, float[] rows, Steps steps) {
    /** Start, length, whether it shrinks, whether it is mirrored: of the crop's columns, then of its rows. */
    static final int COLUMNS = 0;

    static final int ROWS = 4;
    static final int AXIS = 4; // numbers
    static final int TRANSPOSE = 8;
    /** For each density that comes out what it takes of those that come in, then the offsets. */
    static final int STAIN = 9;

    /** Up to three tones before the hue is turned. */
    static final int BEFORE = 21;

    static final int HUE = 30;
    /** Up to three tones after it, and grey. */
    static final int AFTER = 31;

    /** Factor of the value, of its grey and of the view's mean grey. */
    static final int TONE = 3;
    /** The blur's kernel of 2 RADIUS + 1. */
    static final int BLUR = 43;

    static final int RADIUS = 6;
    /** No value becomes larger than this number less the value. */
    static final int SOLARIZE = 56;

    private static final int WIDTH = 57;

    /**
     * What at least one view needs.
     *
     * @param taps most pixels along an edge that make one of a view
     * @param before most tones before the hue's turn
     * @param after most tones after it
     */
    record Steps(
            int taps,
            boolean transpose,
            boolean stain,
            int before,
            boolean hue,
            int after,
            boolean blur,
            boolean solarize) {
        private static Steps of(int size, List<ViewDraw> draws) {
            return new Steps(
                    draws.stream()
                            .mapToInt(draw -> taps(draw.crop(), size))
                            .max()
                            .orElse(0),
                    draws.stream().anyMatch(ViewDraw::transpose),
                    draws.stream().anyMatch(draw -> draw.stain() != null),
                    draws.stream()
                            .mapToInt(draw -> tones(draw, true).size())
                            .max()
                            .orElse(0),
                    draws.stream().anyMatch(draw -> draw.jitter() != null),
                    draws.stream()
                            .mapToInt(draw -> tones(draw, false).size())
                            .max()
                            .orElse(0),
                    draws.stream().anyMatch(draw -> draw.sigma() > 0),
                    draws.stream().anyMatch(ViewDraw::solarize));
        }

        private static int taps(ViewDraw.Crop crop, int size) {
            int longest = Math.max(crop.width(), crop.height());
            return crop.shrinksTo(size) ? Math.ceilDiv(longest, size) + 1 : 4;
        }
    }

    /** @param draws in the order of the rows */
    static ViewNumbers of(int size, int[] views, List<ViewDraw> draws) {
        float[] rows = new float[draws.size() * WIDTH];
        for (int r = 0; r < draws.size(); r++) {
            write(draws.get(r), size, rows, r * WIDTH);
        }
        return new ViewNumbers(size, views, rows, Steps.of(size, draws));
    }

    /** The rows on a device, float32 (B,N). */
    Tensor rows(Device device) {
        return Tensors.onto(Tensors.of(rows, rows.length / WIDTH, WIDTH), device);
    }

    private static void write(ViewDraw draw, int size, float[] rows, int at) {
        ViewDraw.Crop crop = draw.crop();
        boolean shrinks = crop.shrinksTo(size);
        put(rows, at + COLUMNS, crop.x(), crop.width(), flag(shrinks), flag(draw.horizontal()));
        put(rows, at + ROWS, crop.y(), crop.height(), flag(shrinks), flag(draw.vertical()));
        put(rows, at + TRANSPOSE, flag(draw.transpose()));
        ViewDraw.Stain stain = draw.stain();
        for (int out = 0; out < 3; out++) {
            for (int in = 0; in < 3; in++) {
                put(rows, at + STAIN + 3 * out + in, stain != null ? stain.matrix()[in][out] : flag(in == out));
            }
            put(rows, at + STAIN + 9 + out, stain != null ? stain.offset()[out] : 0);
        }
        writeTones(tones(draw, true), 3, rows, at + BEFORE);
        put(rows, at + HUE, draw.jitter() != null ? draw.jitter().hue() : 0);
        writeTones(tones(draw, false), 4, rows, at + AFTER);
        put(rows, at + BLUR, kernel(draw.sigma()));
        put(rows, at + SOLARIZE, draw.solarize() ? 255 : 510);
    }

    private static void writeTones(List<float[]> tones, int places, float[] rows, int at) {
        for (int i = 0; i < places; i++) {
            put(rows, at + TONE * i, i < tones.size() ? tones.get(i) : new float[] {1, 0, 0});
        }
    }

    // All changes of colour but that of the hue are a v + b grey(v) + c mean(grey), clamped: those before it or after.
    private static List<float[]> tones(ViewDraw draw, boolean before) {
        List<float[]> tones = new ArrayList<>();
        Jitter jitter = draw.jitter();
        if (jitter != null) {
            boolean turned = false;
            for (Change change : jitter.order()) {
                turned |= change == Change.HUE;
                if (change != Change.HUE && turned != before) {
                    tones.add(tone(change, jitter));
                }
            }
        }
        if (draw.grey() && !before) {
            tones.add(new float[] {0, 1, 0});
        }
        return tones;
    }

    private static float[] tone(Change change, Jitter jitter) {
        return switch (change) {
            case BRIGHTNESS -> new float[] {jitter.brightness(), 0, 0};
            case CONTRAST -> new float[] {jitter.contrast(), 0, 1 - jitter.contrast()};
            case SATURATION -> new float[] {jitter.saturation(), 1 - jitter.saturation(), 0};
            case HUE -> throw new IllegalArgumentException("The hue's turn is no tone.");
        };
    }

    // OpenCV's for 8-bit images: 3 sigma to each side, in 256ths, what rounding leaves carried from tap to tap.
    private static float[] kernel(double sigma) {
        float[] kernel = new float[2 * RADIUS + 1];
        int radius = sigma > 0 ? ((int) Math.rint(6 * sigma + 1) | 1) / 2 : 0;
        double sum = 0;
        for (int x = -radius; x <= radius; x++) {
            sum += gauss(x, sigma);
        }
        int left = 256;
        double carried = 0;
        for (int x = radius; x > 0; x--) {
            double wanted = 256 * gauss(x, sigma) / sum + carried;
            int weight = (int) Math.rint(wanted);
            carried = wanted - weight;
            kernel[RADIUS - x] = weight / 256f;
            kernel[RADIUS + x] = weight / 256f;
            left -= 2 * weight;
        }
        kernel[RADIUS] = left / 256f;
        return kernel;
    }

    private static double gauss(int x, double sigma) {
        return x == 0 ? 1 : Math.exp(-0.5 * x * x / (sigma * sigma));
    }

    private static float flag(boolean set) {
        return set ? 1 : 0;
    }

    private static void put(float[] rows, int at, float... values) {
        System.arraycopy(values, 0, rows, at, values.length);
    }
}
