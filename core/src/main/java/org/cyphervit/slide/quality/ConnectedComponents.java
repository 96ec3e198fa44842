package org.cyphervit.slide.quality;

import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.FloatPointer;
import org.bytedeco.javacpp.IntPointer;
import org.bytedeco.javacpp.PointerScope;
import org.bytedeco.opencv.global.opencv_core;
import org.bytedeco.opencv.global.opencv_imgproc;
import org.bytedeco.opencv.opencv_core.Mat;
import org.bytedeco.opencv.opencv_core.Point;
import org.bytedeco.opencv.opencv_core.Size;
import org.cyphervit.torch.EngineSettings;

/** Connected pieces of a mask. */
final class ConnectedComponents {
    private final boolean[] mask;
    private final int width;
    private final int height;

    static {
        EngineSettings.beforeOpenCv();
    }

    ConnectedComponents(boolean[] mask, int width, int height) {
        this.mask = mask;
        this.width = width;
        this.height = height;
    }

    /** Without what is narrower than a disc of that radius, pixels. */
    ConnectedComponents opened(int radius) {
        return morphology(opencv_imgproc.MORPH_OPEN, radius);
    }

    /** With gaps narrower than a disc of that radius closed, pixels. */
    ConnectedComponents closed(int radius) {
        return morphology(opencv_imgproc.MORPH_CLOSE, radius);
    }

    private ConnectedComponents morphology(int operation, int radius) {
        try (PointerScope scope = new PointerScope()) {
            Mat in = mat();
            Mat disc = opencv_imgproc.getStructuringElement(
                    opencv_imgproc.MORPH_ELLIPSE, new Size(2 * radius + 1, 2 * radius + 1), new Point(-1, -1));
            opencv_imgproc.morphologyEx(in, in, operation, disc);
            return new ConnectedComponents(booleans(in), width, height);
        }
    }

    /** Components of at least so many pixels. */
    boolean[] larger(double pixels) {
        return larger(pixels, 1);
    }

    /** Components of at least so many pixels that are so many times as long as broad, by their second moments. */
    boolean[] larger(double pixels, double elongation) {
        int[] labels = labels();
        int count = count(labels);
        double[][] moments = new double[count][6]; // n, x, y, xx, xy, yy
        for (int i = 0; i < labels.length; i++) {
            double[] m = moments[labels[i]];
            double x = i % width;
            int row = i / width;
            m[0]++;
            m[1] += x;
            m[2] += row;
            m[3] += x * x;
            m[4] += x * row;
            m[5] += (double) row * row;
        }
        boolean[] kept = new boolean[count];
        for (int k = 1; k < count; k++) {
            kept[k] = moments[k][0] >= pixels && elongation(moments[k]) >= elongation;
        }
        return where(labels, kept);
    }

    private static double elongation(double[] m) {
        double xx = m[3] / m[0] - m[1] / m[0] * (m[1] / m[0]) + 1.0 / 12; // a pixel is not a point
        double yy = m[5] / m[0] - m[2] / m[0] * (m[2] / m[0]) + 1.0 / 12;
        double xy = m[4] / m[0] - m[1] / m[0] * (m[2] / m[0]);
        double half = Math.sqrt((xx - yy) * (xx - yy) / 4 + xy * xy);
        double middle = (xx + yy) / 2;
        return Math.sqrt((middle + half) / Math.max(1e-9, middle - half));
    }

    /** Components that do not touch the border. */
    boolean[] inside() {
        int[] labels = labels();
        boolean[] kept = new boolean[count(labels)];
        java.util.Arrays.fill(kept, 1, kept.length, true);
        for (int i = 0; i < labels.length; i++) {
            int x = i % width;
            int y = i / width;
            if (x == 0 || y == 0 || x == width - 1 || y == height - 1) {
                kept[labels[i]] = false;
            }
        }
        return where(labels, kept);
    }

    /** What pieces enclose, with the pieces, where that is at least so many pixels and more than the piece itself. */
    boolean[] enclosed(double pixels) {
        boolean[] background = new boolean[mask.length];
        for (int i = 0; i < mask.length; i++) {
            background[i] = !mask[i];
        }
        ConnectedComponents holes = new ConnectedComponents(background, width, height);
        boolean[] filled = holes.inside();
        for (int i = 0; i < mask.length; i++) {
            filled[i] |= mask[i];
        }
        ConnectedComponents whole = new ConnectedComponents(filled, width, height);
        int[] labels = whole.labels();
        int[] all = new int[count(labels)];
        int[] rim = new int[all.length];
        for (int i = 0; i < labels.length; i++) {
            all[labels[i]]++;
            rim[labels[i]] += mask[i] ? 1 : 0;
        }
        boolean[] kept = new boolean[all.length];
        for (int k = 1; k < kept.length; k++) {
            kept[k] = all[k] >= pixels && all[k] > 1.5 * rim[k];
        }
        return whole.where(labels, kept);
    }

    /** Mean of the values that count, in a square around each pixel; 0 where none counts. */
    static float[] meanAround(float[] values, boolean[] counts, int width, int reach) {
        try (PointerScope scope = new PointerScope()) {
            int height = values.length / width;
            float[] weights = new float[values.length];
            float[] weighted = new float[values.length];
            for (int i = 0; i < values.length; i++) {
                weights[i] = counts[i] ? 1 : 0;
                weighted[i] = counts[i] ? values[i] : 0;
            }
            float[] sums = box(weighted, width, height, reach);
            float[] totals = box(weights, width, height, reach);
            for (int i = 0; i < sums.length; i++) {
                sums[i] = totals[i] > 1e-6f ? sums[i] / totals[i] : 0;
            }
            return sums;
        }
    }

    private static float[] box(float[] values, int width, int height, int reach) {
        Mat in = new Mat(height, width, opencv_core.CV_32FC1, new FloatPointer(values));
        Mat out = new Mat();
        int side = 2 * reach + 1;
        opencv_imgproc.boxFilter(
                in, out, -1, new Size(side, side), new Point(-1, -1), true, opencv_core.BORDER_REFLECT);
        float[] result = new float[values.length];
        new FloatPointer(out.data()).get(result);
        return result;
    }

    private boolean[] where(int[] labels, boolean[] kept) {
        boolean[] found = new boolean[labels.length];
        for (int i = 0; i < labels.length; i++) {
            found[i] = kept[labels[i]];
        }
        return found;
    }

    private static int count(int[] labels) {
        int most = 0;
        for (int label : labels) {
            most = Math.max(most, label);
        }
        return most + 1;
    }

    // The number of each pixel's piece; 0 outside of all.
    private int[] labels() {
        try (PointerScope scope = new PointerScope()) {
            Mat labels = new Mat();
            opencv_imgproc.connectedComponents(mat(), labels);
            int[] numbers = new int[mask.length];
            new IntPointer(labels.data()).get(numbers);
            return numbers;
        }
    }

    private Mat mat() {
        byte[] bytes = new byte[mask.length];
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = mask[i] ? (byte) 255 : 0;
        }
        return new Mat(height, width, opencv_core.CV_8UC1, new BytePointer(bytes));
    }

    private static boolean[] booleans(Mat mat) {
        byte[] bytes = new byte[mat.rows() * mat.cols()];
        mat.data().get(bytes);
        boolean[] result = new boolean[bytes.length];
        for (int i = 0; i < result.length; i++) {
            result[i] = bytes[i] != 0;
        }
        return result;
    }
}
