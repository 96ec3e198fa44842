package org.cyphervit.eval.metric;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** One number for how well estimates agree with targets. To add one: a constant here, with its definition. */
@SuppressWarnings("ImmutableEnumChecker") // definitions are stateless
public enum RegressionMetric {
    /** Mean squared error, in squared units of the target. Lower is better. */
    MSE("MSE", (targets, estimates) -> meanPower(targets, estimates, 2)),
    /** Mean absolute error, in units of the target. Lower is better. */
    MAE("MAE", (targets, estimates) -> meanPower(targets, estimates, 1)),
    /** Share of the targets' variance that is explained, at most 1; 0 for their mean, below for worse. */
    R2("R2", (targets, estimates) -> 1 - meanPower(targets, estimates, 2) / variance(targets)),
    /** Kendall's tau-b, [-1, 1]. */
    TAU("Kendall tau", (targets, estimates) -> PairCounts.of(targets, estimates).tauB()),
    /** Prediction probability, [0, 1], 0.5 for chance: the measure of the BreastPathQ challenge (Petrick 2021). */
    PREDICTION_PROBABILITY(
            "P_K", (targets, estimates) -> PairCounts.of(targets, estimates).predictionProbability());

    private interface Definition {
        double of(double[] targets, double[] estimates);
    }

    private final String title;
    private final Definition definition;

    RegressionMetric(String title, Definition definition) {
        this.title = title;
        this.definition = definition;
    }

    /** A stable name for files, such as {@code prediction_probability}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A short heading. */
    public String title() {
        return title;
    }

    /** Every metric by its key. */
    public static Map<String, Double> all(double[] targets, double[] estimates) {
        Map<String, Double> all = new LinkedHashMap<>();
        for (RegressionMetric metric : values()) {
            all.put(metric.key(), metric.definition.of(targets, estimates));
        }
        return all;
    }

    private static double meanPower(double[] targets, double[] estimates, int power) {
        if (targets.length != estimates.length) {
            throw new IllegalArgumentException(
                    targets.length + " targets with " + estimates.length + " estimates; expected one each.");
        }
        double sum = 0;
        for (int i = 0; i < targets.length; i++) {
            double distance = Math.abs(targets[i] - estimates[i]);
            sum += power == 1 ? distance : distance * distance;
        }
        return sum / targets.length;
    }

    private static double variance(double[] values) {
        double mean = java.util.Arrays.stream(values).average().orElse(Double.NaN);
        return java.util.Arrays.stream(values)
                .map(v -> (v - mean) * (v - mean))
                .average()
                .orElse(Double.NaN);
    }
}
