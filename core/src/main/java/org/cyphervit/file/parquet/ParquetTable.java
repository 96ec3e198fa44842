package org.cyphervit.file.parquet;

import dev.hardwood.InputFile;
import dev.hardwood.metadata.PhysicalType;
import dev.hardwood.reader.ColumnReader;
import dev.hardwood.reader.ParquetFileReader;
import dev.hardwood.reader.Validity;
import dev.hardwood.schema.ColumnSchema;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/** Tables in Apache Parquet files, as pandas, Polars, DuckDB and Spark read and write them. */
public final class ParquetTable {
    // Held, or its level would be forgotten: the library tells about its codecs at level INFO.
    private static final Logger LOGGER = Logger.getLogger("dev.hardwood");

    static {
        LOGGER.setLevel(Level.WARNING);
    }

    private final Path file;
    private final List<ParquetColumn> columns;

    private ParquetTable(Path file, List<ParquetColumn> columns) {
        this.file = file;
        this.columns = columns;
    }

    /** Replaces a file by a table of columns of equal length. */
    public static void write(Path file, List<ParquetColumn> columns) throws IOException {
        new ParquetWriter(columns).write(file);
    }

    /**
     * Reads the columns of strings and numbers, and lists of float32 that are equally long; a number that is missing is NaN
     * among floats and refused among integers.
     *
     * @throws UserError if it is no Parquet table or holds other columns
     */
    public static ParquetTable read(Path file) throws IOException {
        List<ParquetColumn> columns = new ArrayList<>();
        try (ParquetFileReader reader = ParquetFileReader.open(InputFile.of(file))) {
            for (ColumnSchema column : reader.getFileSchema().getColumns()) {
                try (ColumnReader values = reader.columnReader(column.columnIndex())) {
                    columns.add(read(file, column, values));
                }
            }
        } catch (UserError | NoSuchFileException e) {
            throw e;
        } catch (IOException | RuntimeException e) {
            throw new UserError("'" + file + "' is no readable Parquet table: " + e.getMessage() + ".", e);
        }
        return new ParquetTable(file, List.copyOf(columns));
    }

    /** All columns, in the order of the file. */
    public List<ParquetColumn> columns() {
        return columns;
    }

    /**
     * The column of that name.
     *
     * @throws UserError if there is none, with those that there are
     */
    public ParquetColumn column(String name) {
        return columns.stream()
                .filter(column -> column.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new UserError("'" + file + "' has no column '" + name + "'; it has "
                        + String.join(
                                ", ", columns.stream().map(ParquetColumn::name).toList()) + "."));
    }

    private static ParquetColumn read(Path file, ColumnSchema column, ColumnReader reader) {
        String name = column.fieldPath().elements().getFirst();
        if (column.maxRepetitionLevel() > 0) {
            return readVectors(file, name, column, reader);
        }
        List<@Nullable String> texts = new ArrayList<>();
        Growing<long[]> longs = new Growing<>(new long[0]);
        Growing<double[]> doubles = new Growing<>(new double[0]);
        while (reader.nextBatch()) {
            Validity validity = reader.getLeafValidity();
            int n = reader.getRecordCount();
            switch (column.type()) {
                case BYTE_ARRAY -> {
                    @Nullable String[] strings = reader.getStrings();
                    for (int i = 0; i < n; i++) {
                        texts.add(validity.isNull(i) ? null : strings[i]);
                    }
                }
                case INT32, INT64 -> {
                    if (validity.hasNulls()) {
                        throw new UserError("'" + file + "' lacks values in its column '" + name + "' of integers.");
                    }
                    longs.add(
                            column.type() == PhysicalType.INT64
                                    ? Arrays.copyOf(reader.getLongs(), n)
                                    : Arrays.stream(reader.getInts(), 0, n)
                                            .asLongStream()
                                            .toArray(),
                            n);
                }
                case DOUBLE, FLOAT -> {
                    double[] values = column.type() == PhysicalType.DOUBLE
                            ? Arrays.copyOf(reader.getDoubles(), n)
                            : doubles(reader.getFloats(), n);
                    for (int i = 0; i < n; i++) {
                        values[i] = validity.isNull(i) ? Double.NaN : values[i];
                    }
                    doubles.add(values, n);
                }
                default ->
                    throw new UserError("'" + file + "' has a column '" + name + "' of " + column.type()
                            + "; expected strings, integers or floats.");
            }
        }
        return switch (column.type()) {
            case BYTE_ARRAY -> ParquetColumn.of(name, texts.toArray(new String[0]));
            case INT32, INT64 -> ParquetColumn.of(name, longs.done());
            default -> ParquetColumn.of(name, doubles.done());
        };
    }

    private static ParquetColumn readVectors(Path file, String name, ColumnSchema column, ColumnReader reader) {
        Growing<float[]> values = new Growing<>(new float[0]);
        long rows = 0;
        while (reader.nextBatch()) {
            if (column.type() != PhysicalType.FLOAT || reader.getLayerCount() != 1) {
                throw new UserError("'" + file + "' has lists of " + column.type() + " in its column '" + name
                        + "'; expected lists of float32.");
            }
            int[] offsets = reader.getLayerOffsets(0);
            int n = reader.getRecordCount();
            rows += n;
            int width = n == 0 ? 0 : offsets[1] - offsets[0];
            for (int i = 0; i < n; i++) {
                if (offsets[i + 1] - offsets[i] != width || (long) width * rows != values.size() + (long) width * n) {
                    throw new UserError("'" + file + "' has lists of different lengths in its column '" + name + "'.");
                }
            }
            values.add(Arrays.copyOf(reader.getFloats(), reader.getValueCount()), reader.getValueCount());
        }
        return ParquetColumn.vectors(name, values.done(), rows == 0 ? 1 : Math.toIntExact(values.size() / rows));
    }

    private static double[] doubles(float[] floats, int n) {
        double[] values = new double[n];
        for (int i = 0; i < n; i++) {
            values[i] = floats[i];
        }
        return values;
    }

    /** Primitive arrays one after the other. */
    private static final class Growing<A> {
        private A array;
        private int size;

        Growing(A empty) {
            this.array = empty;
        }

        @SuppressWarnings("unchecked")
        void add(A part, int n) {
            int capacity = java.lang.reflect.Array.getLength(array);
            if (size + n > capacity) {
                A larger = (A) java.lang.reflect.Array.newInstance(
                        array.getClass().getComponentType(), Math.max(Math.addExact(size, n), 2 * capacity));
                System.arraycopy(array, 0, larger, 0, size);
                array = larger;
            }
            System.arraycopy(part, 0, array, size, n);
            size += n;
        }

        long size() {
            return size;
        }

        @SuppressWarnings("unchecked")
        A done() {
            A exact = (A) java.lang.reflect.Array.newInstance(array.getClass().getComponentType(), size);
            System.arraycopy(array, 0, exact, 0, size);
            return exact;
        }
    }
}
