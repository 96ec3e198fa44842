package org.cyphervit.mil.aggregator;

import org.cyphervit.Ranges;

/**
 * How aggregators are built; each takes what concerns it.
 *
 * @param hidden H, width that instances are brought to by a linear layer and ReLU; 0 to attend to the features as they
 *     are ({@link Abmil} alone)
 * @param attention A, width of the gated attention
 * @param dropout probability that a value is zeroed while training, [0, 1)
 * @param clam of {@link ClamSb}
 */
public record AggregatorOptions(int hidden, int attention, double dropout, Clam clam) {
    /**
     * CLAM's instance loss (Lu 2021).
     *
     * @param instances k, the most and the least attended instances that get a pseudo-label; fewer where a bag has fewer
     * @param bagWeight of the bag's loss, the rest being the instances', [0, 1]
     * @param subtyping whether the most attended instances are taken as evidence against every other class, which
     *     holds where classes exclude each other
     * @param loss of the instances
     */
    public record Clam(int instances, double bagWeight, boolean subtyping, InstanceLoss loss) {
        public Clam {
            Ranges.of("CLAM")
                    .whole("instances", instances, 1, 1_000_000)
                    .number("bagWeight", bagWeight, 0, 1)
                    .check();
        }
    }

    public AggregatorOptions {
        Ranges.of("An aggregator")
                .whole("hidden", hidden, 0, 16_384)
                .whole("attention", attention, 1, 16_384)
                .below("dropout", dropout, 0, 1)
                .check();
    }

    /** Widths for cohorts of some hundred slides; CLAM as its authors train it, with the smooth SVM and k = 8. */
    public static AggregatorOptions standard() {
        return new AggregatorOptions(0, 128, 0.25, new Clam(8, 0.7, true, InstanceLoss.SVM));
    }
}
