package org.cyphervit.stain;

import java.util.random.RandomGenerator;

/**
 * Stains a tile anew so that its colour tells little of its tissue: amounts of haematoxylin and eosin are unmixed by the
 * fixed stains of {@link StainVectors}, brought to a mean that is drawn (so that how strongly a tile is stained says
 * nothing), and shown again by Beer-Lambert's law in colours, under a lamp, that are drawn too. What is left is where
 * the stains lie.
 *
 * <p>The population is wider than laboratories differ: what a classifier of colours knows should be gone, whereas shapes
 * stay. What neither stain explains (ink, pigment) is lost.
 */
public final class RandomStain {
    private static final double SHAKE = 0.18;

    private final double[][] colors = new double[2][3];
    private final double[] means = new double[2];
    private final double[] white = new double[3];

    private RandomStain() {}

    /** Draws stains, their mean amounts in optical density, and the colour of unstained glass. */
    public static RandomStain draw(RandomGenerator random) {
        RandomStain drawn = new RandomStain();
        double[][] fixed = StainVectors.stains();
        for (int s = 0; s < 2; s++) {
            double norm = 0;
            for (int c = 0; c < 3; c++) {
                drawn.colors[s][c] = Math.max(0.02, fixed[s][c] + random.nextDouble(-SHAKE, SHAKE));
                norm += drawn.colors[s][c] * drawn.colors[s][c];
            }
            for (int c = 0; c < 3; c++) {
                drawn.colors[s][c] /= Math.sqrt(norm);
            }
        }
        drawn.means[0] = random.nextDouble(0.15, 0.45);
        drawn.means[1] = random.nextDouble(0.12, 0.40);
        double lamp = random.nextDouble(215, 250);
        for (int c = 0; c < 3; c++) {
            drawn.white[c] = lamp + random.nextDouble(-6, 6);
        }
        return drawn;
    }

    /** Stains interleaved RGB anew, in place. */
    public void apply(byte[] rgb) {
        float[][] amounts = Unmixing.amounts(rgb);
        double h = scale(amounts[0], means[0]);
        double e = scale(amounts[1], means[1]);
        for (int i = 0; i < amounts[0].length; i++) {
            for (int c = 0; c < 3; c++) {
                double density = h * amounts[0][i] * colors[0][c] + e * amounts[1][i] * colors[1][c];
                rgb[3 * i + c] = (byte) Math.round(white[c] * Math.exp(-density));
            }
        }
    }

    /** Haematoxylin alone as grey, brought to one mean amount: no colour and no strength, in place. */
    public static void haematoxylin(byte[] rgb) {
        float[] amounts = Unmixing.amounts(rgb)[0];
        double scale = scale(amounts, 0.3);
        for (int i = 0; i < amounts.length; i++) {
            byte grey = (byte) Math.round(240 * Math.exp(-scale * amounts[i]));
            rgb[3 * i] = grey;
            rgb[3 * i + 1] = grey;
            rgb[3 * i + 2] = grey;
        }
    }

    // Glass has no stain to bring to any mean; a faint tile is not blown up beyond what its noise bears.
    private static double scale(float[] amounts, double mean) {
        double sum = 0;
        for (float amount : amounts) {
            sum += amount;
        }
        return Math.min(5, mean / Math.max(1e-3, sum / amounts.length));
    }
}
