package org.cyphervit.data.generated;

/** Which stains the slides of generated tissue have. */
public enum StainPopulation {
    /** Alike enough for colour to tell much of the kind of tissue, as where all slides come from one laboratory. */
    ONE_LABORATORY(0.7, 1.4, 0.5, 1.25, 0.08),

    /**
     * Dyes from half to twice as strong as usual and of other hues, so that the same colour is another kind of tissue on another
     * slide.
     */
    MANY_LABORATORIES(0.5, 2.0, 0.3, 1.9, 0.16);

    final double leastHaematoxylin;
    final double mostHaematoxylin;
    final double leastEosin;
    final double mostEosin;
    final double hue;

    // Strengths of the dyes, and how far an optical density of a dye's colour may be off.
    StainPopulation(
            double leastHaematoxylin, double mostHaematoxylin, double leastEosin, double mostEosin, double hue) {
        this.leastHaematoxylin = leastHaematoxylin;
        this.mostHaematoxylin = mostHaematoxylin;
        this.leastEosin = leastEosin;
        this.mostEosin = mostEosin;
        this.hue = hue;
    }
}
