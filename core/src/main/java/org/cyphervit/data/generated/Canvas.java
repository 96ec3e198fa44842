package org.cyphervit.data.generated;

import java.util.random.RandomGenerator;

/**
 * Amounts of haematoxylin and eosin per pixel (optical density, about 0 to 1.5) and what structure each pixel shows.
 * Lengths are pixels of about one micron.
 */
final class Canvas {
    final int size;
    final float[] haematoxylin;
    final float[] eosin;
    final byte[] structure;

    Canvas(int size) {
        this.size = size;
        this.haematoxylin = new float[size * size];
        this.eosin = new float[size * size];
        this.structure = new byte[size * size];
    }

    /** A value per pixel. */
    interface Field {
        double at(int x, int y);
    }

    /** Sets every pixel. */
    void fill(Structure what, Field haematoxylinAmount, Field eosinAmount) {
        for (int y = 0, i = 0; y < size; y++) {
            for (int x = 0; x < size; x++, i++) {
                haematoxylin[i] = (float) Math.max(0, haematoxylinAmount.at(x, y));
                eosin[i] = (float) Math.max(0, eosinAmount.at(x, y));
                structure[i] = (byte) what.ordinal();
            }
        }
    }

    /** Blends towards amounts inside a shape; {@code cover} in [0, 1] tells how much of a pixel the shape covers. */
    void blend(Structure what, Box box, Field cover, Field haematoxylinAmount, Field eosinAmount) {
        for (int y = Math.max(0, box.top); y < Math.min(size, box.bottom); y++) {
            for (int x = Math.max(0, box.left); x < Math.min(size, box.right); x++) {
                double c = cover.at(x, y);
                if (c > 0) {
                    int i = y * size + x;
                    haematoxylin[i] += (float) (c * (haematoxylinAmount.at(x, y) - haematoxylin[i]));
                    eosin[i] += (float) (c * (eosinAmount.at(x, y) - eosin[i]));
                    if (c > 0.5) {
                        structure[i] = (byte) what.ordinal();
                    }
                }
            }
        }
    }

    /** Pixels from left and top up to, without, right and bottom. */
    record Box(int left, int top, int right, int bottom) {
        static Box around(double x, double y, double radius) {
            return new Box(
                    (int) Math.floor(x - radius) - 1,
                    (int) Math.floor(y - radius) - 1,
                    (int) Math.ceil(x + radius) + 2,
                    (int) Math.ceil(y + radius) + 2);
        }
    }

    /**
     * A nucleus: an ellipse of haematoxylin with a darker rim, clumped chromatin and a soft edge.
     *
     * @param a half-axis along {@code angle}
     * @param b the other half-axis
     * @param amount of haematoxylin
     * @param clumps strength of the chromatin's texture, [0, 1]: low in lymphocytes, high in tumour cells
     */
    void nucleus(
            double x,
            double y,
            double a,
            double b,
            double angle,
            double amount,
            double clumps,
            RandomGenerator random) {
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double wobble = 0.12 * random.nextDouble();
        double phase = random.nextDouble() * 6.283;
        ValueNoise chromatin = new ValueNoise(random, 2.2);
        double soft = 1.4 / Math.min(a, b);
        Field distance = (px, py) -> {
            double u = (cos * (px - x) + sin * (py - y)) / a;
            double v = (cos * (py - y) - sin * (px - x)) / b;
            double r = Math.sqrt(u * u + v * v);
            return r * (1 + wobble * Math.cos(3 * Math.atan2(v, u) + phase));
        };
        blend(
                Structure.NUCLEUS,
                Box.around(x, y, Math.max(a, b) * 1.2),
                (px, py) -> Math.clamp((1 + soft / 2 - distance.at(px, py)) / soft, 0, 1) * 0.95,
                (px, py) -> {
                    double rim = Math.exp(-square((distance.at(px, py) - 0.85) / 0.18));
                    return amount * (0.85 + 0.3 * clumps * rim + 0.45 * clumps * chromatin.at(px, py));
                },
                (px, py) -> 0.25);
    }

    static double square(double x) {
        return x * x;
    }

    /** Uniform in [low, high). */
    static double uniform(RandomGenerator random, double low, double high) {
        return low + (high - low) * random.nextDouble();
    }
}
