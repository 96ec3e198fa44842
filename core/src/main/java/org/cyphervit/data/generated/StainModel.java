package org.cyphervit.data.generated;

import static org.cyphervit.data.generated.Canvas.uniform;

import java.util.random.RandomGenerator;
import org.cyphervit.image.RgbImage;

/**
 * How one slide was stained and scanned: the colours of its dyes (optical density per amount, Ruifrok 2001, shaken), their
 * strength, the lamp's white and the scanner's noise. Amounts become light by Beer-Lambert's law.
 */
final class StainModel {
    private static final double[] HAEMATOXYLIN = {0.65, 0.70, 0.29};
    private static final double[] EOSIN = {0.07, 0.99, 0.11};

    private final double[] haematoxylin;
    private final double[] eosin;
    private final double[] white = new double[3];
    private final double noise;

    StainModel(StainPopulation of, RandomGenerator random) {
        double strength = uniform(random, of.leastHaematoxylin, of.mostHaematoxylin);
        this.haematoxylin = shaken(HAEMATOXYLIN, strength, of.hue, random);
        this.eosin = shaken(EOSIN, uniform(random, of.leastEosin, of.mostEosin), of.hue, random);
        double lamp = uniform(random, 222, 250);
        for (int c = 0; c < 3; c++) {
            white[c] = lamp + uniform(random, -6, 6);
        }
        this.noise = uniform(random, 1, 3);
    }

    /** The picture of a canvas; the tile's own strength varies a little within its slide. */
    RgbImage expose(Canvas canvas, RandomGenerator random) {
        double h = uniform(random, 0.88, 1.12);
        double e = uniform(random, 0.85, 1.15);
        byte[] rgb = new byte[3 * canvas.size * canvas.size];
        for (int i = 0; i < canvas.haematoxylin.length; i++) {
            for (int c = 0; c < 3; c++) {
                double density = h * canvas.haematoxylin[i] * haematoxylin[c] + e * canvas.eosin[i] * eosin[c];
                double light = white[c] * Math.exp(-1.25 * density) + noise * gaussian(random);
                rgb[3 * i + c] = (byte) Math.clamp(Math.round(light), 0, 255);
            }
        }
        return new RgbImage(canvas.size, canvas.size, rgb);
    }

    private static double[] shaken(double[] dye, double strength, double hue, RandomGenerator random) {
        double[] shaken = new double[3];
        for (int c = 0; c < 3; c++) {
            shaken[c] = Math.max(0.01, strength * (dye[c] + uniform(random, -hue, hue)));
        }
        return shaken;
    }

    // Four uniform numbers are close enough to a bell, and fast.
    private static double gaussian(RandomGenerator random) {
        long bits = random.nextLong();
        int sum = 0;
        for (int i = 0; i < 4; i++) {
            sum += (int) (bits >>> (16 * i)) & 0xffff;
        }
        return (sum / 65535.0 - 2) * 1.73;
    }
}
