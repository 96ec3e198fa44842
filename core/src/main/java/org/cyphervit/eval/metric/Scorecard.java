package org.cyphervit.eval.metric;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * All that is said of one classifier on one set of samples.
 *
 * @param metrics every {@link ClassMetric}
 * @param confusion rows are true classes, columns predictions
 * @param aurocs area under the ROC curve of each class against the rest; NaN where either has no samples
 * @param hits for each sample 1 where the first prediction is right, else 0: what paired comparisons are made of
 */
public record Scorecard(Map<ClassMetric, Double> metrics, Classification confusion, double[] aurocs, double[] hits) {
    public Scorecard {
        metrics = java.util.Collections.unmodifiableMap(new EnumMap<>(metrics));
    }

    /**
     * Judges scores.
     *
     * @param labels N indices into {@code classes}
     * @param classes C names
     */
    public static Scorecard of(ClassScores scores, int[] labels, List<String> classes) {
        scores.requireLabels(labels);
        int[] predictions = scores.predictions();
        Classification confusion = Classification.of(labels, predictions, classes);
        Map<ClassMetric, Double> metrics = new EnumMap<>(ClassMetric.class);
        for (ClassMetric metric : ClassMetric.values()) {
            metrics.put(metric, metric.of(scores, labels, confusion));
        }
        double[] aurocs = new double[classes.size()];
        for (int label = 0; label < aurocs.length; label++) {
            aurocs[label] = ClassMetric.auroc(scores, labels, label);
        }
        double[] hits = new double[labels.length];
        for (int i = 0; i < hits.length; i++) {
            hits[i] = predictions[i] == labels[i] ? 1 : 0;
        }
        return new Scorecard(metrics, confusion, aurocs, hits);
    }

    public double get(ClassMetric metric) {
        return Objects.requireNonNull(metrics.get(metric));
    }

    /** The metrics by their stable names. */
    public Map<String, Double> byKey() {
        Map<String, Double> byKey = new LinkedHashMap<>();
        metrics.forEach((metric, value) -> byKey.put(metric.key(), value));
        return byKey;
    }
}
