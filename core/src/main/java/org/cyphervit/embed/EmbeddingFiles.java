package org.cyphervit.embed;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.NpyArray;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.file.parquet.ParquetColumn;
import org.cyphervit.file.parquet.ParquetTable;
import org.jspecify.annotations.Nullable;

/** Embeddings in files that Python, R, Spark and this program read, and {@code about.json} beside them. */
public final class EmbeddingFiles {
    /** NumPy array of N x D float32, row by row. */
    public static final String FEATURES = "features.npy";
    /** A row per vector: its number, the tile's name, class and group. */
    public static final String INDEX = "index.csv";

    private static final String ABOUT = "about.json";

    /** How the vectors are written. */
    public enum Format {
        /** {@code features.npy}, N x D float32, and {@code index.csv}: what this program reads again. */
        NPY,
        /** {@code features.csv}: row, tile, class, group, f0, f1, ... */
        CSV,
        /** {@code features.parquet}: tile, class, group and a list of float32, for pandas, Polars, DuckDB and Spark. */
        PARQUET,
        /** {@code features.h5} with the data set {@code features}, N x D float32, how they were made as its attributes, and {@code
         * index.csv}. */
        H5
    }

    private EmbeddingFiles() {}

    /**
     * Writes the files.
     *
     * @param notes of the encoder, kept in {@code about.json}
     * @return the file with the vectors
     */
    public static Path write(
            Path folder, Format format, TileSource source, Embedder.Result result, Map<String, String> notes)
            throws IOException {
        FeatureMatrix features = result.features();
        List<List<String>> index = index(source, result);
        List<String> head = List.of("row", "tile", "class", "group");
        Files.deleteIfExists(folder.resolve(ABOUT)); // vectors that a kill leaves alone are not taken for
        Files.deleteIfExists(folder.resolve(INDEX)); // those that an earlier index tells of
        Path file = switch (format) {
            case NPY -> {
                Path npy = folder.resolve(FEATURES);
                NpyArray.write(npy, features.values(), features.rows(), features.width());
                yield npy;
            }
            case H5 -> {
                Path h5 = folder.resolve("features.h5");
                long[] shape = {features.rows(), features.width()};
                Hdf5File.write(h5, List.of(new Hdf5Dataset("features", features.values(), shape, attributes(notes))));
                yield h5;
            }
            case CSV -> csv(folder.resolve("features.csv"), head, index, features);
            case PARQUET -> parquet(folder.resolve("features.parquet"), index, features);
        };
        if (format == Format.NPY || format == Format.H5) {
            CsvTable.write(folder.resolve(INDEX), head, index);
        }
        AtomicFiles.write(folder.resolve(ABOUT), ConfigTree.of(notes).toPrettyString() + "\n");
        return file;
    }

    // What a user of the features must know of the encoder.
    private static Map<String, Object> attributes(Map<String, String> notes) {
        return new LinkedHashMap<>(EncoderSpec.among(notes));
    }

    private static List<List<String>> index(TileSource source, Embedder.Result result) {
        List<List<String>> rows = new ArrayList<>();
        for (int row = 0; row < result.indices().length; row++) {
            int tile = result.indices()[row];
            String label = source.label(tile) < 0 ? "" : source.classes().get(source.label(tile));
            String group = source.group(tile);
            rows.add(List.of(String.valueOf(row), source.name(tile), label, group == null ? "" : group));
        }
        return rows;
    }

    private static Path csv(Path file, List<String> head, List<List<String>> index, FeatureMatrix features)
            throws IOException {
        List<String> columns = new ArrayList<>(head);
        IntStream.range(0, features.width()).forEach(d -> columns.add("f" + d));
        Iterable<List<String>> rows = () ->
                new Iterator<>() { // a row at a time: text is three times as large
                    private int row;

                    @Override
                    public boolean hasNext() {
                        return row < index.size();
                    }

                    @Override
                    public List<String> next() {
                        List<String> cells = new ArrayList<>(index.get(row));
                        for (int d = 0; d < features.width(); d++) {
                            cells.add(Float.toString(features.values()[row * features.width() + d]));
                        }
                        row++;
                        return cells;
                    }
                };
        CsvTable.write(file, columns, rows);
        return file;
    }

    private static Path parquet(Path file, List<List<String>> index, FeatureMatrix features) throws IOException {
        ParquetTable.write(
                file,
                List.of(
                        ParquetColumn.of("tile", column(index, 1)),
                        ParquetColumn.of("class", column(index, 2)),
                        ParquetColumn.of("group", column(index, 3)),
                        ParquetColumn.vectors("embedding", features.values(), features.width())));
        return file;
    }

    private static @Nullable String[] column(List<List<String>> rows, int column) {
        return rows.stream()
                .map(row -> row.get(column).isEmpty() ? null : row.get(column))
                .toArray(String[]::new);
    }
}
