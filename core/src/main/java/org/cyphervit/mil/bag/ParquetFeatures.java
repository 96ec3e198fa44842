package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.file.parquet.ParquetColumn;
import org.cyphervit.file.parquet.ParquetTable;
import org.jspecify.annotations.Nullable;

/**
 * Parquet tables of one slide: a list of float32 per tile, and its corner in columns x and y where it was cut. Spark's
 * output has several files for a slide.
 */
record ParquetFeatures(List<Path> files) implements Opener {
    private static final List<String> NAMES = List.of("feature", "features", "embedding");

    @Override
    public Path file() {
        return files.getFirst();
    }

    @Override
    public Bag open(String slide, Scratch scratch) throws IOException {
        List<Bag.Span> spans = new ArrayList<>();
        List<long[]> corners = new ArrayList<>();
        int width = 0;
        for (Path file : files) {
            ParquetTable table = ParquetTable.read(file);
            ParquetColumn vectors = vectors(table, file);
            if (width > 0 && vectors.width() != width) {
                throw new UserError("'" + file + "' has features of " + vectors.width() + " numbers, and '"
                        + files.getFirst() + "' of " + width + "; both are of slide '" + slide + "'.");
            }
            width = vectors.width();
            int columns = width;
            float[] values = (float[]) vectors.values();
            spans.add(scratch.unpack(
                    vectors.rows(),
                    width,
                    (first, count) -> Arrays.copyOfRange(values, first * columns, (first + count) * columns)));
            long[] places = corners(table);
            if (places != null) {
                corners.add(places);
            }
        }
        long[] all = corners.stream().flatMapToLong(Arrays::stream).toArray();
        boolean placed = corners.size() == files.size();
        return new Bag(slide, file(), null, width, spans, placed ? new Bag.Places(all, 0) : null);
    }

    static ParquetColumn vectors(ParquetTable table, Path file) {
        return table.columns().stream()
                .filter(column -> column.values() instanceof float[] && NAMES.contains(column.name()))
                .findFirst()
                .orElseThrow(() -> new UserError("'" + file + "' has the columns "
                        + String.join(
                                ", ",
                                table.columns().stream()
                                        .map(ParquetColumn::name)
                                        .toList())
                        + "; expected a list of float32 named " + String.join(", ", NAMES) + "."));
    }

    // Pairs x, y; null where there are none, or not of every tile.
    private static long @Nullable [] corners(ParquetTable table) {
        double[] x = numbers(table, "x");
        double[] y = numbers(table, "y");
        if (x.length == 0 || y.length != x.length || Arrays.stream(x).anyMatch(Double::isNaN)) {
            return null;
        }
        long[] corners = new long[2 * x.length];
        for (int i = 0; i < x.length; i++) {
            corners[2 * i] = Math.round(x[i]);
            corners[2 * i + 1] = Math.round(y[i]);
        }
        return corners;
    }

    private static double[] numbers(ParquetTable table, String name) {
        for (ParquetColumn column : table.columns()) {
            if (column.name().equals(name)) {
                return switch (column.values()) {
                    case long[] longs -> Arrays.stream(longs).asDoubleStream().toArray();
                    case double[] doubles -> doubles;
                    default -> new double[0];
                };
            }
        }
        return new double[0];
    }
}
