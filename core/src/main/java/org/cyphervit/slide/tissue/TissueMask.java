package org.cyphervit.slide.tissue;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Scalar;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.EngineSettings;

/**
 * What each pixel of an overview shows. Tissue is what is more saturated than glass: median filter against dust, Otsu's
 * threshold within bounds (once per slide, never per tile), small gaps closed, small pieces and holes dropped.
 */
public final class TissueMask {
    private static final int MEDIAN = 5;
    private static final int DARKEST = 60;
    /** Ink's faint margin, microns. */
    private static final double PEN_MARGIN = 32;
    /** What is dropped as a small piece is never more than one part in so many of the picture. */
    private static final double LARGEST_LEAST_PIECE = 16;

    private final Overview overview;
    private final PixelKind[] kinds;
    private final Coverage tissue;
    private final int threshold;

    static {
        EngineSettings.beforeOpenCv();
    }

    private TissueMask(Overview overview, PixelKind[] kinds, int threshold) {
        this.overview = overview;
        this.kinds = kinds;
        this.threshold = threshold;
        boolean[] covered = new boolean[kinds.length];
        for (int i = 0; i < kinds.length; i++) {
            covered[i] = kinds[i] == PixelKind.TISSUE;
        }
        this.tissue = new Coverage(covered, overview.image().width());
    }

    /**
     * Finds the tissue of an overview.
     *
     * @param mpp scale of the overview, microns per pixel; where it is not known, lengths are taken at the options' scale
     */
    public static TissueMask of(Overview overview, double mpp, TissueOptions options) {
        RgbImage image = overview.image();
        int width = image.width();
        int height = image.height();
        int n = width * height;
        int leastPixels = pixels(options.minimumArea(), mpp, n);
        try (PointerScope scope = new PointerScope()) {
            byte[] saturation = new byte[n];
            byte[] ink = new byte[n];
            byte[] dark = new byte[n];
            for (int i = 0; i < n; i++) {
                int red = image.rgb()[3 * i] & 0xff;
                int green = image.rgb()[3 * i + 1] & 0xff;
                int blue = image.rgb()[3 * i + 2] & 0xff;
                dark[i] = Math.max(red, Math.max(green, blue)) < DARKEST ? (byte) 255 : 0;
                saturation[i] = (byte) Saturation.of(red, green, blue);
                ink[i] = dark[i] == 0 && isInk(red, green, blue) ? (byte) 255 : 0;
            }
            Mat smooth = new Mat();
            opencv_imgproc.medianBlur(mat(saturation, width, height), smooth, MEDIAN);
            byte[] values = bytes(smooth);
            Mat pen = mat(ink, width, height);
            keepPieces(pen, leastPixels);
            opencv_imgproc.dilate(pen, pen, disc(PEN_MARGIN / mpp));
            byte[] pens = bytes(pen);
            Mat black = mat(dark, width, height);
            keepPieces(black, leastPixels); // a dark nucleus or fold is tissue
            dark = bytes(black);

            long[] histogram = new long[256];
            for (int i = 0; i < n; i++) {
                if (dark[i] == 0 && pens[i] == 0 && !overview.unreadable().get(i)) {
                    histogram[values[i] & 0xff]++;
                }
            }
            int threshold = Saturation.threshold(histogram, 255 * options.floor());
            byte[] tissue = new byte[n];
            for (int i = 0; i < n; i++) {
                tissue[i] = (values[i] & 0xff) >= threshold ? (byte) 255 : 0;
            }
            int leastHole = pixels(options.minimumHole(), mpp, n);
            byte[] mask = clean(mat(tissue, width, height), options.close() / mpp, leastPixels, leastHole);
            PixelKind[] kinds = new PixelKind[n];
            for (int i = 0; i < n; i++) {
                kinds[i] = overview.unreadable().get(i)
                        ? PixelKind.UNREADABLE
                        : pens[i] != 0
                                ? PixelKind.PEN
                                : dark[i] != 0 ? PixelKind.DARK : mask[i] != 0 ? PixelKind.TISSUE : PixelKind.GLASS;
            }
            return new TissueMask(overview, kinds, threshold);
        }
    }

    /** The picture that was masked. */
    public Overview overview() {
        return overview;
    }

    /** What the pixel at that column and row of the overview shows. */
    public PixelKind at(int x, int y) {
        return kinds[y * overview.image().width() + x];
    }

    /** The least saturation that counted as tissue, 0 to 1. */
    public double threshold() {
        return threshold / 255.0;
    }

    /** Share of tissue, 0 to 1, of a square; corner and side in level-0 pixels. */
    public double coverage(double x, double y, double side) {
        double left = (x - overview.bounds().x()) / overview.downsample();
        double top = (y - overview.bounds().y()) / overview.downsample();
        double size = side / overview.downsample();
        return tissue.share(left, top, left + size, top + size);
    }

    /** Share of all that was scanned. */
    public double tissueShare() {
        return tissue.share(0, 0, overview.image().width(), overview.image().height());
    }

    // A photographed field may be smaller than the least piece of tissue on a slide: its pieces are judged by their
    // share.
    private static int pixels(double area, double mpp, int all) {
        return (int) Math.min(Math.ceil(area / (mpp * mpp)), Math.ceil(all / LARGEST_LEAST_PIECE));
    }

    // In H&E red is never weaker than green: haematoxylin takes red and green alike, eosin green.
    private static boolean isInk(int red, int green, int blue) {
        return green - red > 25 || (green >= red && blue - red > 70);
    }

    private static byte[] clean(Mat mask, double gap, int leastPixels, int leastHole) {
        Mat closed = new Mat();
        int reach = (int) Math.ceil(gap) + 1;
        // A border, or closing would eat into tissue at the edge of the picture.
        opencv_core.copyMakeBorder(mask, closed, reach, reach, reach, reach, opencv_core.BORDER_REFLECT, new Scalar(0));
        opencv_imgproc.morphologyEx(closed, closed, opencv_imgproc.MORPH_CLOSE, disc(gap / 2));
        Mat inner = closed.rowRange(reach, reach + mask.rows())
                .colRange(reach, reach + mask.cols())
                .clone();
        keepPieces(inner, leastPixels);
        Mat holes = new Mat();
        opencv_core.bitwise_not(inner, holes);
        keepPieces(holes, leastHole);
        opencv_core.bitwise_not(holes, inner);
        return bytes(inner);
    }

    // Clears connected pieces of fewer pixels.
    private static void keepPieces(Mat mask, int leastPixels) {
        Mat labels = new Mat();
        Mat statistics = new Mat();
        int count = opencv_imgproc.connectedComponentsWithStats(mask, labels, statistics, new Mat());
        int[] numbers = new int[mask.rows() * mask.cols()];
        new IntPointer(labels.data()).get(numbers);
        boolean[] small = new boolean[count];
        for (int i = 1; i < count; i++) {
            small[i] = new IntPointer(statistics.ptr(i, opencv_imgproc.CC_STAT_AREA)).get() < leastPixels;
        }
        byte[] pixels = bytes(mask);
        for (int i = 0; i < pixels.length; i++) {
            if (small[numbers[i]]) {
                pixels[i] = 0;
            }
        }
        mask.data().put(pixels);
    }

    private static Mat disc(double radius) {
        int side = 2 * (int) Math.round(radius) + 1;
        return opencv_imgproc.getStructuringElement(
                opencv_imgproc.MORPH_ELLIPSE, new Size(side, side), new Point(-1, -1));
    }

    private static Mat mat(byte[] bytes, int width, int height) {
        return new Mat(height, width, opencv_core.CV_8UC1, new BytePointer(bytes));
    }

    private static byte[] bytes(Mat mat) {
        byte[] bytes = new byte[mat.rows() * mat.cols()];
        mat.data().get(bytes);
        return bytes;
    }
}
