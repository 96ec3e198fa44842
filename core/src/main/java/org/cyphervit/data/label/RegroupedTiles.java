package org.cyphervit.data.label;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.EncodedTile;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;

/**
 * A source whose groups come from elsewhere, such as LC25000, whose 25,000 tiles are rotated copies of some 1,250 fields:
 * a random split would test on copies of what was learnt from.
 */
public final class RegroupedTiles extends DelegatingTileSource {
    private final Map<String, String> groups;

    private RegroupedTiles(TileSource source, Map<String, String> groups) {
        super(source);
        this.groups = Map.copyOf(groups);
        for (int i = 0; i < source.size(); i++) {
            if (!groups.containsKey(key(source.name(i)))) {
                throw new UserError("Tile '" + source.name(i) + "' has no group; every tile needs one, or a split could"
                        + " leak.");
            }
        }
    }

    /** The tiles with clusters of near-duplicates as groups; the folder as in {@link #clusters}. */
    public static RegroupedTiles byClusters(TileSource source, Path folder) throws IOException {
        return new RegroupedTiles(source, clusters(folder));
    }

    /**
     * Clusters of near-duplicates by {@link #key} of their tiles.
     *
     * @param folder of CSV files with the columns cluster_label and img_path, one file per class
     */
    public static Map<String, String> clusters(Path folder) throws IOException {
        Map<String, String> groups = new HashMap<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path csv : files.filter(file -> file.toString().endsWith(".csv"))
                    .sorted()
                    .toList()) {
                CsvTable table = CsvTable.read(csv);
                int cluster = table.column("cluster_label");
                int image = table.column("img_path");
                for (int row = 0; row < table.rows(); row++) {
                    groups.put(key(table.at(row, image)), csv.getFileName() + ":" + table.at(row, cluster));
                }
            }
        }
        return groups;
    }

    @Override
    public @Nullable String group(int index) {
        return groups.get(key(name(index)));
    }

    @Override
    public Optional<EncodedTile> encoded(int index) throws IOException {
        return source().encoded(index);
    }

    /** The last part of a tile's name, without extension. */
    public static String key(String path) {
        String file = path.substring(path.lastIndexOf('/') + 1);
        int dot = file.lastIndexOf('.');
        return dot < 0 ? file : file.substring(0, dot);
    }
}
