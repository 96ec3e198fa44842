package org.cyphervit.mil.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One row of a comparison.
 *
 * @param key a stable name for files
 * @param name for people
 * @param scores its predictions
 * @param metrics means over seeds, the one that counts first
 * @param intervals 95 %, by patients
 * @param chosen learning rate and epoch of each model, seed by seed and fold by fold; empty where nothing was trained
 */
public record ValidatedModel(
        String key,
        String name,
        Scores scores,
        Map<String, Double> metrics,
        Map<String, PatientBootstrap> intervals,
        List<String> chosen) {
    static ValidatedModel of(String key, String name, Scores scores, List<String> chosen, long seed) {
        return new ValidatedModel(key, name, scores, scores.metrics(), PatientBootstrap.of(scores, seed), chosen);
    }

    /** The metric that counts. */
    public String headline() {
        return metrics.keySet().iterator().next();
    }

    /** For {@code --json}: every metric, and its interval under {@code intervals}. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>(metrics);
        Map<String, double[]> ends = new LinkedHashMap<>();
        intervals.forEach((metric, interval) -> ends.put(metric, new double[] {interval.low(), interval.high()}));
        json.put("intervals", ends);
        if (!chosen.isEmpty()) {
            json.put("chosen", chosen);
        }
        return json;
    }
}
