package org.cyphervit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.eval.metric.ClassMetric;
import tools.jackson.databind.JsonNode;

/**
 * k-NN of one run beside the baselines, which the head of a page is written from.
 *
 * @param from the evaluation that says so
 * @param rows the run's, the untrained network's, then baselines of the tiles alone
 * @param classes in label order
 * @param confusion of the run: rows are true classes
 */
public record KnnResult(Evaluation from, List<Row> rows, List<String> classes, int[][] confusion) {
    /** The protocol. */
    public static final String KNN = "knn";

    // Keys of the evaluation's numbers, and what a stranger calls them.
    private static final List<Map.Entry<String, String>> NAMES = List.of(
            Map.entry("trained", "this run"),
            Map.entry("untrained", "the untrained network"),
            Map.entry("color_histogram", "colour alone"),
            Map.entry("thumbnail", "an 8 × 8 thumbnail"));

    /**
     * One kind of features.
     *
     * @param k as it was chosen
     */
    record Row(String name, double accuracy, double balanced, String k) {}

    /** Read from an evaluation, if it is k-NN of one encoder on one split. */
    public static Optional<KnnResult> of(Evaluation evaluation) {
        JsonNode numbers = evaluation.numbers();
        if (!evaluation.evaluation().equals(KNN)
                || numbers.path("trained").path("accuracies").size() != 1) {
            return Optional.empty();
        }
        List<Row> rows = new ArrayList<>();
        for (Map.Entry<String, String> name : NAMES) {
            JsonNode row = numbers.path(name.getKey());
            rows.add(new Row(
                    name.getValue(),
                    row.path(ClassMetric.ACCURACY.key()).asDouble(),
                    row.path(ClassMetric.BALANCED_ACCURACY.key()).asDouble(),
                    row.path("k").path(0).asString("")));
        }
        return Optional.of(new KnnResult(
                evaluation,
                rows,
                numbers.path("classes").valueStream().map(JsonNode::asString).toList(),
                ConfigTree.to(numbers.path("trained").path("confusion"), int[][].class, "confusion")));
    }

    double accuracy() {
        return rows.getFirst().accuracy;
    }

    /** What must be beaten most of all. */
    Row best() {
        Row best = rows.get(1);
        for (Row row : rows.subList(1, rows.size())) {
            best = row.accuracy > best.accuracy ? row : best;
        }
        return best;
    }

    int tested() {
        int sum = 0;
        for (int[] row : confusion) {
            for (int count : row) {
                sum += count;
            }
        }
        return sum;
    }
}
