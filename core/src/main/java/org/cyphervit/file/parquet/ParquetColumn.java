package org.cyphervit.file.parquet;

import java.lang.reflect.Array;
import org.jspecify.annotations.Nullable;

/**
 * A column of a Parquet table.
 *
 * @param name unique in its table
 * @param values {@code @Nullable String[]}, {@code long[]}, {@code double[]} or {@code float[]}; shared, not copied
 * @param width numbers per row: 1, or the length of the vectors that a {@code float[]} holds one after the other
 */
public record ParquetColumn(String name, Object values, int width) {
    public ParquetColumn {
        boolean known = values instanceof String[]
                || values instanceof long[]
                || values instanceof double[]
                || values instanceof float[];
        if (!known
                || width < 1
                || (width > 1 && !(values instanceof float[]))
                || Array.getLength(values) % width != 0) {
            throw new IllegalArgumentException("A Parquet column cannot be made of "
                    + values.getClass().getSimpleName() + " with " + width + " values per row.");
        }
    }

    /** Strings; null where there is none. */
    public static ParquetColumn of(String name, @Nullable String[] values) {
        return new ParquetColumn(name, values, 1);
    }

    public static ParquetColumn of(String name, long[] values) {
        return new ParquetColumn(name, values, 1);
    }

    public static ParquetColumn of(String name, double[] values) {
        return new ParquetColumn(name, values, 1);
    }

    /** Vectors of {@code width} numbers: a list column. */
    public static ParquetColumn vectors(String name, float[] values, int width) {
        return new ParquetColumn(name, values, width);
    }

    /** Number of rows. */
    public int rows() {
        return Array.getLength(values) / width;
    }

    /** Whether each row holds a list. */
    boolean isList() {
        return values instanceof float[];
    }
}
