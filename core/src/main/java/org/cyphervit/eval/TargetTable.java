package org.cyphervit.eval;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;

/** Numbers of tiles from a CSV file, found by the file names of the tiles; and, where a column tells, their groups. */
public final class TargetTable implements Task.Labelling<TargetFeatures> {
    private final Path file;
    private final Map<String, Double> targets = new HashMap<>();
    private final Map<String, String> groups = new HashMap<>();

    /**
     * Reads a table.
     *
     * @param file with a column image, tile, file, name or path
     * @param column of the numbers
     * @param group column of patients, slides or fields; null for the groups that the tiles have themselves
     * @throws UserError if a column is missing or a cell is no number, naming it
     */
    public TargetTable(Path file, String column, @Nullable String group) throws IOException {
        this.file = file;
        CsvTable table = CsvTable.read(file);
        int name = table.column("image", "tile", "file", "name", "path");
        int number = table.column(column);
        int by = group == null ? -1 : table.column(group);
        for (int row = 0; row < table.rows(); row++) {
            String key = stem(table.at(row, name));
            targets.put(key, table.number(row, number));
            if (by >= 0) {
                groups.put(key, table.at(row, by));
            }
        }
    }

    @Override
    public TargetFeatures of(TileSource source, int[] indices, FeatureMatrix features) {
        double[] values = new double[indices.length];
        List<String> known = new ArrayList<>();
        for (int i = 0; i < values.length; i++) {
            String key = stem(source.name(indices[i]));
            Double target = targets.get(key);
            if (target == null) {
                throw new UserError("Tile '" + source.name(indices[i]) + "' has no row in '" + file
                        + "'; every tile needs a number.");
            }
            values[i] = target;
            String group = groups.isEmpty() ? source.group(indices[i]) : groups.get(key);
            if (group != null) {
                known.add(group);
            }
        }
        return new TargetFeatures(features, values, known.size() == values.length ? known : null);
    }

    private static String stem(String path) {
        String name = path.substring(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1);
        int dot = name.lastIndexOf('.');
        return dot < 0 ? name : name.substring(0, dot);
    }
}
