package org.cyphervit.mil.survival;

/**
 * Harrell's concordance index (1982): of the pairs of patients whose order is known, the share where the one with the
 * earlier event has the higher risk; equal risks count half. A pair is known if the shorter time is an event; at equal times
 * an event comes before a censored one, and two events at one time are no pair.
 */
public final class Concordance {
    private Concordance() {}

    /** In [0, 1], 0.5 for chance; NaN where no pair is known. */
    public static double index(double[] risks, Survival survival) {
        if (risks.length != survival.size()) {
            throw new IllegalArgumentException(risks.length + " risks for " + survival.size() + " patients.");
        }
        double[] times = survival.times();
        boolean[] events = survival.events();
        double concordant = 0;
        long pairs = 0;
        for (int i = 0; i < risks.length; i++) {
            for (int j = 0; events[i] && j < risks.length; j++) {
                if (times[i] < times[j] || (times[i] == times[j] && !events[j])) {
                    pairs++;
                    concordant += risks[i] > risks[j] ? 1 : risks[i] == risks[j] ? 0.5 : 0;
                }
            }
        }
        return concordant / pairs;
    }
}
