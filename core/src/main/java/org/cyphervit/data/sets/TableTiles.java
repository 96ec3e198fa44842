package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.LabelTable;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;

/**
 * Tiles that a {@link LabelTable} lists, with the classes, groups, targets and splits of its columns; the images lie below its folder.
 * The target is the column target, score, y or cellularity, else the first other column of numbers.
 */
final class TableTiles {
    private static final String[] CLASS = {"class", "label"};
    private static final String[] GROUP = {"group", "patient", "slide", "case", "cluster", "field"};
    private static final String[] SPLIT = {"split", "fold", "part"};
    private static final String[] TARGET = {"target", "score", "y", "cellularity"};

    private final LabelTable labels;
    private final CsvTable table;
    private final int tile;
    private final int label;
    private final int group;
    private final int split;
    private final int target;

    private TableTiles(LabelTable labels) {
        this.labels = labels;
        this.table = labels.cells();
        this.tile = labels.nameColumn();
        this.label = optional(CLASS);
        this.group = optional(GROUP);
        this.split = optional(SPLIT);
        int named = optional(TARGET);
        this.target = named >= 0 ? named : otherNumbers();
    }

    /**
     * Opens the tiles of a table.
     *
     * @param part a value of its column split; empty for all rows
     */
    static TileSource open(Path file, String part, Consumer<String> tell) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw new UserError("'" + file + "' is no table of tiles.");
        }
        return new TableTiles(LabelTable.read(file)).open(folder, file, part, tell);
    }

    private TileSource open(Path folder, Path file, String part, Consumer<String> tell) {
        TileSource images = ImageSets.images(folder);
        List<String> names = new ArrayList<>();
        for (int i = 0; i < images.size(); i++) {
            names.add(images.name(i));
        }
        IntPredicate wanted =
                row -> part.isEmpty() || (split >= 0 && table.at(row, split).equalsIgnoreCase(part));
        int[] told = IntStream.of(label, group, target).filter(c -> c >= 0).toArray();
        int[] rows = labels.rows(names, wanted, told);
        Map<String, AnnotatedTiles.Note> notes = new HashMap<>();
        Set<Integer> used = new HashSet<>();
        for (int i = 0; i < rows.length; i++) {
            if (rows[i] >= 0) {
                notes.put(names.get(i), note(rows[i]));
                used.add(rows[i]);
            }
        }
        long missing = IntStream.range(0, table.rows())
                .filter(wanted)
                .filter(row -> !used.contains(row))
                .mapToObj(row -> table.at(row, tile))
                .distinct()
                .count();
        if (missing > 0) {
            tell.accept(
                    "'" + file + "' lists " + Words.count(missing, "tile") + " that cannot be found below its folder.");
        }
        if (notes.isEmpty()) {
            throw new UserError("'" + file + "' lists no tiles" + (part.isEmpty() ? "" : " of the part '" + part + "'")
                    + " that lie below its folder" + (split < 0 ? "" : "; its parts are " + values(split)) + ".");
        }
        List<String> classes = label < 0 ? List.of() : List.copyOf(values(label));
        return AnnotatedTiles.of(images, classes, name -> Optional.ofNullable(notes.get(name)));
    }

    private AnnotatedTiles.Note note(int row) {
        return new AnnotatedTiles.Note(
                text(row, label),
                text(row, group),
                target < 0 || table.at(row, target).isEmpty() ? Double.NaN : table.number(row, target));
    }

    private @Nullable String text(int row, int column) {
        return column < 0 || table.at(row, column).isEmpty() ? null : table.at(row, column);
    }

    private Collection<String> values(int column) {
        TreeSet<String> values = new TreeSet<>();
        for (int row = 0; row < table.rows(); row++) {
            if (!table.at(row, column).isEmpty()) {
                values.add(table.at(row, column));
            }
        }
        return values;
    }

    private int optional(String[] names) {
        for (String name : names) {
            if (table.has(name)) {
                return table.column(name);
            }
        }
        return -1;
    }

    private int otherNumbers() {
        for (int c = 0; c < table.header().size(); c++) {
            boolean taken = c == tile || c == label || c == group || c == split;
            if (!taken && isNumbers(c)) {
                return c;
            }
        }
        return -1;
    }

    private boolean isNumbers(int column) {
        for (int row = 0; row < table.rows(); row++) {
            if (!table.at(row, column).toLowerCase(Locale.ROOT).matches("[-+]?[0-9.]+(e[-+]?\\d+)?")) {
                return false;
            }
        }
        return table.rows() > 0;
    }
}
