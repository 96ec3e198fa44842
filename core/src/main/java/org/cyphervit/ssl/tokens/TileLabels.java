package org.cyphervit.ssl.tokens;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.LabelTable;

/**
 * What a column of a {@link LabelTable} tells of the tiles of a source. A column of numbers alone is one of values, any
 * other one of classes; an empty cell is unknown, as is a tile without a row.
 *
 * @param name of the column
 * @param classes in alphabetical order; empty for a column of numbers
 * @param values number or index of the class for each tile of the source, NaN where unknown
 */
record TileLabels(String name, List<String> classes, float[] values) {
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
     * Reads a column of a {@link LabelTable}.
     *
     * @throws UserError if the file cannot be read, lacks the column, is ambiguous, or has fewer than two values for the
     *     tiles of the source
     */
    public static TileLabels read(Path csv, String column, TileSource source) {
        List<String> texts;
        try {
            LabelTable table = LabelTable.read(csv);
            texts = List.of(table.column(source, table.cells().column(column)));
        } catch (IOException e) {
            throw new UserError("The labels '" + csv + "' cannot be read: " + e.getMessage() + ".", e);
        }
        TreeSet<String> distinct = new TreeSet<>(texts);
        distinct.remove("");
        if (distinct.size() < 2) {
            throw new UserError("Column '" + column + "' of '" + csv
                    + "' tells tiles apart by at least two values; got "
                    + distinct + " for the tiles at hand. A column tile, or the first one, must hold the tiles' names,"
                    + " such as '" + source.name(0) + "'.");
        }
        List<String> classes = distinct.stream().allMatch(TileLabels::isNumber) ? List.of() : List.copyOf(distinct);
        float[] values = new float[texts.size()];
        for (int i = 0; i < values.length; i++) {
            String text = texts.get(i);
            values[i] = text.isEmpty() ? Float.NaN : classes.isEmpty() ? Float.parseFloat(text) : classes.indexOf(text);
        }
        return new TileLabels(column, classes, values);
    }

    private static boolean isNumber(String text) {
        try {
            return Float.isFinite(Float.parseFloat(text));
        } catch (NumberFormatException e) {
            return false;
        }
    }
}
