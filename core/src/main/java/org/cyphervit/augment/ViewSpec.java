package org.cyphervit.augment;

import org.cyphervit.UserError;

/**
 * How one kind of view is drawn from a tile. Probabilities lie in [0, 1].
 *
 * @param name such as {@code global}
 * @param count how many views of this kind per tile
 * @param size side of the view, pixels
 * @param minScale least share of the tile's area that a crop covers
 * @param maxScale largest share
 * @param flips probability of a horizontal and, on its own, of a vertical flip; tissue has no up
 * @param quarterTurns whether to rotate by a random multiple of 90 degrees
 * @param color strength and probability of colour changes
 */
public record ViewSpec(
        String name,
        int count,
        int size,
        double minScale,
        double maxScale,
        Flips flips,
        boolean quarterTurns,
        Color color) {

    /** Probabilities of mirroring. */
    public record Flips(double horizontal, double vertical) {}

    /**
     * Colour changes, in the order of application.
     *
     * @param stain probability of changing the amounts of haematoxylin, eosin and rest in optical density
     * @param stainStrength each amount is scaled by U(1-s, 1+s) and shifted by U(-s, s) * 0.2
     * @param jitter probability of changing brightness, contrast, saturation and hue, in random order
     * @param brightness factor U(1-b, 1+b)
     * @param contrast factor U(1-c, 1+c)
     * @param saturation factor U(1-s, 1+s)
     * @param hue shift U(-h, h) of a full turn
     * @param grey probability of dropping colour
     * @param blur probability of a Gaussian blur with sigma U(.1, 2) pixels in a view of 224, less in smaller ones
     * @param solarize probability of inverting values from 128 up
     */
    public record Color(
            double stain,
            double stainStrength,
            double jitter,
            double brightness,
            double contrast,
            double saturation,
            double hue,
            double grey,
            double blur,
            double solarize) {
        public static final Color NONE = new Color(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

        public Color {
            for (double p : new double[] {stain, jitter, grey, blur, solarize}) {
                if (!(p >= 0 && p <= 1)) {
                    throw new UserError("A probability of a view must lie in [0, 1]; got " + p + ".");
                }
            }
            for (double strength : new double[] {stainStrength, brightness, contrast, saturation}) {
                if (!(strength >= 0 && strength <= 1)) {
                    throw new UserError("A strength of a colour change must lie in [0, 1]; got " + strength + ".");
                }
            }
            if (!(hue >= 0 && hue <= 0.5)) {
                throw new UserError("The hue shift must lie in [0, 0.5]; got " + hue + ".");
            }
        }
    }

    public ViewSpec {
        if (count < 1 || size < 8 || size > 4096 || !(minScale > 0) || !(maxScale <= 1) || minScale > maxScale) {
            throw new UserError(
                    "A view needs a count of at least 1, a size of 8 to 4096 pixels and scales with 0 < min <="
                            + " max <= 1; got '" + name + "' with count " + count + ", size " + size + ", scale "
                            + minScale
                            + " to " + maxScale + ".");
        }
    }
}
