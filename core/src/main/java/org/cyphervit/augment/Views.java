package org.cyphervit.augment;

import java.util.List;
import java.util.random.RandomGenerator;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Rect;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.augment.ViewDraw.Crop;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.EngineSettings;

/** Makes views of tiles, on the CPU. Every draw comes from the given generator, in a fixed order. */
public final class Views {
    static {
        EngineSettings.beforeOpenCv();
    }

    private Views() {}

    /**
     * A view and what was asked of it.
     *
     * @param measured in the order of the measures
     */
    public record Drawn(RgbImage view, float[] measured) {}

    /** One random view of the tile: interleaved RGB of size x size pixels. */
    public static RgbImage draw(RgbImage tile, ViewSpec spec, RandomGenerator random) {
        return draw(tile, spec, random, List.of()).view();
    }

    /** The same view with measures of it, taken before its colours change. */
    public static Drawn draw(RgbImage tile, ViewSpec spec, RandomGenerator random, List<ViewMeasure> measures) {
        ViewDraw draw = ViewDraw.draw(tile.width(), tile.height(), spec, random);
        Crop crop = draw.crop();
        double zoom = Math.sqrt((double) crop.width() * crop.height()) / spec.size();
        RgbImage view = resize(tile, crop, spec.size());
        float[] measured = new float[measures.size()];
        for (int m = 0; m < measured.length; m++) {
            measured[m] = measures.get(m).of(view, zoom);
        }
        return new Drawn(changed(view, draw), measured);
    }

    private static RgbImage changed(RgbImage view, ViewDraw draw) {
        int size = view.width();
        byte[] pixels = reorient(view.rgb(), size, draw.horizontal(), draw.vertical(), draw.transpose());
        Colors.apply(pixels, draw);
        if (draw.sigma() > 0) {
            pixels = blur(pixels, size, draw.sigma());
        }
        if (draw.solarize()) {
            Colors.solarize(pixels);
        }
        return new RgbImage(size, size, pixels);
    }

    /** The view that evaluation sees: the shorter side resized to {@code size}, and the centre of the longer. */
    public static RgbImage whole(RgbImage tile, int size) {
        int side = Math.min(tile.width(), tile.height());
        return resize(tile, new Crop((tile.width() - side) / 2, (tile.height() - side) / 2, side, side), size);
    }

    /** The whole image with its shorter side resized to {@code size}, its aspect kept. */
    public static RgbImage scaled(RgbImage image, int size) {
        double factor = (double) size / Math.min(image.width(), image.height());
        int width = Math.max(1, (int) Math.round(image.width() * factor));
        int height = Math.max(1, (int) Math.round(image.height() * factor));
        return resize(image, new Crop(0, 0, image.width(), image.height()), width, height);
    }

    private static RgbImage resize(RgbImage tile, Crop crop, int size) {
        return resize(tile, crop, size, size);
    }

    private static RgbImage resize(RgbImage tile, Crop crop, int width, int height) {
        try (PointerScope scope = new PointerScope()) {
            Mat region = new Mat(ImageFiles.toMat(tile), new Rect(crop.x(), crop.y(), crop.width(), crop.height()));
            if (region.cols() == width && region.rows() == height) {
                return ImageFiles.toImage(region);
            }
            Mat resized = new Mat();
            boolean shrinks = region.cols() > width && region.rows() > height;
            opencv_imgproc.resize(
                    region,
                    resized,
                    new Size(width, height),
                    0,
                    0,
                    shrinks ? opencv_imgproc.INTER_AREA : opencv_imgproc.INTER_CUBIC);
            return ImageFiles.toImage(resized);
        }
    }

    private static byte[] blur(byte[] rgb, int size, double sigma) {
        try (PointerScope scope = new PointerScope()) {
            Mat source = new Mat(size, size, opencv_core.CV_8UC3, new BytePointer(rgb));
            Mat blurred = new Mat();
            opencv_imgproc.GaussianBlur(source, blurred, new Size(0, 0), sigma);
            return ImageFiles.toImage(blurred).rgb();
        }
    }

    // Flips and an optional transposition make all eight symmetries of the square.
    private static byte[] reorient(byte[] rgb, int size, boolean horizontal, boolean vertical, boolean transpose) {
        if (!horizontal && !vertical && !transpose) {
            return rgb;
        }
        byte[] out = new byte[rgb.length];
        for (int y = 0; y < size; y++) {
            for (int x = 0; x < size; x++) {
                int fromX = transpose ? y : x;
                int fromY = transpose ? x : y;
                int from = 3 * ((vertical ? size - 1 - fromY : fromY) * size + (horizontal ? size - 1 - fromX : fromX));
                int to = 3 * (y * size + x);
                out[to] = rgb[from];
                out[to + 1] = rgb[from + 1];
                out[to + 2] = rgb[from + 2];
            }
        }
        return out;
    }
}
