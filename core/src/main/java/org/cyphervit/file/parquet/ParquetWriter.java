package org.cyphervit.file.parquet;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.cyphervit.file.AtomicFiles;

/**
 * Writes Parquet after the Apache Parquet format specification 2.11: row groups of one plain-encoded page per column, gzip
 * but for vectors of floats, which do not shrink. The package says why not by a library.
 */
final class ParquetWriter {
    private static final byte[] MAGIC = {'P', 'A', 'R', '1'};
    private static final int GROUP_BYTES = 1 << 26;
    private static final int GROUP_ROWS = 1 << 17;

    // Numbers of the specification's enumerations.
    private static final int INT64 = 2;
    private static final int FLOAT = 4;
    private static final int DOUBLE = 5;
    private static final int BYTE_ARRAY = 6;
    private static final int REQUIRED = 0;
    private static final int OPTIONAL = 1;
    private static final int REPEATED = 2;
    private static final int UTF8 = 0;
    private static final int CONVERTED_LIST = 3;
    private static final int PLAIN = 0;
    private static final int RLE = 3;
    private static final int UNCOMPRESSED = 0;
    private static final int GZIP = 2;

    private final List<ParquetColumn> columns;
    private final int rows;
    private long position;

    ParquetWriter(List<ParquetColumn> columns) {
        this.columns = List.copyOf(columns);
        this.rows = columns.isEmpty() ? 0 : columns.getFirst().rows();
        for (ParquetColumn column : columns) {
            if (column.rows() != rows) {
                throw new IllegalArgumentException("Column '" + column.name() + "' has " + column.rows()
                        + " rows; expected " + rows + " as in the first.");
            }
        }
    }

    void write(Path file) throws IOException {
        int widest = columns.stream()
                .filter(ParquetColumn::isList)
                .mapToInt(ParquetColumn::width)
                .max()
                .orElse(1);
        int perGroup = Math.clamp(GROUP_BYTES / (4L * widest), 1, GROUP_ROWS);
        AtomicFiles.write(file, 4L * widest * rows, channel -> {
            position = 0;
            put(channel, MAGIC);
            List<Thrift> groups = new ArrayList<>();
            for (int first = 0; first < rows; first += perGroup) {
                groups.add(group(channel, first, Math.min(rows, first + perGroup)));
            }
            byte[] footer = new Thrift()
                    .i32(1, 1)
                    .structs(2, schema())
                    .i64(3, rows)
                    .structs(4, groups)
                    .text(6, "CypherViT for the JVM")
                    .done();
            put(channel, footer);
            put(channel, size(footer.length));
            put(channel, MAGIC);
        });
    }

    private List<Thrift> schema() {
        List<Thrift> elements = new ArrayList<>();
        elements.add(new Thrift().text(4, "schema").i32(5, columns.size()));
        for (ParquetColumn column : columns) {
            switch (column.values()) {
                case String[] texts ->
                    elements.add(new Thrift()
                            .i32(1, BYTE_ARRAY)
                            .i32(3, OPTIONAL)
                            .text(4, column.name())
                            .i32(6, UTF8)
                            .struct(10, new Thrift().struct(1, new Thrift())));
                case float[] vectors -> {
                    Thrift list = new Thrift().struct(3, new Thrift());
                    elements.add(new Thrift()
                            .i32(3, REQUIRED)
                            .text(4, column.name())
                            .i32(5, 1)
                            .i32(6, CONVERTED_LIST)
                            .struct(10, list));
                    elements.add(new Thrift().i32(3, REPEATED).text(4, "list").i32(5, 1));
                    elements.add(new Thrift().i32(1, FLOAT).i32(3, REQUIRED).text(4, "element"));
                }
                default ->
                    elements.add(
                            new Thrift().i32(1, type(column)).i32(3, REQUIRED).text(4, column.name()));
            }
        }
        return elements;
    }

    private Thrift group(FileChannel channel, int first, int last) throws IOException {
        List<Thrift> chunks = new ArrayList<>();
        long bytes = 0;
        for (ParquetColumn column : columns) {
            byte[] body = body(column, first, last);
            byte[] stored = column.isList() ? body : gzip(body);
            int values = (last - first) * column.width();
            byte[] header = new Thrift()
                    .i32(1, 0) // a data page
                    .i32(2, body.length)
                    .i32(3, stored.length)
                    .struct(
                            5,
                            new Thrift()
                                    .i32(1, values)
                                    .i32(2, PLAIN)
                                    .i32(3, RLE)
                                    .i32(4, RLE))
                    .done();
            List<String> path = column.isList() ? List.of(column.name(), "list", "element") : List.of(column.name());
            Thrift metadata = new Thrift()
                    .i32(1, type(column))
                    .i32s(2, List.of(PLAIN, RLE))
                    .texts(3, path)
                    .i32(4, column.isList() ? UNCOMPRESSED : GZIP)
                    .i64(5, values)
                    .i64(6, header.length + (long) body.length)
                    .i64(7, header.length + (long) stored.length)
                    .i64(9, position);
            chunks.add(new Thrift().i64(2, position).struct(3, metadata));
            put(channel, header);
            put(channel, stored);
            bytes += header.length + (long) body.length;
        }
        return new Thrift().structs(1, chunks).i64(2, bytes).i64(3, last - first);
    }

    private static byte[] body(ParquetColumn column, int first, int last) {
        int n = last - first;
        return switch (column.values()) {
            case long[] longs -> {
                byte[] bytes = new byte[8 * n];
                littleEndian(bytes).asLongBuffer().put(longs, first, n);
                yield bytes;
            }
            case double[] doubles -> {
                byte[] bytes = new byte[8 * n];
                littleEndian(bytes).asDoubleBuffer().put(doubles, first, n);
                yield bytes;
            }
            case String[] texts -> texts(texts, first, last);
            case float[] vectors -> vectors(vectors, first, n, column.width());
            default -> throw new IllegalStateException("checked by the column");
        };
    }

    // Definition levels (0 none, 1 there), then length and UTF-8 of each that is there.
    private static byte[] texts(String[] texts, int first, int last) {
        ByteArrayOutputStream levels = new ByteArrayOutputStream();
        ByteArrayOutputStream values = new ByteArrayOutputStream();
        int run = 0;
        for (int i = first; i < last; i++) {
            run++;
            if (i + 1 == last || (texts[i + 1] == null) != (texts[i] == null)) {
                run(levels, run, texts[i] == null ? 0 : 1);
                run = 0;
            }
            if (texts[i] != null) {
                byte[] utf8 = texts[i].getBytes(StandardCharsets.UTF_8);
                values.writeBytes(size(utf8.length));
                values.writeBytes(utf8);
            }
        }
        return joined(levels, values.toByteArray());
    }

    // Repetition levels (0 begins a row), definition levels (always there), values.
    private static byte[] vectors(float[] values, int first, int rows, int width) {
        ByteArrayOutputStream repetition = new ByteArrayOutputStream();
        for (int i = 0; i < rows; i++) {
            run(repetition, 1, 0);
            if (width > 1) {
                run(repetition, width - 1, 1);
            }
        }
        ByteArrayOutputStream definition = new ByteArrayOutputStream();
        run(definition, rows * width, 1);
        byte[] numbers = new byte[4 * rows * width];
        littleEndian(numbers).asFloatBuffer().put(values, first * width, rows * width);
        return joined(repetition, joined(definition, numbers));
    }

    // A run of the run-length and bit-packing hybrid, for values of one bit.
    private static void run(ByteArrayOutputStream levels, int length, int value) {
        int rest = length << 1;
        while ((rest & ~0x7f) != 0) {
            levels.write((rest & 0x7f) | 0x80);
            rest >>>= 7;
        }
        levels.write(rest);
        levels.write(value);
    }

    private static byte[] joined(ByteArrayOutputStream levels, byte[] values) {
        byte[] bytes = new byte[4 + levels.size() + values.length];
        littleEndian(bytes).putInt(levels.size()).put(levels.toByteArray()).put(values);
        return bytes;
    }

    private static int type(ParquetColumn column) {
        return switch (column.values()) {
            case long[] longs -> INT64;
            case double[] doubles -> DOUBLE;
            case float[] floats -> FLOAT;
            default -> BYTE_ARRAY;
        };
    }

    private void put(FileChannel channel, byte[] bytes) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes);
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        position += bytes.length;
    }

    private static byte[] gzip(byte[] bytes) throws IOException {
        ByteArrayOutputStream stream = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(stream)) {
            gzip.write(bytes);
        }
        return stream.toByteArray();
    }

    private static byte[] size(int value) {
        byte[] bytes = new byte[4];
        littleEndian(bytes).putInt(value);
        return bytes;
    }

    private static ByteBuffer littleEndian(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }
}
