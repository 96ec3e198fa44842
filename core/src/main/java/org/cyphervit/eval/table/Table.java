package org.cyphervit.eval.table;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.file.AtomicFiles;

/**
 * A table of text cells.
 *
 * @param title one line
 * @param header of the columns; the first column names the rows
 * @param rows as many cells each as the header
 * @param notes lines below
 */
public record Table(String title, List<String> header, List<List<Cell>> rows, List<String> notes) {
    public Table {
        header = List.copyOf(header);
        rows = rows.stream().map(List::copyOf).toList();
        notes = List.copyOf(notes);
        for (List<Cell> row : rows) {
            if (row.size() != header.size()) {
                throw new IllegalArgumentException(
                        "A row of " + row.size() + " cells under " + header.size() + " columns: " + row);
            }
        }
    }

    /** What stands in a cell, and whether it is the best of its column. */
    public record Cell(String text, boolean best) {
        public static Cell of(String text) {
            return new Cell(text, false);
        }
    }

    /** The table in a format. */
    public String write(TableFormat format) {
        return format.write(this);
    }

    /**
     * Writes a file in the format that its name's extension says.
     *
     * @throws org.cyphervit.UserError naming the extensions there are
     */
    public void write(Path file) throws IOException {
        AtomicFiles.write(file, write(TableFormat.of(file)));
    }

    /** Collects rows. */
    public static final class Builder {
        private final String title;
        private final List<String> header;
        private final List<List<Cell>> rows = new ArrayList<>();
        private final List<String> notes = new ArrayList<>();

        public Builder(String title, List<String> header) {
            this.title = title;
            this.header = header;
        }

        /** A row of plain cells. */
        public Builder row(List<String> cells) {
            return cells(cells.stream().map(Cell::of).toList());
        }

        public Builder cells(List<Cell> cells) {
            rows.add(cells);
            return this;
        }

        public Builder note(String note) {
            notes.add(note);
            return this;
        }

        public Table build() {
            return new Table(title, header, rows, notes);
        }
    }
}
