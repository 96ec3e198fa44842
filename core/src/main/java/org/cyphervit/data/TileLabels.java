package org.cyphervit.data;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.cyphervit.UserError;

/**
 * A column of a CSV file that tells something of tiles: a header, then a row per tile whose first cell is the tile's name
 * or the last part of it. A column of numbers alone is one of values, any other one of classes; an empty cell is unknown,
 * as is a tile without a row.
 *
 * @param name of the column
 * @param classes in alphabetical order; empty for a column of numbers
 * @param values number or index of the class for each tile of the source, NaN where unknown
 */
public record TileLabels(String name, List<String> classes, float[] values) {
    public TileLabels {
        classes = List.copyOf(classes);
    }

    /** Number of tiles that have a value. */
    public int known() {
        int known = 0;
        for (float value : values) {
            known += Float.isNaN(value) ? 0 : 1;
        }
        return known;
    }

    /**
     * Reads a column.
     *
     * @throws UserError if the file cannot be read, lacks the column, names a tile twice with different values, or names
     *     fewer than two tiles of the source
     */
    public static TileLabels read(Path csv, String column, TileSource source) {
        Map<String, String> cells = new HashMap<>();
        CSVFormat format = CSVFormat.RFC4180
                .builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setTrim(true)
                .get();
        try (Reader reader = Files.newBufferedReader(csv, StandardCharsets.UTF_8);
                CSVParser rows = CSVParser.parse(reader, format)) {
            if (!rows.getHeaderNames().contains(column)) {
                throw new UserError("'" + csv + "' has no column '" + column + "'; it has "
                        + String.join(", ", rows.getHeaderNames()) + ".");
            }
            for (CSVRecord row : rows) {
                String cell = row.isSet(column) ? row.get(column) : "";
                String before = cells.put(row.get(0), cell);
                if (before != null && !before.equals(cell)) {
                    throw new UserError("'" + csv + "' names '" + row.get(0) + "' twice with different values of '"
                            + column + "' (again in line " + rows.getCurrentLineNumber() + ").");
                }
            }
        } catch (IOException | IllegalArgumentException e) { // the parser's own complaints
            throw new UserError("The labels '" + csv + "' cannot be read as CSV: " + e.getMessage(), e);
        }
        return of(csv, column, source, cells);
    }

    private static TileLabels of(Path csv, String column, TileSource source, Map<String, String> cells) {
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            String name = source.name(i);
            String cell = cells.get(name);
            texts.add(cell == null ? cells.getOrDefault(lastPart(name), "") : cell);
        }
        TreeSet<String> distinct = new TreeSet<>(texts);
        distinct.remove("");
        if (distinct.size() < 2) {
            throw new UserError("Column '" + column + "' of '" + csv
                    + "' tells tiles apart by at least two values; got "
                    + distinct + " for the tiles at hand. The first column must hold the tiles' names, such as '"
                    + source.name(0) + "' or '" + lastPart(source.name(0)) + "'.");
        }
        List<String> classes = distinct.stream().allMatch(TileLabels::isNumber) ? List.of() : List.copyOf(distinct);
        float[] values = new float[texts.size()];
        for (int i = 0; i < values.length; i++) {
            String text = texts.get(i);
            values[i] = text.isEmpty() ? Float.NaN : classes.isEmpty() ? Float.parseFloat(text) : classes.indexOf(text);
        }
        return new TileLabels(column, classes, values);
    }

    private static String lastPart(String name) {
        return name.substring(name.lastIndexOf('/') + 1);
    }

    private static boolean isNumber(String text) {
        try {
            return Float.isFinite(Float.parseFloat(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
