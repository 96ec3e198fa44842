package org.cyphervit.slide;

import java.util.List;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.EngineSettings;

/**
 * Paints something over the tissue of a slide: what quality control is measured on, since the place of each artefact is
 * known. Lengths are microns; an artefact looks the same at every resolution.
 */
public final class ArtefactPainter {
    /** How far artefacts look beyond a pixel: shifted tissue of a fold, and blur. */
    private static final double MARGIN = 72;

    private static final double EDGE = 12;
    private static final double FOLD_SHIFT = 56;
    private static final double RIM = 36;

    static {
        EngineSettings.beforeOpenCv();
    }

    /** A painted artefact. */
    public sealed interface Paint {
        /** How deep a place lies in it, microns from its edge; negative outside. */
        double depth(double x, double y);

        /** A rectangle around it: left, top, right, bottom. */
        double[] box();
    }

    /**
     * A stroke of ink.
     *
     * @param places corners of the stroke, x and y in turn
     * @param radius half the stroke's breadth
     * @param rgb of the ink
     */
    public record Pen(double[] places, double radius, int rgb) implements Paint {
        @Override
        public double depth(double x, double y) {
            return radius - distance(places, x, y);
        }

        @Override
        public double[] box() {
            return around(places, radius);
        }
    }

    /**
     * Tissue that lies double along a line.
     *
     * @param places corners of the line, x and y in turn
     * @param radius half the fold's breadth
     */
    public record Fold(double[] places, double radius) implements Paint {
        @Override
        public double depth(double x, double y) {
            return radius - distance(places, x, y);
        }

        @Override
        public double[] box() {
            return around(places, radius);
        }
    }

    /** Air under the cover glass: a dark rim, and paler, blurred tissue within. */
    public record Bubble(double x, double y, double radius) implements Paint {
        @Override
        public double depth(double px, double py) {
            return radius - Math.hypot(px - x, py - y);
        }

        @Override
        public double[] box() {
            return around(new double[] {x, y}, radius);
        }
    }

    /**
     * A region out of focus.
     *
     * @param sigma of the blur
     */
    public record Blur(double x, double y, double radius, double sigma) implements Paint {
        @Override
        public double depth(double px, double py) {
            return radius - Math.hypot(px - x, py - y);
        }

        @Override
        public double[] box() {
            return around(new double[] {x, y}, radius);
        }
    }

    private ArtefactPainter() {}

    /** The slide as it looks with the artefacts; closing it leaves the slide open. */
    public static Slide over(Slide slide, List<? extends Paint> paints) {
        return new PaintedSlide(slide, List.copyOf(paints));
    }

    private static double[] around(double[] places, double radius) {
        double[] box = {places[0], places[1], places[0], places[1]};
        for (int i = 0; i < places.length; i++) {
            box[i % 2] = Math.min(box[i % 2], places[i]);
            box[2 + i % 2] = Math.max(box[2 + i % 2], places[i]);
        }
        return new double[] {box[0] - radius, box[1] - radius, box[2] + radius, box[3] + radius};
    }

    private static double distance(double[] places, double x, double y) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i + 3 < places.length; i += 2) {
            double dx = places[i + 2] - places[i];
            double dy = places[i + 3] - places[i + 1];
            double along = Math.clamp(
                    ((x - places[i]) * dx + (y - places[i + 1]) * dy) / Math.max(1e-9, dx * dx + dy * dy), 0, 1);
            least = Math.min(least, Math.hypot(x - places[i] - along * dx, y - places[i + 1] - along * dy));
        }
        return least;
    }

    private static final class PaintedSlide extends Slide {
        private final Slide slide;
        private final List<Paint> paints;

        PaintedSlide(Slide slide, List<Paint> paints) {
            super(slide.path(), slide.levels(), slide.bounds(), calibration(slide), slide.facts());
            this.slide = slide;
            this.paints = paints;
        }

        private static Calibration calibration(Slide slide) {
            return Calibration.of(slide.mpp(), slide.mpp(), "the painted slide");
        }

        @Override
        public String reader() {
            return slide.reader() + ", painted";
        }

        @Override
        protected RgbImage pixels(int level, long x, long y, int width, int height) {
            double mpp = mpp() * levels().get(level).downsample();
            int margin = (int) Math.ceil(MARGIN / mpp);
            RgbImage around = slide.pixels(level, x - margin, y - margin, width + 2 * margin, height + 2 * margin);
            for (Paint paint : paints) {
                around = apply(paint, around, (x - margin) * mpp, (y - margin) * mpp, mpp);
            }
            RgbImage result = RgbImage.blank(width, height);
            Pixels.paste(around, -margin, -margin, result);
            return result;
        }

        @Override
        public void close() {} // the slide beneath is its opener's
    }

    private static RgbImage apply(Paint paint, RgbImage image, double left, double top, double mpp) {
        double[] box = paint.box();
        int fromX = Math.clamp((long) ((box[0] - left) / mpp), 0, image.width());
        int fromY = Math.clamp((long) ((box[1] - top) / mpp), 0, image.height());
        int toX = Math.clamp((long) ((box[2] - left) / mpp) + 1, 0, image.width());
        int toY = Math.clamp((long) ((box[3] - top) / mpp) + 1, 0, image.height());
        if (fromX >= toX || fromY >= toY) {
            return image;
        }
        RgbImage blurred = switch (paint) {
            case Blur blur -> blurred(image, blur.sigma() / mpp);
            case Bubble bubble -> blurred(image, 4 / mpp);
            case Pen pen -> image;
            case Fold fold -> image;
        };
        RgbImage result =
                new RgbImage(image.width(), image.height(), image.rgb().clone());
        int across = toX - fromX;
        for (int k = 0; k < across * (toY - fromY); k++) {
            int row = fromY + k / across;
            int i = row * image.width() + fromX + k % across;
            double depth = paint.depth(left + (fromX + k % across + 0.5) * mpp, top + (row + 0.5) * mpp);
            if (depth <= 0) {
                continue;
            }
            double soft = Math.min(1, depth / EDGE);
            for (int c = 0; c < 3; c++) {
                int before = image.rgb()[3 * i + c] & 0xff;
                double painted = switch (paint) {
                    case Pen pen -> 0.12 * before + 0.88 * ((pen.rgb() >> (16 - 8 * c)) & 0xff);
                    case Fold fold -> before * (double) shifted(image, i, c, FOLD_SHIFT / mpp) / 255;
                    case Bubble bubble ->
                        depth < RIM
                                ? 0.15 * before + 0.85 * (c == 2 ? 96 : 104)
                                : 0.72 * (blurred.rgb()[3 * i + c] & 0xff) + 0.28 * 250;
                    case Blur blur -> blurred.rgb()[3 * i + c] & 0xff;
                };
                result.rgb()[3 * i + c] = (byte) Math.round(soft * painted + (1 - soft) * before);
            }
        }
        return result;
    }

    private static int shifted(RgbImage image, int i, int channel, double shift) {
        int x = Math.clamp(Math.round(i % image.width() + shift), 0, image.width() - 1);
        return image.at(x, i / image.width(), channel);
    }

    private static RgbImage blurred(RgbImage image, double sigma) {
        if (sigma < 0.2) {
            return image;
        }
        try (PointerScope scope = new PointerScope()) {
            Mat out = new Mat();
            opencv_imgproc.GaussianBlur(ImageFiles.toMat(image), out, new Size(0, 0), sigma);
            return ImageFiles.toImage(out);
        }
    }
}
