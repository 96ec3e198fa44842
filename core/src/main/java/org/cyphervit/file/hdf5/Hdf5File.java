package org.cyphervit.file.hdf5;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.file.AtomicFiles;

/**
 * Arrays with attributes in an HDF5 file, after the HDF5 File Format Specification 3.0: superblock 2, version 2 object
 * headers, contiguous arrays, strings of any length in one global heap. The package says why not by jHDF.
 */
public final class Hdf5File {
    private static final long UNDEFINED = -1;
    private static final int SUPERBLOCK = 48;
    /** Readers refuse smaller heaps. */
    private static final int MIN_HEAP = 4096;

    private static final int DATASPACE = 0x01;
    private static final int LINK_INFO = 0x02;
    private static final int DATATYPE = 0x03;
    private static final int FILL_VALUE = 0x05;
    private static final int LINK = 0x06;
    private static final int LAYOUT = 0x08;
    private static final int GROUP_INFO = 0x0a;
    private static final int ATTRIBUTE = 0x0c;

    private final List<Hdf5Dataset> datasets;
    /** Numbers of the strings in the heap, from 1. */
    private final Map<String, Integer> strings = new LinkedHashMap<>();

    private Hdf5File(List<Hdf5Dataset> datasets) {
        this.datasets = datasets;
        for (Hdf5Dataset dataset : datasets) {
            for (Object value : dataset.attributes().values()) {
                if (value instanceof String text) {
                    strings.putIfAbsent(text, strings.size() + 1);
                }
            }
        }
    }

    /** Writes the datasets into the root group of a new file, in one atomic move. */
    public static void write(Path file, List<Hdf5Dataset> datasets) throws IOException {
        new Hdf5File(List.copyOf(datasets)).write(file);
    }

    private void write(Path file) throws IOException {
        byte[] heap = heap();
        // Addresses have a fixed width, so the sizes of headers are known before the addresses in them.
        long at = SUPERBLOCK + (long) heap.length;
        long root = at;
        at += root(new long[datasets.size()]).length;
        long[] headers = new long[datasets.size()];
        for (int i = 0; i < headers.length; i++) {
            headers[i] = at;
            at += header(datasets.get(i), 0).length;
        }
        long[] values = new long[datasets.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = at;
            at += datasets.get(i).bytes();
        }
        Bytes start = new Bytes();
        start.raw(superblock(at, root)).raw(heap).raw(root(headers));
        for (int i = 0; i < headers.length; i++) {
            start.raw(header(datasets.get(i), values[i]));
        }
        AtomicFiles.write(file, at, channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(start.done());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            for (Hdf5Dataset dataset : datasets) {
                dataset.writeValues(channel);
            }
        });
    }

    private static byte[] superblock(long end, long root) {
        Bytes block = new Bytes();
        block.raw(new byte[] {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'});
        block.u8(2).u8(8).u8(8).u8(0); // version, bytes of offsets, of lengths, flags
        block.u64(0).u64(UNDEFINED).u64(end).u64(root);
        return block.checked();
    }

    private byte[] root(long[] headers) {
        Bytes messages = new Bytes();
        message(messages, LINK_INFO, new Bytes().u8(0).u8(0).u64(UNDEFINED).u64(UNDEFINED));
        message(messages, GROUP_INFO, new Bytes().u8(0).u8(0));
        for (int i = 0; i < headers.length; i++) {
            byte[] name = datasets.get(i).name().getBytes(StandardCharsets.US_ASCII);
            message(
                    messages,
                    LINK,
                    new Bytes().u8(1).u8(0).u8(name.length).raw(name).u64(headers[i]));
        }
        return objectHeader(messages);
    }

    private byte[] header(Hdf5Dataset dataset, long values) {
        Bytes messages = new Bytes();
        message(messages, DATASPACE, dataspace(dataset.shape()));
        message(messages, DATATYPE, datatype(dataset.values()));
        message(messages, FILL_VALUE, new Bytes().u8(3).u8(2 | (2 << 2))); // allocated late, written if set
        long bytes = dataset.bytes();
        message(
                messages,
                LAYOUT,
                new Bytes().u8(3).u8(1).u64(bytes == 0 ? UNDEFINED : values).u64(bytes));
        dataset.attributes().forEach((name, value) -> message(messages, ATTRIBUTE, attribute(name, value)));
        return objectHeader(messages);
    }

    private Bytes attribute(String name, Object value) {
        byte[] label = name.getBytes(StandardCharsets.US_ASCII);
        byte[] type = datatype(value).done();
        byte[] space = switch (value) {
            case long[] longs -> dataspace(longs.length).done();
            case double[] doubles -> dataspace(doubles.length).done();
            default -> dataspace().done();
        };
        Bytes message =
                new Bytes().u8(3).u8(0).u16(label.length + 1).u16(type.length).u16(space.length);
        message.u8(0).raw(label).u8(0).raw(type).raw(space);
        switch (value) {
            case Long number -> message.u64(number);
            case Double number -> message.u64(Double.doubleToRawLongBits(number));
            case long[] longs -> java.util.Arrays.stream(longs).forEach(message::u64);
            case double[] doubles ->
                java.util.Arrays.stream(doubles)
                        .mapToLong(Double::doubleToRawLongBits)
                        .forEach(message::u64);
            case String text ->
                message.u32(text.getBytes(StandardCharsets.UTF_8).length)
                        .u64(SUPERBLOCK)
                        .u32(strings.getOrDefault(text, 0));
            default -> throw new IllegalArgumentException("No HDF5 attribute of " + value.getClass());
        }
        return message;
    }

    // No dimensions: a scalar.
    private static Bytes dataspace(long... shape) {
        Bytes space = new Bytes().u8(2).u8(shape.length).u8(0).u8(shape.length == 0 ? 0 : 1);
        for (long n : shape) {
            space.u64(n);
        }
        return space;
    }

    private static Bytes datatype(Object value) {
        return switch (value) {
            case float[] floats -> floating(4, 31, 23, 8, 127);
            case double[] doubles -> floating(8, 63, 52, 11, 1023);
            case Double number -> floating(8, 63, 52, 11, 1023);
            case byte[] bytes -> integer(1, false);
            case int[] ints -> integer(4, true);
            case long[] longs -> integer(8, true);
            case Long number -> integer(8, true);
            case String text ->
                // Class 9, variable length: a zero-terminated UTF-8 string of single bytes.
                new Bytes()
                        .u8(0x19)
                        .u8(1)
                        .u8(1)
                        .u8(0)
                        .u32(16)
                        .u8(0x13)
                        .u8(0x10)
                        .u8(0)
                        .u8(0)
                        .u32(1);
            default -> throw new IllegalArgumentException("No HDF5 type for " + value.getClass());
        };
    }

    // Class 0: little-endian, all bits used.
    private static Bytes integer(int size, boolean signed) {
        return new Bytes()
                .u8(0x10)
                .u8(signed ? 0x08 : 0)
                .u8(0)
                .u8(0)
                .u32(size)
                .u16(0)
                .u16(8 * size);
    }

    // Class 1, IEEE 754, little-endian, the mantissa's leading one implied.
    private static Bytes floating(int size, int sign, int mantissa, int exponent, int bias) {
        Bytes type =
                new Bytes().u8(0x11).u8(0x20).u8(sign).u8(0).u32(size).u16(0).u16(8 * size);
        return type.u8(mantissa).u8(exponent).u8(0).u8(mantissa).u32(bias);
    }

    private static void message(Bytes messages, int type, Bytes content) {
        byte[] bytes = content.done();
        messages.u8(type).u16(bytes.length).u8(0).raw(bytes);
    }

    private static byte[] objectHeader(Bytes messages) {
        byte[] bytes = messages.done();
        Bytes header = new Bytes()
                .raw("OHDR".getBytes(StandardCharsets.US_ASCII))
                .u8(2)
                .u8(2); // 4 bytes of length
        return header.u32(bytes.length).raw(bytes).checked();
    }

    private byte[] heap() {
        Bytes objects = new Bytes();
        strings.forEach((text, index) -> {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            objects.u16(index).u16(1).u32(0).u64(bytes.length).raw(bytes);
            objects.raw(new byte[Math.floorMod(-bytes.length, 8)]);
        });
        byte[] used = objects.done();
        int size = Math.max(MIN_HEAP, 16 + used.length + 16);
        int free = size - 16 - used.length;
        Bytes heap = new Bytes()
                .raw("GCOL".getBytes(StandardCharsets.US_ASCII))
                .u8(1)
                .u8(0)
                .u16(0);
        heap.u64(size).raw(used).u16(0).u16(0).u32(0).u64(free);
        return heap.raw(new byte[free - 16]).done();
    }

    /** Little-endian bytes in the making. */
    private static final class Bytes {
        private final ByteArrayOutputStream stream = new ByteArrayOutputStream();

        Bytes u8(int value) {
            stream.write(value);
            return this;
        }

        Bytes u16(int value) {
            return u8(value & 0xff).u8(value >>> 8);
        }

        Bytes u32(int value) {
            return u16(value & 0xffff).u16(value >>> 16);
        }

        Bytes u64(long value) {
            return raw(ByteBuffer.allocate(8)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(value)
                    .array());
        }

        Bytes raw(byte[] bytes) {
            stream.writeBytes(bytes);
            return this;
        }

        byte[] done() {
            return stream.toByteArray();
        }

        /** These bytes and their checksum. */
        byte[] checked() {
            byte[] bytes = done();
            return u32(Lookup3.hash(bytes, bytes.length)).done();
        }
    }
}
