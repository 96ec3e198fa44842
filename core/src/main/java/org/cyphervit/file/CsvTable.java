package org.cyphervit.file;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.cyphervit.UserError;

/** A table of comma-separated values with a header (RFC 4180, UTF-8, with or without a byte order mark). */
public final class CsvTable {
    /** Larger files are refused, bytes. */
    private static final long MAX_BYTES = 1L << 29;

    private static final int MAX_CELLS = 1 << 26;
    private static final CSVFormat FORMAT = CSVFormat.RFC4180
            .builder()
            .setIgnoreSurroundingSpaces(true)
            .setIgnoreEmptyLines(true)
            .get();

    private final Path file;
    private final List<String> header;
    private final List<List<String>> rows;

    private CsvTable(Path file, List<String> header, List<List<String>> rows) {
        this.file = file;
        this.header = header;
        this.rows = rows;
    }

    /**
     * Reads a table whole.
     *
     * @throws UserError if it is no such table or too large, naming the line
     */
    public static CsvTable read(Path file) throws IOException {
        if (Files.size(file) > MAX_BYTES) {
            throw new UserError("'" + file + "' has " + Files.size(file) + " bytes; a table may have at most "
                    + MAX_BYTES + ". Split it.");
        }
        List<List<String>> rows = new ArrayList<>();
        try (Reader reader = new InputStreamReader(Files.newInputStream(file), StandardCharsets.UTF_8);
                CSVParser parser = FORMAT.parse(reader)) {
            long cells = 0;
            for (CSVRecord cellsOfRow : parser) {
                cells += cellsOfRow.size();
                boolean uneven =
                        !rows.isEmpty() && cellsOfRow.size() != rows.getFirst().size();
                if (uneven) {
                    throw new UserError("Line " + parser.getCurrentLineNumber() + " of '" + file + "' has "
                            + cellsOfRow.size() + " cells; expected "
                            + rows.getFirst().size() + " as in its header.");
                }
                if (cells > MAX_CELLS) {
                    throw new UserError("'" + file + "' has more than " + MAX_CELLS + " cells. Split it.");
                }
                rows.add(List.of(cellsOfRow.values()));
            }
        } catch (UncheckedIOException | IllegalStateException e) { // a quote that never ends, or text after one
            throw new UserError("'" + file + "' is no table of comma-separated values: " + e.getMessage() + ".", e);
        }
        if (rows.isEmpty()) {
            throw new UserError("'" + file + "' is empty; expected a header and rows of comma-separated values.");
        }
        List<String> header = new ArrayList<>(rows.getFirst());
        if (header.getFirst().startsWith("\ufeff")) {
            header.set(0, header.getFirst().substring(1));
        }
        return new CsvTable(file, List.copyOf(header), List.copyOf(rows.subList(1, rows.size())));
    }

    /** Replaces a file by a table. */
    public static void write(Path file, List<String> header, Iterable<List<String>> rows) throws IOException {
        StringBuilder text = new StringBuilder(line(header));
        rows.forEach(row -> text.append(line(row)));
        AtomicFiles.write(file, text.toString());
    }

    /** Cells as a line with its end. */
    public static String line(List<String> cells) {
        return cells.stream().map(CsvTable::quote).collect(Collectors.joining(",", "", "\n"));
    }

    /** A cell, quoted where it must be (RFC 4180). */
    public static String quote(String cell) {
        return cell.matches("[^,\"\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }

    /** Names of the columns. */
    public List<String> header() {
        return header;
    }

    /** Rows below the header. */
    public int rows() {
        return rows.size();
    }

    /** Whether there is a column of that name, in any case. */
    public boolean has(String name) {
        return header.stream().anyMatch(name::equalsIgnoreCase);
    }

    /**
     * Number of the column with one of these names, in any case; the first name that is there counts.
     *
     * @throws UserError if there is none, with the columns that there are
     */
    public int column(String... names) {
        for (String name : names) {
            for (int c = 0; c < header.size(); c++) {
                if (header.get(c).equalsIgnoreCase(name)) {
                    return c;
                }
            }
        }
        throw new UserError("'" + file + "' has the columns " + String.join(", ", header) + "; expected "
                + String.join(" or ", names) + " among them.");
    }

    /** A cell; rows from 0 below the header. */
    public String at(int row, int column) {
        return rows.get(row).get(column);
    }

    /**
     * A cell that holds a number.
     *
     * @throws UserError if it does not, or one that is not finite
     */
    public double number(int row, int column) {
        String cell = at(row, column);
        try {
            double number = Double.parseDouble(cell);
            if (Double.isFinite(number)) {
                return number;
            }
        } catch (NumberFormatException e) {
            // Told below with its place.
        }
        throw new UserError("Row " + (row + 1) + " of '" + file + "' has '" + cell + "' as " + header.get(column)
                + "; expected a finite number.");
    }
}
