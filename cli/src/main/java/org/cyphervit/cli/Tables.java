package org.cyphervit.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.TreeSet;
import org.cyphervit.eval.Classification;
import org.cyphervit.eval.KnnEvaluation;
import org.cyphervit.eval.Summary;

/** Results as text a person reads. */
final class Tables {
    private Tables() {}

    /** A row per kind of features, a column per k; each row averages over its evaluations. */
    static void knn(PrintStream out, List<List<KnnEvaluation>> rows) {
        NavigableSet<Integer> ks =
                new TreeSet<>(rows.getFirst().getFirst().byK().keySet());
        out.printf("%-18s %-15s %-15s %5s", "accuracy", "top-1", "balanced", "k");
        ks.forEach(k -> out.printf("%9s", "k=" + k));
        out.println();
        for (List<KnnEvaluation> row : rows) {
            out.printf(
                    "%-18s %-15s %-15s %5s",
                    row.getFirst().name(),
                    Summary.of(
                            row.stream().mapToDouble(e -> e.chosen().accuracy()).toArray()),
                    Summary.of(row.stream()
                            .mapToDouble(e -> e.chosen().balancedAccuracy())
                            .toArray()),
                    row.getFirst().chosenK());
            for (int k : ks) {
                out.printf(
                        "%9.3f",
                        row.stream()
                                .map(e -> e.byK().get(k))
                                .filter(Objects::nonNull)
                                .mapToDouble(Classification::accuracy)
                                .average()
                                .orElse(Double.NaN));
            }
            out.println();
        }
        out.println();
    }

    /** True classes down, predictions across. */
    static void confusion(PrintStream out, Classification result) {
        int width = Math.max(
                7, result.classes().stream().mapToInt(String::length).max().orElse(0) + 2);
        out.printf("%-" + (width + 6) + "s", "true \\ predicted");
        result.classes().forEach(name -> out.printf("%" + width + "s", name));
        out.printf("%9s%n", "recall");
        for (int c = 0; c < result.classes().size(); c++) {
            out.printf("%-" + (width + 6) + "s", result.classes().get(c));
            for (int count : result.confusion()[c]) {
                out.printf("%" + width + "d", count);
            }
            out.printf("%9.3f%n", result.recall(c));
        }
        out.println();
    }
}
