package org.cyphervit.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.LabelTable;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;

/** Numbers of tiles from a column of a {@link LabelTable}; and, where another column tells, their groups. */
public final class TargetTable implements Task.Labelling<TargetFeatures> {
    private static final int NONE = -1;

    private final Path file;
    private final LabelTable table;
    private final int number;
    private final int by;

    /**
     * Reads a table.
     *
     * @param column of the numbers
     * @param group column of patients, slides or fields; null for the groups that the tiles have themselves
     * @throws UserError if a column is missing or a cell is no number, naming it
     */
    public TargetTable(Path file, String column, @Nullable String group) throws IOException {
        this.file = file;
        this.table = LabelTable.read(file);
        this.number = table.cells().column(column);
        this.by = group == null ? NONE : table.cells().column(group);
        for (int row = 0; row < table.cells().rows(); row++) {
            table.cells().number(row, number);
        }
    }

    /** Of the numbers and groups of all tiles. */
    public String fingerprint() {
        CsvTable cells = table.cells();
        Fingerprint fingerprint = new Fingerprint();
        for (int row = 0; row < cells.rows(); row++) {
            fingerprint.add(cells.at(row, table.nameColumn()) + " " + cells.number(row, number) + " "
                    + (by == NONE ? null : cells.at(row, by)));
        }
        return fingerprint.hex();
    }

    @Override
    public TargetFeatures of(TileSource source, int[] indices, FeatureMatrix features) {
        List<String> names = new ArrayList<>();
        for (int index : indices) {
            names.add(source.name(index));
        }
        int[] rows = by == NONE ? table.rows(names, row -> true, number) : table.rows(names, row -> true, number, by);
        double[] values = new double[indices.length];
        List<String> known = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            if (rows[i] == NONE) {
                throw new UserError(
                        "Tile '" + names.get(i) + "' has no row in '" + file + "'; every tile needs a number.");
            }
            values[i] = table.cells().number(rows[i], number);
            String group = by == NONE ? source.group(indices[i]) : table.cells().at(rows[i], by);
            if (group != null) {
                known.add(group);
            }
        }
        return new TargetFeatures(features, values, known.size() == values.length ? known : null);
    }
}
