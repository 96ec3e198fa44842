package org.cyphervit.embed;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.NpyArray;

/** Embeddings as {@code features.npy} (NumPy, N x D float32), {@code index.csv} and {@code about.json}. */
public final class EmbeddingFiles {
    /** NumPy array of N x D float32, row by row. */
    public static final String FEATURES = "features.npy";
    /** A row per vector: its number, the tile's name, class and group. */
    public static final String INDEX = "index.csv";

    private static final String ABOUT = "about.json";

    private EmbeddingFiles() {}

    /**
     * Writes the three files.
     *
     * @param notes of the encoder, kept in {@code about.json}
     */
    public static void write(Path folder, TileSource source, Embedder.Result result, Map<String, String> notes)
            throws IOException {
        FeatureMatrix features = result.features();
        NpyArray.write(folder.resolve(FEATURES), features.values(), features.rows(), features.width());
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < result.indices().length; row++) {
            int tile = result.indices()[row];
            String label = source.label(tile) < 0 ? "" : source.classes().get(source.label(tile));
            String group = source.group(tile);
            rows.add(List.of(String.valueOf(row), source.name(tile), label, group == null ? "" : group));
        }
        CsvTable.write(folder.resolve(INDEX), List.of("row", "tile", "class", "group"), rows);
        AtomicFiles.write(folder.resolve(ABOUT), ConfigTree.of(notes).toPrettyString() + "\n");
    }
}
