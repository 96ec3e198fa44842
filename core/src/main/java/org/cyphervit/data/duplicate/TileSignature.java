package org.cyphervit.data.duplicate;

import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point2f;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.torch.EngineSettings;

/**
 * A tile in numbers that turning it by any angle and mirroring it do not change: on rings around its centre, how strongly the
 * grey values vary with each frequency of the angle. Turning shifts what lies on a ring, which changes the phase of a
 * frequency and not its strength. What lies in the corners does not count, so that copies whose corners were filled are found.
 */
final class TileSignature {
    private static final int RINGS = 24;
    private static final int ANGLES = 128;
    private static final int FREQUENCIES = 20;
    /** Share of the tile's half side that rings reach to; a turned copy may have lost its border. */
    private static final double REACH = 0.9;

    /** Numbers of a signature. */
    static final int LENGTH = RINGS * FREQUENCIES;

    static {
        EngineSettings.beforeOpenCv();
    }

    private TileSignature() {}

    /**
     * The signature, of length 1, about 0 on average.
     *
     * @param zoom rings are smaller by this factor, as if the middle of the tile had been enlarged
     */
    static float[] of(RgbImage image, double zoom) {
        try (PointerScope scope = new PointerScope()) {
            Mat grey = new Mat();
            opencv_imgproc.cvtColor(ImageFiles.toMat(image), grey, opencv_imgproc.COLOR_RGB2GRAY);
            Mat smooth = new Mat();
            Size size = new Size(96, 96);
            opencv_imgproc.resize(grey, smooth, size, 0, 0, opencv_imgproc.INTER_AREA);
            Mat polar = new Mat();
            opencv_imgproc.warpPolar(
                    smooth,
                    polar,
                    new Size(RINGS, ANGLES),
                    new Point2f(47.5f, 47.5f),
                    REACH * 48 / zoom,
                    opencv_imgproc.INTER_LINEAR);
            Mat rings = new Mat();
            opencv_core.transpose(polar, rings); // (RINGS, ANGLES)
            Mat values = new Mat();
            rings.convertTo(values, opencv_core.CV_32F);
            Mat spectrum = new Mat();
            opencv_core.dft(values, spectrum, opencv_core.DFT_ROWS | opencv_core.DFT_COMPLEX_OUTPUT, 0);
            float[] complex = new float[2 * RINGS * ANGLES];
            new FloatPointer(spectrum.data()).get(complex);
            return strengths(complex);
        }
    }

    private static float[] strengths(float[] complex) {
        float[] signature = new float[LENGTH];
        double mean = 0;
        for (int i = 0; i < LENGTH; i++) {
            int ring = i / FREQUENCIES;
            int at = 2 * (ring * ANGLES + i % FREQUENCIES);
            // The logarithm, or the few strongest frequencies would be all that counts.
            signature[i] = (float) Math.log1p(Math.hypot(complex[at], complex[at + 1]));
            mean += signature[i] / LENGTH;
        }
        double squares = 0;
        for (int i = 0; i < LENGTH; i++) {
            signature[i] -= (float) mean;
            squares += signature[i] * signature[i];
        }
        float norm = (float) Math.sqrt(Math.max(1e-12, squares));
        for (int i = 0; i < LENGTH; i++) {
            signature[i] /= norm;
        }
        return signature;
    }
}
