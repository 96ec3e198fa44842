package org.cyphervit.data.generated;

import static org.cyphervit.data.generated.Canvas.uniform;

import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import org.cyphervit.data.generated.Canvas.Box;

/** Tissue made of single cells or none: fat, glass, debris, lymphocytes. */
final class CellPainter {
    private CellPainter() {}

    /** Large empty cells with thin membranes, and here and there a flat nucleus pressed against one. */
    static void adipose(Canvas canvas, RandomGenerator random) {
        double radius = uniform(random, 13, 20);
        List<double[]> centres = scatter(canvas.size, radius, 1.75, random);
        double thickness = uniform(random, 0.8, 1.6);
        double amount = uniform(random, 0.45, 0.8);
        canvas.fill(
                Structure.EMPTY,
                (x, y) -> 0.02 + 0.25 * amount * membrane(centres, x, y, thickness),
                (x, y) -> 0.03 + amount * membrane(centres, x, y, thickness));
        for (int y = 0, i = 0; y < canvas.size; y++) {
            for (int x = 0; x < canvas.size; x++, i++) {
                if (membrane(centres, x, y, thickness) > 0.5) {
                    canvas.structure[i] = (byte) Structure.FIBRE.ordinal();
                }
            }
        }
        for (double[] centre : centres) {
            if (random.nextDouble() < 0.35) {
                double angle = uniform(random, 0, 6.283);
                canvas.nucleus(
                        centre[0] + radius * 0.85 * Math.cos(angle),
                        centre[1] + radius * 0.85 * Math.sin(angle),
                        uniform(random, 2.5, 4),
                        1.3,
                        angle + Math.PI / 2,
                        0.8,
                        0.2,
                        random);
            }
        }
    }

    /** Glass with some dust. */
    static void background(Canvas canvas, RandomGenerator random) {
        double veil = uniform(random, 0, 0.05);
        ValueNoise clouds = new ValueNoise(random, 40);
        canvas.fill(
                Structure.EMPTY,
                (x, y) -> 0.02 + veil * (1 + clouds.at(x, y)),
                (x, y) -> 0.02 + veil * (1 - clouds.at(x, y)));
        for (int i = random.nextInt(4); i > 0; i--) {
            double x = uniform(random, 0, canvas.size);
            double y = uniform(random, 0, canvas.size);
            double radius = uniform(random, 0.7, 2);
            canvas.blend(
                    Structure.DEBRIS,
                    Box.around(x, y, radius),
                    (px, py) -> Math.clamp(radius + 0.5 - Math.hypot(px - x, py - y), 0, 1),
                    (px, py) -> 0.4,
                    (px, py) -> 0.3);
        }
    }

    /** Necrosis: grainy eosin, holes, and broken nuclei of all sizes. */
    static void debris(Canvas canvas, RandomGenerator random) {
        ValueNoise grains = new ValueNoise(random, 2.5);
        ValueNoise clumps = new ValueNoise(random, 14);
        double eosin = uniform(random, 0.35, 0.65);
        canvas.fill(
                Structure.DEBRIS,
                (x, y) -> 0.12 + 0.12 * grains.at(x, y) + 0.1 * clumps.at(x, y),
                (x, y) -> eosin * (0.8 + 0.55 * grains.at(x, y) + 0.8 * clumps.at(x, y)));
        int pieces = (int) (canvas.size * canvas.size * uniform(random, 0.006, 0.014));
        for (int i = 0; i < pieces; i++) {
            double x = uniform(random, 0, canvas.size);
            double y = uniform(random, 0, canvas.size);
            if (clumps.at(x, y) > -0.15) {
                double radius = uniform(random, 0.7, 2.1);
                canvas.nucleus(
                        x,
                        y,
                        radius * uniform(random, 1, 1.9),
                        radius,
                        uniform(random, 0, 6.283),
                        uniform(random, 0.5, 1.1),
                        0.5,
                        random);
            }
        }
    }

    /** Small round dark nuclei, densely packed, hardly any cytoplasm. */
    static void lymphocytes(Canvas canvas, RandomGenerator random) {
        ValueNoise ground = new ValueNoise(random, 9);
        double eosin = uniform(random, 0.18, 0.4);
        canvas.fill(
                Structure.CYTOPLASM,
                (x, y) -> 0.12 + 0.06 * ground.at(x, y),
                (x, y) -> eosin * (1 + 0.5 * ground.at(x, y)));
        double radius = uniform(random, 2.5, 3.1);
        double amount = uniform(random, 0.85, 1.2);
        for (double[] centre : scatter(canvas.size, radius, uniform(random, 1.95, 2.4), random)) {
            if (random.nextDouble() < 0.93) {
                double r = radius * uniform(random, 0.85, 1.15);
                canvas.nucleus(
                        centre[0],
                        centre[1],
                        r * uniform(random, 1, 1.15),
                        r,
                        uniform(random, 0, 6.283),
                        amount * uniform(random, 0.85, 1.1),
                        0.35,
                        random);
            }
        }
    }

    /** Points at least {@code spacing * radius} apart, as many as thirty failed throws allow, also just outside. */
    static List<double[]> scatter(int size, double radius, double spacing, RandomGenerator random) {
        double least = spacing * radius;
        List<double[]> points = new ArrayList<>();
        for (int misses = 0; misses < 60; ) {
            double x = uniform(random, -radius, size + radius);
            double y = uniform(random, -radius, size + radius);
            boolean free = true;
            for (double[] point : points) {
                if (Canvas.square(point[0] - x) + Canvas.square(point[1] - y) < least * least) {
                    free = false;
                    break;
                }
            }
            if (free) {
                points.add(new double[] {x, y});
                misses = 0;
            } else {
                misses++;
            }
        }
        return points;
    }

    // 1 on the border between the two nearest centres, falling to 0 over the thickness.
    private static double membrane(List<double[]> centres, double x, double y, double thickness) {
        double first = Double.MAX_VALUE;
        double second = Double.MAX_VALUE;
        for (double[] centre : centres) {
            double d = Math.hypot(centre[0] - x, centre[1] - y);
            if (d < first) {
                second = first;
                first = d;
            } else if (d < second) {
                second = d;
            }
        }
        return Math.exp(-Canvas.square((second - first) / (1.6 * thickness)));
    }
}
