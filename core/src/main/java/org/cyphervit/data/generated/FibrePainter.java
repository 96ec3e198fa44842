package org.cyphervit.data.generated;

import static org.cyphervit.data.generated.Canvas.uniform;

import java.util.random.RandomGenerator;

/** Tissue with a direction: muscle, stroma, mucus. */
final class FibrePainter {
    private FibrePainter() {}

    /** Dense parallel eosinophilic bands with long thin nuclei along them. */
    static void muscle(Canvas canvas, RandomGenerator random) {
        double angle = uniform(random, 0, Math.PI);
        ValueNoise bands = new ValueNoise(random, angle, 90, uniform(random, 4.5, 7));
        ValueNoise fine = new ValueNoise(random, angle, 40, 1.8);
        double eosin = uniform(random, 0.65, 1.0);
        canvas.fill(
                Structure.FIBRE,
                (x, y) -> 0.1 + 0.05 * fine.at(x, y),
                (x, y) -> eosin * (0.95 + 0.35 * bands.at(x, y) + 0.2 * fine.at(x, y)));
        nuclei(canvas, random, uniform(random, 0.0022, 0.004), (x, y) -> angle, uniform(random, 6, 8.5), 1.35);
    }

    /** Wavy collagen with clefts; spindle nuclei follow the waves. */
    static void stroma(Canvas canvas, RandomGenerator random) {
        double angle = uniform(random, 0, Math.PI);
        double strength = uniform(random, 5, 9);
        ValueNoise bend = new ValueNoise(random, 26);
        ValueNoise fibres = new ValueNoise(random, angle, 34, 2.6);
        ValueNoise clefts = new ValueNoise(random, angle, 45, 6);
        double eosin = uniform(random, 0.4, 0.75);
        Canvas.Field thread = (x, y) -> {
            double w = strength * bend.at(x, y);
            return fibres.at(x - w * Math.sin(angle), y + w * Math.cos(angle));
        };
        Canvas.Field cleft = (x, y) -> {
            double w = strength * bend.at(x, y);
            return clefts.at(x - w * Math.sin(angle), y + w * Math.cos(angle));
        };
        canvas.fill(
                Structure.FIBRE,
                (x, y) -> 0.08,
                (x, y) -> eosin * Math.clamp(0.75 + 0.75 * thread.at(x, y) + 0.75 * cleft.at(x, y), 0.04, 1.5));
        Canvas.Field direction = (x, y) -> {
            double slope = strength * (bend.at(x + 2 * Math.cos(angle), y + 2 * Math.sin(angle)) - bend.at(x, y)) / 2;
            return angle - Math.atan(slope);
        };
        nuclei(canvas, random, uniform(random, 0.0025, 0.006), direction, uniform(random, 4, 5.5), 1.5);
    }

    /** Pale bluish streaks in nearly empty space, with a lost cell. */
    static void mucus(Canvas canvas, RandomGenerator random) {
        double angle = uniform(random, 0, Math.PI);
        ValueNoise bend = new ValueNoise(random, 22);
        ValueNoise streaks = new ValueNoise(random, angle, 48, 4.5);
        double amount = uniform(random, 0.12, 0.3);
        double pink = uniform(random, 0.2, 0.7);
        Canvas.Field streak = (x, y) -> {
            double w = 11 * bend.at(x, y);
            return Math.clamp(0.45 + 0.9 * streaks.at(x - w * Math.sin(angle), y + w * Math.cos(angle)), 0, 1.3);
        };
        canvas.fill(
                Structure.MUCUS,
                (x, y) -> 0.03 + amount * streak.at(x, y),
                (x, y) -> 0.03 + pink * amount * streak.at(x, y));
        for (int i = random.nextInt(1 + canvas.size / 24); i > 0; i--) {
            double radius = uniform(random, 2.3, 3.2);
            canvas.nucleus(
                    uniform(random, 0, canvas.size),
                    uniform(random, 0, canvas.size),
                    radius * 1.2,
                    radius,
                    uniform(random, 0, 6.283),
                    0.8,
                    0.5,
                    random);
        }
    }

    private static void nuclei(
            Canvas canvas,
            RandomGenerator random,
            double density,
            Canvas.Field direction,
            double length,
            double breadth) {
        int count = (int) Math.round(canvas.size * canvas.size * density);
        for (int i = 0; i < count; i++) {
            double x = uniform(random, 0, canvas.size);
            double y = uniform(random, 0, canvas.size);
            canvas.nucleus(
                    x,
                    y,
                    length * uniform(random, 0.75, 1.15),
                    breadth * uniform(random, 0.85, 1.25),
                    direction.at((int) x, (int) y) + uniform(random, -0.12, 0.12),
                    uniform(random, 0.65, 0.95),
                    0.3,
                    random);
        }
    }
}
