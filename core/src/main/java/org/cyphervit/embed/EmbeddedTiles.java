package org.cyphervit.embed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.NpyArray;

/**
 * Features with the names and classes of their tiles, as {@link EmbeddingFiles} writes them.
 *
 * @param features (N, D)
 * @param names N names
 * @param classes N class names; empty where a tile has none
 */
public record EmbeddedTiles(FeatureMatrix features, List<String> names, List<String> classes) {
    private static final int MAX_WIDTH = 1 << 20;

    public EmbeddedTiles {
        names = List.copyOf(names);
        classes = List.copyOf(classes);
        if (names.size() != features.rows() || classes.size() != features.rows()) {
            throw new UserError("There are " + features.rows() + " features, " + names.size() + " names and "
                    + classes.size() + " classes of tiles; expected one of each per tile.");
        }
    }

    /** What was embedded, with what its source knows. */
    public static EmbeddedTiles of(TileSource source, Embedder.Result result) {
        List<String> names = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (int tile : result.indices()) {
            names.add(source.name(tile));
            classes.add(source.label(tile) < 0 ? "" : source.classes().get(source.label(tile)));
        }
        return new EmbeddedTiles(result.features(), names, classes);
    }

    /** The tiles with these numbers, in this order. */
    public EmbeddedTiles select(int[] indices) {
        return new EmbeddedTiles(
                features.select(indices),
                Arrays.stream(indices).mapToObj(names::get).toList(),
                Arrays.stream(indices).mapToObj(classes::get).toList());
    }

    /**
     * Reads a folder with {@code features.npy} and {@code index.csv}.
     *
     * @throws UserError if a file is missing or is something else, saying what
     */
    public static EmbeddedTiles read(Path folder) throws IOException {
        Path npy = folder.resolve(EmbeddingFiles.FEATURES);
        Path index = folder.resolve(EmbeddingFiles.INDEX);
        if (!Files.isRegularFile(npy) || !Files.isRegularFile(index)) {
            throw new UserError("There are no features in '" + folder + "': expected " + EmbeddingFiles.FEATURES
                    + " and " + EmbeddingFiles.INDEX + ", as 'cyphervit embed' writes them.");
        }
        CsvTable table = CsvTable.read(index);
        int name = table.column("tile");
        int label = table.column("class");
        List<String> names = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            names.add(table.at(row, name));
            classes.add(table.at(row, label));
        }
        return new EmbeddedTiles(readNpy(npy), names, classes);
    }

    /**
     * Reads an N x D array of floats in NumPy's format.
     *
     * @throws UserError if it is something else, saying what
     */
    public static FeatureMatrix readNpy(Path file) throws IOException {
        NpyArray array = NpyArray.open(file);
        if (array.shape().length != 2 || !array.isNumeric() || array.width() < 1) {
            throw new UserError("'" + file + "' holds " + array + "; expected N x D numbers, a row per tile.");
        }
        long count = Math.multiplyExact(array.rows(), array.width());
        long most = Math.min(Integer.MAX_VALUE - 8, Runtime.getRuntime().maxMemory() / 8);
        if (count > most || array.width() > MAX_WIDTH) {
            throw new UserError("'" + file + "' holds " + array + "; at most " + most + " numbers and " + MAX_WIDTH
                    + " of them per tile are read with the memory of this JVM. Split it.");
        }
        return new FeatureMatrix(array.floats(0, (int) count), (int) array.width());
    }
}
