package org.cyphervit.slide.quality;

import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.EngineSettings;

/**
 * How sharp a piece of tissue is: the variance of the Laplacian at one micron per pixel, over the variance of the grey values
 * themselves, so that pale and dark stains, much and little tissue compare. Blur takes fine structure away and leaves coarse
 * structure, so that the quotient falls; it does not depend on the scanner's resolution, but one coarser than a micron per
 * pixel cannot tell.
 */
public final class Focus {
    /** Microns per pixel at which focus is measured: nuclei and their edges show, a scanner's noise and compression do not. */
    public static final double MPP = 1;

    /** A scale this much coarser still tells. */
    private static final double COARSEST = 1.3;

    private static final double FLAT = 4; // variance of what has no structure at all

    static {
        EngineSettings.beforeOpenCv();
    }

    private Focus() {}

    /** Whether pixels of that scale tell of focus. */
    public static boolean tells(double mpp) {
        return mpp <= COARSEST * MPP;
    }

    /**
     * Sharpness of a tile.
     *
     * @param mpp of the image, microns per pixel
     * @return about 0.1 to 3; positive infinity if nothing in the image could be sharp or blurred
     */
    public static double of(RgbImage image, double mpp) {
        try (PointerScope scope = new PointerScope()) {
            Mat grey = new Mat();
            opencv_imgproc.cvtColor(ImageFiles.toMat(image), grey, opencv_imgproc.COLOR_RGB2GRAY);
            double factor = mpp / MPP;
            if (factor < 0.95) {
                Mat small = new Mat();
                int width = Math.max(8, (int) Math.round(image.width() * factor));
                int height = Math.max(8, (int) Math.round(image.height() * factor));
                opencv_imgproc.resize(grey, small, new Size(width, height), 0, 0, opencv_imgproc.INTER_AREA);
                grey = small;
            }
            Mat laplacian = new Mat();
            opencv_imgproc.Laplacian(grey, laplacian, opencv_core.CV_32F);
            double structure = variance(grey);
            return structure < FLAT ? Double.POSITIVE_INFINITY : variance(laplacian) / structure;
        }
    }

    private static double variance(Mat values) {
        Mat mean = new Mat();
        Mat deviation = new Mat();
        opencv_core.meanStdDev(values, mean, deviation);
        double d = new DoublePointer(deviation.data()).get();
        return d * d;
    }
}
