package org.cyphervit.file.parquet;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Consumer;

/** A structure in Thrift's compact protocol, in which Parquet writes its headers. Fields come with rising numbers. */
final class Thrift {
    private static final int I32 = 5;
    private static final int I64 = 6;
    private static final int BINARY = 8;
    private static final int LIST = 9;
    private static final int STRUCT = 12;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private int last;

    Thrift i32(int field, int value) {
        begin(field, I32);
        varint(zigzag(value));
        return this;
    }

    Thrift i64(int field, long value) {
        begin(field, I64);
        varint(zigzag(value));
        return this;
    }

    Thrift text(int field, String value) {
        begin(field, BINARY);
        text(value);
        return this;
    }

    Thrift struct(int field, Thrift value) {
        begin(field, STRUCT);
        bytes.writeBytes(value.done());
        return this;
    }

    Thrift structs(int field, List<Thrift> values) {
        return list(field, STRUCT, values, value -> bytes.writeBytes(value.done()));
    }

    Thrift i32s(int field, List<Integer> values) {
        return list(field, I32, values, value -> varint(zigzag(value)));
    }

    Thrift texts(int field, List<String> values) {
        return list(field, BINARY, values, this::text);
    }

    /** The structure with its end. */
    byte[] done() {
        byte[] fields = bytes.toByteArray();
        return java.util.Arrays.copyOf(fields, fields.length + 1); // ends with a 0
    }

    private <T> Thrift list(int field, int type, List<T> values, Consumer<T> writer) {
        begin(field, LIST);
        if (values.size() < 15) {
            bytes.write((values.size() << 4) | type);
        } else {
            bytes.write(0xf0 | type);
            varint(values.size());
        }
        values.forEach(writer);
        return this;
    }

    private void begin(int field, int type) {
        bytes.write(((field - last) << 4) | type);
        last = field;
    }

    private void text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        varint(utf8.length);
        bytes.writeBytes(utf8);
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.write((int) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }

    private static long zigzag(long value) {
        return (value << 1) ^ (value >> 63);
    }
}
