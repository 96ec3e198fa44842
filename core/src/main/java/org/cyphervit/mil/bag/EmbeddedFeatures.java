package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;
import org.cyphervit.UserError;
import org.cyphervit.embed.EmbeddingFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.NpyArray;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.file.parquet.ParquetColumn;
import org.cyphervit.file.parquet.ParquetTable;
import org.jspecify.annotations.Nullable;

/**
 * What {@code embed} writes: one array of the features of many tiles, and of each tile its name and group. A slide is the
 * group of its tiles (patient or slide, as the tiles' source knows it), or the folder they lie in where there are no groups.
 *
 * @param array of all tiles
 * @param rows of the slide, rising
 */
record EmbeddedFeatures(Array array, int[] rows) implements Opener {
    private static final String H5 = "features.h5";
    private static final String PARQUET = "features.parquet";

    /** Whether a folder is one of these. */
    static boolean isOne(Path folder) throws IOException {
        boolean indexed = Files.isRegularFile(folder.resolve(EmbeddingFiles.INDEX))
                && (Files.isRegularFile(folder.resolve(EmbeddingFiles.FEATURES))
                        || Files.isRegularFile(folder.resolve(H5)));
        return indexed || Files.isRegularFile(folder.resolve(PARQUET));
    }

    static Map<String, Opener> list(Path folder) throws IOException {
        Path index = folder.resolve(EmbeddingFiles.INDEX);
        if (!Files.isRegularFile(index)) {
            Path file = folder.resolve(PARQUET);
            ParquetTable table = ParquetTable.read(file);
            @Nullable String[] tiles = (String[]) table.column("tile").values();
            @Nullable String[] groups = (String[]) table.column("group").values();
            return bySlide(new Array(file), tiles.length, row -> String.valueOf(tiles[row]), row -> {
                String group = groups[row];
                return group == null ? "" : group;
            });
        }
        Path npy = folder.resolve(EmbeddingFiles.FEATURES);
        CsvTable table = CsvTable.read(index);
        int tile = table.column("tile");
        int group = table.column("group");
        return bySlide(
                new Array(Files.isRegularFile(npy) ? npy : folder.resolve(H5)),
                table.rows(),
                row -> table.at(row, tile),
                row -> table.at(row, group));
    }

    private static Map<String, Opener> bySlide(
            Array array, int count, IntFunction<String> tile, IntFunction<String> group) {
        Map<String, List<Integer>> rows = new LinkedHashMap<>();
        for (int row = 0; row < count; row++) {
            String name = tile.apply(row);
            String known = group.apply(row);
            String slide = known.isEmpty() ? name.substring(0, Math.max(0, name.lastIndexOf('/'))) : known;
            if (slide.isEmpty()) {
                throw new UserError("Row " + (row + 1) + " of the index beside '" + array.file + "': tile '" + name
                        + "' has no group and lies in no folder, so its slide is unknown.");
            }
            rows.computeIfAbsent(slide, key -> new ArrayList<>()).add(row);
        }
        Map<String, Opener> openers = new LinkedHashMap<>();
        rows.forEach((slide, own) -> openers.put(
                slide,
                new EmbeddedFeatures(
                        array, own.stream().mapToInt(Integer::intValue).toArray())));
        return openers;
    }

    @Override
    public Path file() {
        return array.file;
    }

    @Override
    public Bag open(String slide, Scratch scratch) throws IOException {
        Array.Floats floats = array.floats(scratch);
        if (rows[rows.length - 1] >= floats.rows) {
            throw new UserError("'" + array.file + "' has " + floats.rows + " rows and its index row "
                    + (rows[rows.length - 1] + 1) + ". The files are not of one run: embed again.");
        }
        List<Bag.Span> spans = new ArrayList<>();
        for (int from = 0; from < rows.length; ) {
            int to = from + 1;
            while (to < rows.length && rows[to] == rows[to - 1] + 1) {
                to++;
            }
            spans.add(new Bag.Span(floats.file, floats.offset + 4L * floats.width * rows[from], to - from));
            from = to;
        }
        return new Bag(slide, array.file, null, floats.width, spans, null);
    }

    /** The features of all tiles; found once for all slides. */
    private static final class Array {
        private final Path file;
        private @Nullable Floats floats;

        Array(Path file) {
            this.file = file;
        }

        /** Where they lie. */
        private record Floats(Path file, long offset, long rows, int width) {}

        Floats floats(Scratch scratch) throws IOException {
            Floats known = floats;
            if (known == null) {
                known = find(scratch);
                floats = known;
            }
            return known;
        }

        private Floats find(Scratch scratch) throws IOException {
            String name = String.valueOf(file.getFileName());
            if (name.equals(PARQUET)) {
                ParquetColumn column = ParquetFeatures.vectors(ParquetTable.read(file), file);
                float[] values = (float[]) column.values();
                int width = column.width();
                Bag.Span span = scratch.unpack(
                        column.rows(),
                        width,
                        (first, count) -> Arrays.copyOfRange(values, first * width, (first + count) * width));
                return new Floats(span.file(), span.offset(), span.rows(), width);
            }
            if (name.equals(H5)) {
                try (Hdf5Reader reader = Hdf5Reader.open(file)) {
                    return found(reader.floatsAt("features"), reader.shape("features"));
                }
            }
            NpyArray array = NpyArray.open(file);
            return found(array.floatsAt(), array.shape());
        }

        private Floats found(long offset, long[] shape) {
            if (offset < 0 || shape.length != 2) {
                throw new UserError("'" + file + "' is no array of float32 rows; embed again.");
            }
            return new Floats(file, offset, shape[0], Math.toIntExact(shape[1]));
        }
    }
}
