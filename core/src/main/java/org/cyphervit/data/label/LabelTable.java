package org.cyphervit.data.label;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntPredicate;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.CsvTable;

/**
 * A CSV table that tells something of tiles, a row for each: the one reader of such tables.
 *
 * <p>The tile of a row is named in the column {@code tile}, {@code image}, {@code file}, {@code path}, {@code img_path} or
 * {@code name}, the first of these that is there, else in the first column. A row belongs to the tile
 *
 * <ol>
 *   <li>whose name is the same ({@code \} counts as {@code /}, a leading {@code ./} does not count);
 *   <li>else whose name is the same without the extensions of both;
 *   <li>else whose path ends with the row's, or the other way round, at a {@code /};
 *   <li>else the same without extensions.
 * </ol>
 *
 * A row that fits several tiles by the first of these rules that fits any is refused, as are two rows for one tile that say
 * different things. A row without a tile is passed over, and a tile may have no row.
 */
public final class LabelTable {
    private static final String[] NAMES = {"tile", "image", "file", "path", "img_path", "name"};
    private static final int NONE = -1;

    private final Path file;
    private final CsvTable table;
    private final int nameColumn;

    private LabelTable(Path file, CsvTable table) {
        this.file = file;
        this.table = table;
        this.nameColumn = Arrays.stream(NAMES)
                .filter(table::has)
                .mapToInt(table::column)
                .findFirst()
                .orElse(0);
    }

    /**
     * Reads a table whole.
     *
     * @throws UserError if it is no table of comma-separated values
     */
    public static LabelTable read(Path file) throws IOException {
        return new LabelTable(file, CsvTable.read(file));
    }

    /** All cells; rows are counted from 0 below the header. */
    public CsvTable cells() {
        return table;
    }

    /** Number of the column that names tiles. */
    public int nameColumn() {
        return nameColumn;
    }

    /**
     * The row of each tile.
     *
     * @param names of the tiles
     * @param wanted rows that count
     * @param columns that are asked for: two rows for one tile must agree in these
     * @return a row number for each tile, or -1
     * @throws UserError if a row fits several tiles, or two rows of one tile differ
     */
    public int[] rows(List<String> names, IntPredicate wanted, int... columns) {
        Map<String, List<Integer>> byStem = new HashMap<>();
        List<String> tiles = names.stream().map(LabelTable::plain).toList();
        for (int i = 0; i < tiles.size(); i++) {
            byStem.computeIfAbsent(stem(last(tiles.get(i))), key -> new ArrayList<>())
                    .add(i);
        }
        int[] rows = new int[names.size()];
        Arrays.fill(rows, NONE);
        for (int row = 0; row < table.rows(); row++) {
            if (wanted.test(row)) {
                String key = plain(table.at(row, nameColumn));
                int tile = tile(row, key, tiles, byStem.getOrDefault(stem(last(key)), List.of()));
                if (tile != NONE && rows[tile] != NONE) {
                    requireSame(rows[tile], row, columns);
                } else if (tile != NONE) {
                    rows[tile] = row;
                }
            }
        }
        return rows;
    }

    /** A column's cell for each tile, empty where it has no row; see {@link #rows}. */
    public String[] column(TileSource source, int column) {
        List<String> names = new ArrayList<>();
        for (int i = 0; i < source.size(); i++) {
            names.add(source.name(i));
        }
        int[] rows = rows(names, row -> true, column);
        return Arrays.stream(rows)
                .mapToObj(row -> row == NONE ? "" : table.at(row, column))
                .toArray(String[]::new);
    }

    // Candidates have the row's last part without its extension.
    private int tile(int row, String key, List<String> tiles, List<Integer> candidates) {
        for (Rule rule : Rule.values()) {
            int found = NONE;
            for (int candidate : candidates) {
                if (rule.fits(tiles.get(candidate), key)) {
                    if (found != NONE) {
                        throw new UserError("Row " + (row + 1) + " of '" + file + "' names '"
                                + table.at(row, nameColumn) + "', which fits several tiles, such as '"
                                + tiles.get(found) + "' and '" + tiles.get(candidate)
                                + "'. Write as much of the path as tells them apart.");
                    }
                    found = candidate;
                }
            }
            if (found != NONE) {
                return found;
            }
        }
        return NONE;
    }

    private void requireSame(int first, int second, int... columns) {
        for (int column : columns) {
            if (!table.at(first, column).equals(table.at(second, column))) {
                throw new UserError("Rows " + (first + 1) + " and " + (second + 1) + " of '" + file
                        + "' name one tile, '" + table.at(second, nameColumn) + "', with different values of '"
                        + table.header().get(column) + "': '" + table.at(first, column) + "' and '"
                        + table.at(second, column) + "'. Keep one of them.");
            }
        }
    }

    private enum Rule {
        SAME {
            @Override
            boolean fits(String tile, String key) {
                return tile.equals(key);
            }
        },
        SAME_STEM {
            @Override
            boolean fits(String tile, String key) {
                return stem(tile).equals(stem(key));
            }
        },
        END {
            @Override
            boolean fits(String tile, String key) {
                return tile.endsWith("/" + key) || key.endsWith("/" + tile);
            }
        },
        END_STEM {
            @Override
            boolean fits(String tile, String key) {
                return END.fits(stem(tile), stem(key));
            }
        };

        abstract boolean fits(String tile, String key);
    }

    private static String plain(String name) {
        String slashes = name.replace('\\', '/');
        return slashes.startsWith("./") ? slashes.substring(2) : slashes;
    }

    private static String last(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static String stem(String path) {
        int dot = path.lastIndexOf('.');
        return dot > path.lastIndexOf('/') ? path.substring(0, dot) : path;
    }
}
