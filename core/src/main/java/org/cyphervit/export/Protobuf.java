package org.cyphervit.export;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * A message in Protocol Buffers' wire format, to be written once. Bytes are kept by reference, so that weights are not
 * copied.
 */
final class Protobuf {
    private static final int VARINT = 0;
    private static final int LENGTH_DELIMITED = 2;
    private static final int FIXED32 = 5;

    private final List<ByteBuffer> parts = new ArrayList<>();
    private long size;

    /** Bytes of the message. */
    long size() {
        return size;
    }

    Protobuf integer(int field, long value) {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        varint(bytes, ((long) field << 3) | VARINT);
        varint(bytes, value);
        return append(bytes.flip());
    }

    Protobuf real(int field, float value) {
        ByteBuffer bytes = ByteBuffer.allocate(14).order(ByteOrder.LITTLE_ENDIAN);
        varint(bytes, ((long) field << 3) | FIXED32);
        return append(bytes.putFloat(value).flip());
    }

    Protobuf text(int field, String value) {
        return bytes(field, ByteBuffer.wrap(value.getBytes(StandardCharsets.UTF_8)));
    }

    /** @param value from its position to its limit; shared, not copied */
    Protobuf bytes(int field, ByteBuffer value) {
        head(field, value.remaining());
        return append(value);
    }

    Protobuf message(int field, Protobuf value) {
        head(field, value.size);
        parts.addAll(value.parts);
        size += value.size;
        return this;
    }

    void writeTo(WritableByteChannel channel) throws IOException {
        for (ByteBuffer part : parts) {
            ByteBuffer rest = part.duplicate();
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
        }
    }

    private void head(int field, long length) {
        ByteBuffer bytes = ByteBuffer.allocate(20);
        varint(bytes, ((long) field << 3) | LENGTH_DELIMITED);
        varint(bytes, length);
        append(bytes.flip());
    }

    private Protobuf append(ByteBuffer bytes) {
        parts.add(bytes);
        size += bytes.remaining();
        return this;
    }

    // Seven bits a byte, the lowest first; the top bit says that more follow.
    private static void varint(ByteBuffer bytes, long value) {
        long rest = value;
        while ((rest & ~0x7fL) != 0) {
            bytes.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        bytes.put((byte) rest);
    }
}
