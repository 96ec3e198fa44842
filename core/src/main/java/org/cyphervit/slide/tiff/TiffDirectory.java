package org.cyphervit.slide.tiff;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;

/** One image of a TIFF file: its fields, read when they are asked for. */
public final class TiffDirectory {
    /** More than any field of a real slide: the places of eight million tiles. */
    private static final long MAX_BYTES = 64 << 20;

    private static final long[] NONE = {};

    private final TiffFile file;
    private final Map<Integer, Field> fields;

    /** @param place where the values lie in the file */
    record Field(int type, long count, long place) {}

    TiffDirectory(TiffFile file, Map<Integer, Field> fields) {
        this.file = file;
        this.fields = fields;
    }

    TiffFile file() {
        return file;
    }

    /** Pixels across. */
    public long width() {
        return integer(TiffTag.WIDTH, 0);
    }

    /** Pixels down. */
    public long height() {
        return integer(TiffTag.HEIGHT, 0);
    }

    /** Whether its pixels lie in tiles rather than strips. */
    public boolean isTiled() {
        return has(TiffTag.TILE_WIDTH);
    }

    public boolean has(int tag) {
        return fields.containsKey(tag);
    }

    /** The first value of a field of whole numbers, or the value that holds where it is missing. */
    public long integer(int tag, long missing) {
        long[] values = integers(tag);
        return values.length == 0 ? missing : values[0];
    }

    /** All values of a field of whole numbers; none if it is missing. */
    long[] integers(int tag) {
        Field field = fields.get(tag);
        if (field == null) {
            return NONE;
        }
        ByteBuffer values = values(tag, field);
        long[] numbers = new long[(int) field.count];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (field.type) {
                case 1, 7 -> values.get() & 0xff;
                case 3 -> values.getShort() & 0xffff;
                case 4, 13 -> values.getInt() & 0xffffffffL;
                case 16, 17, 18 -> values.getLong();
                default -> throw file.broken("field " + tag + " should hold whole numbers");
            };
        }
        return numbers;
    }

    /** Text; what follows a zero byte is left out. */
    public Optional<String> text(int tag) {
        byte[] bytes = bytes(tag);
        if (bytes.length == 0) {
            return Optional.empty();
        }
        String text = new String(bytes, StandardCharsets.UTF_8);
        int end = text.indexOf(0);
        return Optional.of(end < 0 ? text : text.substring(0, end));
    }

    /** Raw bytes; none if the field is missing. */
    byte[] bytes(int tag) {
        Field field = fields.get(tag);
        return field == null ? new byte[0] : values(tag, field).array();
    }

    /** A rational number, if it is there and above zero. */
    public OptionalDouble rational(int tag) {
        Field field = fields.get(tag);
        if (field == null || field.type != 5 || field.count != 1) {
            return OptionalDouble.empty();
        }
        ByteBuffer values = values(tag, field);
        double above = values.getInt() & 0xffffffffL;
        double value = above / (values.getInt() & 0xffffffffL);
        return value > 0 && Double.isFinite(value) ? OptionalDouble.of(value) : OptionalDouble.empty();
    }

    private ByteBuffer values(int tag, Field field) {
        int width = width(field.type);
        if (width == 0 || field.count < 0 || field.count > MAX_BYTES / width) {
            throw file.broken(
                    "field " + tag + " has " + Long.toUnsignedString(field.count) + " values of type " + field.type);
        }
        return file.read(field.place, field.count * width, "field " + tag);
    }

    /** Bytes of a value of that type; 0 if there is no such type. */
    static int width(int type) {
        return switch (type) {
            case 1, 2, 6, 7 -> 1;
            case 3, 8 -> 2;
            case 4, 9, 11, 13 -> 4;
            case 5, 10, 12, 16, 17, 18 -> 8;
            default -> 0;
        };
    }
}
