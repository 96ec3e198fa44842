package org.cyphervit.data.generated;

import java.util.random.RandomGenerator;

/** Smooth random values in the plane: two octaves of interpolated lattice values, stretched along a direction. */
final class ValueNoise {
    private final int seed;
    private final double cos;
    private final double sin;
    private final double along;
    private final double across;

    /**
     * @param angle of the direction, radians
     * @param along length of features in that direction, pixels
     * @param across length across it, pixels
     */
    ValueNoise(RandomGenerator random, double angle, double along, double across) {
        this.seed = random.nextInt();
        this.cos = Math.cos(angle);
        this.sin = Math.sin(angle);
        this.along = along;
        this.across = across;
    }

    /** The same in all directions. */
    ValueNoise(RandomGenerator random, double length) {
        this(random, 0, length, length);
    }

    /** About [-1, 1], mean 0. */
    double at(double x, double y) {
        double u = (cos * x + sin * y) / along;
        double v = (cos * y - sin * x) / across;
        return octave(u, v, 0) * 0.7 + octave(2.1 * u + 11, 2.1 * v + 7, 1) * 0.4;
    }

    private double octave(double u, double v, int salt) {
        int i = (int) Math.floor(u);
        int j = (int) Math.floor(v);
        double fu = fade(u - i);
        double fv = fade(v - j);
        double top = lerp(lattice(i, j, salt), lattice(i + 1, j, salt), fu);
        double bottom = lerp(lattice(i, j + 1, salt), lattice(i + 1, j + 1, salt), fu);
        return lerp(top, bottom, fv);
    }

    private double lattice(int i, int j, int salt) {
        int h = seed + i * 0x9E3779B1 + j * 0x85EBCA77 + salt * 0xC2B2AE3D;
        h = (h ^ (h >>> 15)) * 0x2C1B3C6D;
        h = (h ^ (h >>> 12)) * 0x297A2D39;
        return (h ^ (h >>> 15)) / 2147483648.0;
    }

    private static double fade(double t) {
        return t * t * (3 - 2 * t);
    }

    private static double lerp(double a, double b, double t) {
        return a + (b - a) * t;
    }
}
