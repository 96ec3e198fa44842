package org.cyphervit.augment;

import java.util.random.RandomGenerator;
import org.cyphervit.augment.ViewSpec.Color;
import org.cyphervit.stain.StainVectors;
import org.jspecify.annotations.Nullable;

/**
 * All that chance decides of one view of one tile. Whoever makes the pixels, a CPU or a GPU, draws nothing more.
 *
 * @param crop what is cut out of the tile
 * @param horizontal whether the crop is mirrored left to right
 * @param vertical whether it is mirrored top to bottom
 * @param transpose whether rows and columns then change places
 * @param stain null where the stain stays
 * @param jitter null where brightness, contrast, saturation and hue stay
 * @param grey whether colour is dropped
 * @param sigma of the Gaussian blur, pixels of the view; 0 for none
 * @param solarize whether values from 128 up are inverted
 */
public record ViewDraw(
        Crop crop,
        boolean horizontal,
        boolean vertical,
        boolean transpose,
        @Nullable Stain stain,
        @Nullable Jitter jitter,
        boolean grey,
        double sigma,
        boolean solarize) {

    /** A rectangle of the tile, pixels. */
    public record Crop(int x, int y, int width, int height) {
        /** Whether a view of that side has fewer pixels both across and down. */
        public boolean shrinksTo(int size) {
            return width > size && height > size;
        }
    }

    /** One of the four changes of {@link Jitter}. */
    public enum Change {
        BRIGHTNESS,
        CONTRAST,
        SATURATION,
        HUE
    }

    /**
     * Changes of colour.
     *
     * @param order all four, the first to be made first
     * @param brightness factor
     * @param contrast factor
     * @param saturation factor
     * @param hue shift, as a share of a full turn
     */
    public record Jitter(Change[] order, float brightness, float contrast, float saturation, float hue) {
        private static Jitter draw(Color color, RandomGenerator random) {
            Change[] order = Change.values();
            for (int i = 3; i > 0; i--) {
                int j = random.nextInt(i + 1);
                Change kept = order[i];
                order[i] = order[j];
                order[j] = kept;
            }
            return new Jitter(
                    order,
                    factor(color.brightness(), random),
                    factor(color.contrast(), random),
                    factor(color.saturation(), random),
                    (float) (color.hue() * (2 * random.nextDouble() - 1)));
        }

        private static float factor(double strength, RandomGenerator random) {
            return (float) (1 + strength * (2 * random.nextDouble() - 1));
        }
    }

    /**
     * What happens to optical densities OD, a row of red, green and blue: OD' = OD M + o, which scales and shifts the
     * amount of each stain.
     *
     * @param matrix M, a row for each of the densities that come in
     * @param offset o
     */
    public record Stain(float[][] matrix, float[] offset) {
        private static final double[][] STAINS = StainVectors.stains();
        private static final double[][] UNMIX = StainVectors.unmixing();

        // M = U diag(a) S and o = b S, with a and b drawn for each of the stains S.
        private static Stain draw(double strength, RandomGenerator random) {
            double[] scale = new double[3];
            double[] shift = new double[3];
            for (int s = 0; s < 3; s++) {
                scale[s] = 1 + strength * (2 * random.nextDouble() - 1);
                shift[s] = 0.2 * strength * (2 * random.nextDouble() - 1);
            }
            float[][] matrix = new float[3][3];
            float[] offset = new float[3];
            for (int out = 0; out < 3; out++) {
                for (int s = 0; s < 3; s++) {
                    offset[out] += (float) (shift[s] * STAINS[s][out]);
                    for (int in = 0; in < 3; in++) {
                        matrix[in][out] += (float) (UNMIX[in][s] * scale[s] * STAINS[s][out]);
                    }
                }
            }
            return new Stain(matrix, offset);
        }
    }

    /**
     * Draws in a fixed order, so that a seed gives the same view forever.
     *
     * @param width of the tile, pixels
     * @param height of the tile, pixels
     */
    public static ViewDraw draw(int width, int height, ViewSpec spec, RandomGenerator random) {
        Color color = spec.color();
        Crop crop = crop(width, height, spec, random);
        boolean horizontal = random.nextDouble() < spec.flips().horizontal();
        boolean vertical = random.nextDouble() < spec.flips().vertical();
        boolean transpose = spec.quarterTurns() && random.nextBoolean();
        Stain stain = random.nextDouble() < color.stain() ? Stain.draw(color.stainStrength(), random) : null;
        Jitter jitter = random.nextDouble() < color.jitter() ? Jitter.draw(color, random) : null;
        boolean grey = random.nextDouble() < color.grey();
        double blur = random.nextDouble();
        double sigma = (0.1 + 1.9 * random.nextDouble()) * Math.min(1, spec.size() / 224.0);
        boolean solarize = random.nextDouble() < color.solarize();
        return new ViewDraw(
                crop, horizontal, vertical, transpose, stain, jitter, grey, blur < color.blur() ? sigma : 0, solarize);
    }

    // RandomResizedCrop: area and aspect drawn up to ten times, else the largest centred crop.
    private static Crop crop(int W, int H, ViewSpec spec, RandomGenerator random) {
        for (int attempt = 0; attempt < 10; attempt++) {
            double area =
                    (double) W * H * (spec.minScale() + (spec.maxScale() - spec.minScale()) * random.nextDouble());
            double aspect = Math.exp(Math.log(3.0 / 4) + (Math.log(4.0 / 3) - Math.log(3.0 / 4)) * random.nextDouble());
            int w = (int) Math.round(Math.sqrt(area * aspect));
            int h = (int) Math.round(Math.sqrt(area / aspect));
            if (w >= 1 && h >= 1 && w <= W && h <= H) {
                return new Crop(random.nextInt(W - w + 1), random.nextInt(H - h + 1), w, h);
            }
        }
        int side = Math.min(W, H);
        return new Crop((W - side) / 2, (H - side) / 2, side, side);
    }
}
