package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;

/**
 * What a CSV table says of slides.
 *
 * @param file it was read from
 * @param classes names in label order, sorted; empty unless classes are learnt
 * @param rows in the table's order
 */
public record SlideTable(Path file, List<String> classes, List<Row> rows) {
    /**
     * A slide.
     *
     * @param number of the row below the header, from 1
     * @param target null where the cell is empty
     */
    public record Row(
            int number,
            String slide,
            String patient,
            @Nullable Target target) {}

    /**
     * Reads a table.
     *
     * @throws UserError naming the row and what is wrong with it
     */
    public static SlideTable read(Path file, TableOptions options) throws IOException {
        CsvTable table = CsvTable.read(file);
        int slide = table.column(options.slide());
        String patientColumn = options.patient();
        int patient = patientColumn == null ? slide : table.column(patientColumn);
        Targets targets = new Targets(file, table, options);
        List<Row> rows = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            String name = table.at(row, slide);
            String who = table.at(row, patient);
            if (name.isEmpty() || who.isEmpty()) {
                throw new UserError("Row " + (row + 1) + " of '" + file + "' has no "
                        + table.header().get(name.isEmpty() ? slide : patient) + ".");
            }
            Integer before = seen.put(name, row + 1);
            if (before != null) {
                throw new UserError("Rows " + before + " and " + (row + 1) + " of '" + file + "' are both of slide '"
                        + name + "'; expected a row for each slide.");
            }
            rows.add(new Row(row + 1, name, who, targets.of(row, name)));
        }
        if (rows.isEmpty()) {
            throw new UserError("'" + file + "' has no rows below its header.");
        }
        return new SlideTable(file, targets.classes(), List.copyOf(rows));
    }

    /** The cells that say what is to be learnt. */
    private static final class Targets {
        private final Path file;
        private final CsvTable table;
        private final SlideTask task;
        private final List<String> classes;
        private final int label;
        private final int event;

        Targets(Path file, CsvTable table, TableOptions options) {
            this.file = file;
            this.table = table;
            this.task = options.task();
            boolean survival = task == SlideTask.SURVIVAL;
            this.label = table.column(survival ? options.time() : options.label());
            this.event = survival ? table.column(options.event()) : -1;
            this.classes = task == SlideTask.CLASSES ? names() : List.of();
        }

        List<String> classes() {
            return classes;
        }

        @Nullable
        Target of(int row, String slide) {
            boolean empty = table.at(row, label).isEmpty();
            return switch (task) {
                case CLASSES -> empty ? null : Target.ofClass(classes.indexOf(table.at(row, label)));
                case NUMBER -> empty ? null : Target.ofNumber(table.number(row, label));
                case SURVIVAL -> survival(row, slide, empty);
            };
        }

        private @Nullable Target survival(int row, String slide, boolean noTime) {
            boolean noEvent = table.at(row, event).isEmpty();
            if (noTime != noEvent) {
                throw new UserError("Row " + (row + 1) + " of '" + file + "' (slide '" + slide + "') has "
                        + (noTime ? "an event without a time" : "a time without an event")
                        + "; expected both, with 0 for an event that was not seen.");
            }
            if (noTime) {
                return null;
            }
            double time = table.number(row, label);
            if (time < 0) {
                throw new UserError("Row " + (row + 1) + " of '" + file + "' (slide '" + slide + "') has the time "
                        + time + "; expected at least 0.");
            }
            return Target.ofEvent(time, seen(row));
        }

        private boolean seen(int row) {
            return switch (table.at(row, event).toLowerCase(Locale.ROOT)) {
                case "1", "1.0", "true", "yes" -> true;
                case "0", "0.0", "false", "no" -> false;
                default ->
                    throw new UserError("Row " + (row + 1) + " of '" + file + "' has '" + table.at(row, event) + "' as "
                            + table.header().get(event) + "; expected 1, true or yes, or 0, false or no.");
            };
        }

        private List<String> names() {
            List<String> names = new ArrayList<>();
            for (int row = 0; row < table.rows(); row++) {
                names.add(table.at(row, label));
            }
            return names.stream()
                    .filter(name -> !name.isEmpty())
                    .distinct()
                    .sorted()
                    .toList();
        }
    }
}
