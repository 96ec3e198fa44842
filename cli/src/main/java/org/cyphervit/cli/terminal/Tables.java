package org.cyphervit.cli.terminal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.cyphervit.compare.CandidateResults;
import org.cyphervit.eval.metric.Classification;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.Table.Cell;
import org.cyphervit.eval.table.TableFormat;

/** Results as tables. */
public final class Tables {
    /** What {@code --out} of an evaluation takes. */
    public static final String OUT =
            "Also write the table: a file whose ending says how (txt, csv, md, tex or html), or a folder for"
                    + " all of these.";

    private Tables() {}

    /**
     * Writes a table where {@code --out} says: to the file it names, or in every format into the folder.
     *
     * @param name of the files in a folder
     */
    public static void write(Path out, String name, Table table) throws IOException {
        if (isFile(out)) {
            table.write(out);
            return;
        }
        for (TableFormat format : TableFormat.values()) {
            table.write(out.resolve(name + "." + format.extension()));
        }
    }

    /** Whether {@code --out} names a file, by its ending. */
    public static boolean isFile(Path out) {
        String name = String.valueOf(out.getFileName()).toLowerCase(Locale.ROOT);
        return Arrays.stream(TableFormat.values()).anyMatch(format -> name.endsWith("." + format.extension()));
    }

    /** A row per kind of features, a column per metric; means over encoders or re-splits. */
    public static Table metrics(String title, List<CandidateResults> rows) {
        ProtocolResult first = rows.getFirst().first();
        List<String> header = new ArrayList<>(List.of("features"));
        first.metrics().keySet().forEach(metric -> header.add(metric.replace('_', ' ')));
        if (!first.setting().isEmpty()) {
            header.add(first.setting());
        }
        Table.Builder table = new Table.Builder(title, header);
        for (CandidateResults row : rows) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.of(row.name())));
            for (String metric : first.metrics().keySet()) {
                cells.add(new Cell(row.summary(metric).text(1, decimals(metric)), row.equals(best(rows, metric))));
            }
            if (!first.setting().isEmpty()) {
                cells.add(Cell.of(row.first().chosen()));
            }
            table.cells(cells);
        }
        return table.build();
    }

    /** What each setting would have given: the metric that counts, a column per setting. */
    public static Table sweep(List<CandidateResults> rows) {
        Set<String> settings = new LinkedHashSet<>();
        rows.forEach(row -> settings.addAll(row.first().sweep().keySet()));
        String metric = rows.getFirst().first().headline();
        List<String> header = new ArrayList<>(List.of("features"));
        settings.forEach(setting -> header.add(rows.getFirst().first().setting() + "=" + setting));
        Table.Builder table = new Table.Builder(
                metric.replace('_', ' ')
                        + " of every setting, for information: the setting was chosen on training tiles alone",
                header);
        for (CandidateResults row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.name()));
            for (String setting : settings) {
                double mean = row.results().stream()
                        .map(result -> result.sweep().get(setting))
                        .filter(java.util.Objects::nonNull)
                        .mapToDouble(metrics -> metrics.getOrDefault(metric, Double.NaN))
                        .average()
                        .orElse(Double.NaN);
                cells.add(number(mean, decimals(metric)));
            }
            table.row(cells);
        }
        return table.build();
    }

    /** True classes down, predictions across, and what is said of each class. */
    public static Table confusion(String title, Scorecard card) {
        Classification counts = card.confusion();
        List<String> header = new ArrayList<>(List.of("true \\ predicted"));
        header.addAll(counts.classes());
        header.addAll(List.of("recall", "precision", "F1", "AUROC"));
        Table.Builder table = new Table.Builder(title, header);
        for (int c = 0; c < counts.classes().size(); c++) {
            List<String> row = new ArrayList<>(List.of(counts.classes().get(c)));
            for (int count : counts.confusion()[c]) {
                row.add(Integer.toString(count));
            }
            row.addAll(List.of(
                    number(counts.recall(c)),
                    number(counts.precision(c)),
                    number(counts.f1(c)),
                    number(card.aurocs()[c])));
            table.row(row);
        }
        return table.build();
    }

    private static CandidateResults best(List<CandidateResults> rows, String metric) {
        Comparator<CandidateResults> byMean =
                Comparator.comparingDouble(row -> row.summary(metric).mean());
        return Set.of("calibration_error", "mse", "mae").contains(metric)
                ? rows.stream().min(byMean).orElseThrow()
                : rows.stream().max(byMean).orElseThrow();
    }

    /** Squared errors of numbers in [0, 1] are small. */
    public static int decimals(String metric) {
        return metric.equals("mse") ? 5 : 3;
    }

    private static String number(double value) {
        return number(value, 3);
    }

    private static String number(double value, int decimals) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%." + decimals + "f", value);
    }
}
