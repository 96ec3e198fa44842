package org.cyphervit.file;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Collectors;
import java.util.stream.LongStream;
import org.cyphervit.UserError;

/**
 * An array in NumPy's format 1 to 3, mapped: opening it reads the header alone, whatever its size, and values are read where
 * they are asked for. Booleans, integers and floats of any size and byte order, and strings. Safe for several threads.
 */
public final class NpyArray {
    private static final int MAX_HEADER = 1 << 16;
    private static final int CHUNK = 1 << 18;

    private final Path file;
    private final char kind;
    private final int bytes;
    private final long[] shape;
    private final MemorySegment data;
    private final long start;
    private final ByteOrder order;

    private NpyArray(Path file, NpyHeader header, MemorySegment data, long start) {
        this.file = file;
        this.kind = header.kind();
        this.bytes = header.bytes();
        this.shape = header.shape();
        this.data = data;
        this.start = start;
        this.order = header.bigEndian() ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN;
    }

    /**
     * Opens an array.
     *
     * @throws UserError if it is no NumPy array of a known type, or cut
     */
    public static NpyArray open(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer start = read(channel, file, 0, 12);
            boolean magic = (start.get(0) & 0xff) == 0x93
                    && StandardCharsets.US_ASCII
                            .decode(start.slice(1, 5))
                            .toString()
                            .equals("NUMPY");
            int version = start.get(6);
            int from = version == 1 ? 10 : 12;
            int length = version == 1 ? start.getShort(8) & 0xffff : start.getInt(8);
            if (!magic || version < 1 || version > 3 || length < 1 || length > MAX_HEADER) {
                throw new UserError("'" + file + "' is no NumPy array.");
            }
            String text = StandardCharsets.UTF_8
                    .decode(read(channel, file, from, length))
                    .toString();
            NpyHeader header = NpyHeader.parse(text, file);
            long[] shape = header.shape();
            int bytes = header.bytes();
            long data = channel.size() - from - length;
            if (count(shape, file) > data / bytes || count(shape, file) * bytes != data) {
                throw new UserError("'" + file + "' has " + data + " bytes of values; " + name(shape) + " of " + bytes
                        + " bytes each need another number. It was cut, or is damaged.");
            }
            if (header.byColumn() && shape.length > 1) {
                throw new UserError("'" + file + "' is stored column by column. Store it row by row:"
                        + " numpy.save(file, numpy.ascontiguousarray(array)).");
            }
            return new NpyArray(
                    file,
                    header,
                    channel.map(FileChannel.MapMode.READ_ONLY, from + length, data, Arena.ofAuto()),
                    from + length);
        }
    }

    /** Replaces a file by an array of float32, row by row. */
    public static void write(Path file, float[] values, long... shape) throws IOException {
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (%s), }"
                .formatted(LongStream.of(shape).mapToObj(n -> n + ", ").collect(Collectors.joining()));
        int padded = (10 + dictionary.length() + 1 + 63) / 64 * 64; // data starts 64-byte aligned
        String header = dictionary + " ".repeat(padded - 11 - dictionary.length()) + "\n";
        AtomicFiles.write(file, padded + 4L * values.length, channel -> {
            ByteBuffer start = ByteBuffer.allocate(padded).order(ByteOrder.LITTLE_ENDIAN);
            start.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
            start.put((byte) 1).put((byte) 0).putShort((short) header.length());
            start.put(header.getBytes(StandardCharsets.US_ASCII));
            writeAll(channel, start.flip());
            ByteBuffer buffer = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            for (int first = 0; first < values.length; first += CHUNK) {
                int n = Math.min(CHUNK, values.length - first);
                buffer.clear().asFloatBuffer().put(values, first, n);
                writeAll(channel, buffer.limit(4 * n));
            }
        });
    }

    /** Length of each dimension; a copy. */
    public long[] shape() {
        return shape.clone();
    }

    /** Length of the first dimension; 1 for a single value. */
    public int rows() {
        if (shape.length > 0 && shape[0] > Integer.MAX_VALUE) {
            throw new UserError(
                    "'" + file + "' has " + shape[0] + " rows; at most " + Integer.MAX_VALUE + " are read.");
        }
        return shape.length == 0 ? 1 : (int) shape[0];
    }

    /** Values per row. */
    public long width() {
        return shape.length == 0 ? 1 : Arrays.stream(shape, 1, shape.length).reduce(1, (a, b) -> a * b);
    }

    /** Where the values begin, bytes from the file's start, if they are little-endian float32; else -1. */
    public long floatsAt() {
        return kind == 'f' && bytes == Float.BYTES && order.equals(ByteOrder.LITTLE_ENDIAN) ? start : -1;
    }

    /** Whether the values are numbers or booleans rather than strings. */
    public boolean isNumeric() {
        return kind != 'U' && kind != 'S';
    }

    /** Such as {@code 2656 x 256 x 256 x 3 float64}. */
    @Override
    public String toString() {
        String type = switch (kind) {
            case 'f' -> "float" + 8 * bytes;
            case 'i' -> "int" + 8 * bytes;
            case 'u' -> "uint" + 8 * bytes;
            case 'b' -> "bool";
            default -> "strings";
        };
        return name(shape) + " " + type;
    }

    /** The value at a place of the flattened array, booleans as 0 and 1. */
    public double value(long index) {
        long at = index * bytes;
        return switch (kind) {
            case 'f' ->
                switch (bytes) {
                    case 2 -> Float.float16ToFloat(data.get(SHORT.withOrder(order), at));
                    case 4 -> data.get(FLOAT.withOrder(order), at);
                    default -> data.get(DOUBLE.withOrder(order), at);
                };
            case 'i' ->
                switch (bytes) {
                    case 1 -> data.get(ValueLayout.JAVA_BYTE, at);
                    case 2 -> data.get(SHORT.withOrder(order), at);
                    case 4 -> data.get(INT.withOrder(order), at);
                    default -> data.get(LONG.withOrder(order), at);
                };
            case 'u', 'b' ->
                switch (bytes) {
                    case 1 -> data.get(ValueLayout.JAVA_BYTE, at) & 0xff;
                    case 2 -> data.get(SHORT.withOrder(order), at) & 0xffff;
                    case 4 -> data.get(INT.withOrder(order), at) & 0xffffffffL;
                    default -> data.get(LONG.withOrder(order), at);
                };
            default -> throw new UserError("'" + file + "' holds strings; expected numbers.");
        };
    }

    /** Values of the flattened array from a place on. */
    public float[] floats(long first, int count) {
        float[] values = new float[count];
        if (kind == 'f' && bytes == 4) {
            MemorySegment.copy(data, FLOAT.withOrder(order), 4 * first, values, 0, count);
            return values;
        }
        for (int i = 0; i < count; i++) {
            values[i] = (float) value(first + i);
        }
        return values;
    }

    /** Values of the flattened array from a place on, each rounded into 0 to 255: the pixels of an image. */
    public byte[] bytes(long first, int count) {
        byte[] values = new byte[count];
        if (kind == 'u' && bytes == 1) {
            MemorySegment.copy(data, ValueLayout.JAVA_BYTE, first, values, 0, count);
            return values;
        }
        for (int i = 0; i < count; i++) {
            values[i] = (byte) Math.clamp(Math.round(value(first + i)), 0, 255);
        }
        return values;
    }

    /** The string at a place of the flattened array. */
    public String text(long index) {
        if (isNumeric()) {
            throw new UserError("'" + file + "' holds " + this + "; expected strings.");
        }
        byte[] raw = new byte[bytes];
        MemorySegment.copy(data, ValueLayout.JAVA_BYTE, index * bytes, raw, 0, bytes);
        java.nio.charset.Charset charset = kind == 'S'
                ? StandardCharsets.UTF_8
                : order == ByteOrder.BIG_ENDIAN ? StandardCharsets.UTF_32BE : StandardCharsets.UTF_32LE;
        String text = new String(raw, charset);
        int end = text.indexOf('\0'); // padding
        return end < 0 ? text : text.substring(0, end);
    }

    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;

    // The number of values; an array without any may still claim dimensions whose product no number holds.
    private static long count(long[] shape, Path file) {
        try {
            long most = Arrays.stream(shape).map(n -> Math.max(1, n)).reduce(1, Math::multiplyExact);
            return Arrays.stream(shape).anyMatch(n -> n == 0) ? 0 : most;
        } catch (ArithmeticException e) {
            throw new UserError("'" + file + "' has the impossible shape " + name(shape) + ".", e);
        }
    }

    private static String name(long[] shape) {
        return shape.length == 0
                ? "1"
                : Arrays.stream(shape).mapToObj(String::valueOf).collect(Collectors.joining(" x "));
    }

    private static void writeAll(FileChannel channel, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
    }

    private static ByteBuffer read(FileChannel channel, Path file, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new UserError("'" + file + "' is no NumPy array: it ends after " + channel.size() + " bytes.");
            }
        }
        return buffer.flip();
    }
}
