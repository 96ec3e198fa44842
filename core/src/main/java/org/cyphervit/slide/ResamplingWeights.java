package org.cyphervit.slide;

import org.cyphervit.image.RgbImage;

/**
 * Which source pixels each pixel of a resampled line is made of, and with which weights: a triangle as wide as a pixel of the
 * result on each side of its centre, or of the source where that is wider. At scale 1 and whole offsets it changes nothing;
 * enlarging it is linear interpolation, reducing it averages, so that nothing is aliased. At the slide's edge the weights
 * inside count alone.
 */
final class ResamplingWeights {
    private final long first;
    private final int count;
    /** First source pixel of each result pixel, from {@link #first}. */
    private final int[] starts;

    private final float[][] weights;

    private ResamplingWeights(long first, int count, int[] starts, float[][] weights) {
        this.first = first;
        this.count = count;
        this.starts = starts;
        this.weights = weights;
    }

    /**
     * Plans a line.
     *
     * @param origin where the result begins, source pixels
     * @param scale source pixels per result pixel
     * @param size result pixels
     * @param limit how many source pixels there are
     */
    static ResamplingWeights of(double origin, double scale, int size, long limit) {
        double reach = Math.max(1, scale);
        long[] from = new long[size];
        float[][] weights = new float[size][];
        long low = Long.MAX_VALUE;
        long high = Long.MIN_VALUE;
        for (int i = 0; i < size; i++) {
            double centre = origin + (i + 0.5) * scale - 0.5; // in the numbers of the pixels' centres
            boolean outside = centre <= -0.5 - 1e-9 || centre >= limit - 0.5 + 1e-9;
            from[i] = Math.max(0, (long) Math.floor(centre - reach + 1e-9) + 1);
            long to = Math.min(limit - 1, (long) Math.ceil(centre + reach - 1e-9) - 1);
            weights[i] = outside || to < from[i] ? new float[0] : triangle(centre, reach, from[i], to);
            if (weights[i].length > 0) {
                low = Math.min(low, from[i]);
                high = Math.max(high, to);
            }
        }
        int[] starts = new int[size];
        for (int i = 0; i < size; i++) {
            starts[i] = weights[i].length == 0 ? 0 : (int) (from[i] - low);
        }
        return low > high
                ? new ResamplingWeights(0, 0, starts, weights)
                : new ResamplingWeights(low, (int) (high - low + 1), starts, weights);
    }

    private static float[] triangle(double centre, double reach, long from, long to) {
        double[] heights = new double[(int) (to - from + 1)];
        double sum = 0;
        for (int k = 0; k < heights.length; k++) {
            heights[k] = Math.max(0, 1 - Math.abs(from + k - centre) / reach);
            sum += heights[k];
        }
        float[] weights = new float[heights.length];
        for (int k = 0; k < weights.length; k++) {
            weights[k] = (float) (heights[k] / sum);
        }
        return weights;
    }

    /** Whether no source pixel is needed: all lies outside. */
    boolean isEmpty() {
        return count == 0;
    }

    /** The first source pixel that is needed. */
    long first() {
        return first;
    }

    /** How many source pixels are needed. */
    int count() {
        return count;
    }

    /** Resamples the needed part of the source; what lies outside becomes white. */
    static RgbImage resample(RgbImage source, ResamplingWeights columns, ResamplingWeights rows) {
        if (columns.isIdentity() && rows.isIdentity()) {
            return source;
        }
        int width = columns.starts.length;
        RgbImage result = RgbImage.blank(width, rows.starts.length);
        float[] line = new float[3 * source.width()];
        for (int y = 0; y < rows.starts.length; y++) {
            java.util.Arrays.fill(line, 0);
            for (int k = 0; k < rows.weights[y].length; k++) {
                add(source.rgb(), (rows.starts[y] + k) * line.length, rows.weights[y][k], line);
            }
            columns.reduce(line, result.rgb(), 3 * y * width, rows.weights[y].length == 0);
        }
        return result;
    }

    private static void add(byte[] bytes, int from, float weight, float[] line) {
        for (int i = 0; i < line.length; i++) {
            line[i] += weight * (bytes[from + i] & 0xff);
        }
    }

    private void reduce(float[] line, byte[] rgb, int to, boolean outside) {
        for (int x = 0; x < starts.length; x++) {
            float[] w = weights[x];
            float red = 0;
            float green = 0;
            float blue = 0;
            int at = 3 * starts[x];
            for (float weight : w) {
                red += weight * line[at++];
                green += weight * line[at++];
                blue += weight * line[at++];
            }
            boolean white = outside || w.length == 0;
            rgb[to + 3 * x] = white ? (byte) 255 : round(red);
            rgb[to + 3 * x + 1] = white ? (byte) 255 : round(green);
            rgb[to + 3 * x + 2] = white ? (byte) 255 : round(blue);
        }
    }

    private static byte round(float value) {
        return (byte) Math.min(255, (int) (value + 0.5f));
    }

    private boolean isIdentity() {
        for (int i = 0; i < starts.length; i++) {
            if (starts[i] != i || weights[i].length != 1) {
                return false;
            }
        }
        return count == starts.length;
    }
}
