package org.cyphervit.study.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.Table.Cell;

/**
 * A table of a study: its rows, its columns, what is claimed of it.
 *
 * @param name such as {@code table1}
 * @param title the table's heading
 * @param rows in the paper's order, where it has them; baselines last
 * @param columns in the paper's order
 * @param claims to answer below
 * @param notes what a reader must know
 */
public record StudyTable(
        String name,
        String title,
        List<ComparedEncoder> rows,
        List<Column> columns,
        List<Claim> claims,
        List<String> notes) {
    /** A note of every table. */
    public static final String CHOSEN = "Settings are chosen on training tiles alone.";

    public StudyTable {
        rows = List.copyOf(rows);
        columns = List.copyOf(columns);
        claims = List.copyOf(claims);
        notes = List.copyOf(notes);
    }

    /** One that the paper has, too. */
    public static StudyTable ofPaper(
            String name, String title, List<ComparedEncoder> rows, List<Column> columns, List<Claim> claims) {
        return new StudyTable(
                name,
                title,
                rows,
                columns,
                claims,
                List.of("In brackets: the paper, on its own data and scale. " + CHOSEN));
    }

    /** What has to be measured, each once. */
    public List<Measurement> works() {
        Map<String, Measurement> works = new LinkedHashMap<>();
        columns.forEach(column -> works.putIfAbsent(column.work().set(), column.work()));
        return List.copyOf(works.values());
    }

    /** The table in the paper's layout, the paper's figure in brackets; notes, claims and failures below. */
    public Table table(Measurements measured, List<String> failures) {
        List<String> header = new ArrayList<>(List.of("Method"));
        columns.forEach(column -> header.add(column.title()));
        Table.Builder table = new Table.Builder(title, header);
        for (ComparedEncoder row : rows) {
            List<Cell> cells = new ArrayList<>(List.of(Cell.of(row.title())));
            for (Column column : columns) {
                String paper = PublishedNumbers.of(name, row.id(), column.paper());
                String beside = paper.isEmpty() ? "" : " (" + paper + ")";
                cells.add(
                        measured.has(row, column)
                                ? new Cell(
                                        column.text(measured.summary(row, column)) + beside,
                                        row.equals(best(measured, column)))
                                : Cell.of("-" + beside));
            }
            table.cells(cells);
        }
        notes.forEach(table::note);
        List<Claim.Outcome> outcomes =
                claims.stream().map(claim -> claim.outcome(measured)).toList();
        for (int i = 0; i < outcomes.size(); i++) {
            table.note(claims.get(i).text() + ": " + outcomes.get(i).words() + ".");
        }
        if (outcomes.size() > 1) {
            table.note(Claim.summary(outcomes));
        }
        failures.forEach(table::note);
        return table.build();
    }

    /** A line per cell, for further reckoning: mean, standard deviation, count, and the paper's figure. */
    public Table flat(Measurements measured) {
        Table.Builder table = new Table.Builder(title, List.of("row", "column", "mean", "std", "n", "paper"));
        for (ComparedEncoder row : rows) {
            for (Column column : columns) {
                if (measured.has(row, column)) {
                    Summary summary = measured.summary(row, column);
                    table.row(List.of(
                            row.id(),
                            column.title(),
                            Double.toString(summary.mean()),
                            summary.n() < 2 ? "" : Double.toString(summary.std()),
                            Integer.toString(summary.n()),
                            PublishedNumbers.of(name, row.id(), column.paper())));
                }
            }
        }
        return table.build();
    }

    private ComparedEncoder best(Measurements measured, Column column) {
        Comparator<ComparedEncoder> byMean = Comparator.comparingDouble(
                row -> (column.rises() ? 1 : -1) * measured.summary(row, column).mean());
        return rows.stream()
                .filter(row -> measured.has(row, column))
                .max(byMean)
                .orElseThrow();
    }
}
