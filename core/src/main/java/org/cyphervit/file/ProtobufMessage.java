package org.cyphervit.file;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnsafeByteOperations;
import com.google.protobuf.WireFormat;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;

/**
 * A message in Protocol Buffers' wire format, to be written once, field by field in the order of the calls. The formats that
 * are written here (ONNX, TensorBoard's events) need a few fields of large schemas, so their classes are not generated.
 * Bytes are kept by reference: weights are not copied. A message ends at 2 GiB.
 */
public final class ProtobufMessage {
    private interface Fields {
        void writeTo(CodedOutputStream out) throws IOException;
    }

    private ByteString bytes = ByteString.EMPTY;

    /** A field of type int64 or an enumeration. */
    public ProtobufMessage integer(int field, long value) {
        return append(out -> out.writeInt64(field, value));
    }

    /** A field of type float. */
    public ProtobufMessage real(int field, float value) {
        return append(out -> out.writeFloat(field, value));
    }

    /** A field of type double. */
    public ProtobufMessage real64(int field, double value) {
        return append(out -> out.writeDouble(field, value));
    }

    /** A field of type string. */
    public ProtobufMessage text(int field, String value) {
        return append(out -> out.writeString(field, value));
    }

    /**
     * A field of type bytes.
     *
     * @param value from its position to its limit; shared, not copied
     */
    public ProtobufMessage bytes(int field, ByteBuffer value) {
        return delimited(field, UnsafeByteOperations.unsafeWrap(value));
    }

    /** A field that is a message itself. */
    public ProtobufMessage message(int field, ProtobufMessage value) {
        return delimited(field, value.bytes);
    }

    /** Length in bytes. */
    public int size() {
        return bytes.size();
    }

    /** A copy of the message as it is on disk. */
    public byte[] toByteArray() {
        return bytes.toByteArray();
    }

    /** Writes the message. */
    public void writeTo(WritableByteChannel channel) throws IOException {
        for (ByteBuffer part : bytes.asReadOnlyByteBufferList()) {
            while (part.hasRemaining()) {
                channel.write(part);
            }
        }
    }

    private ProtobufMessage delimited(int field, ByteString value) {
        append(out -> {
            out.writeTag(field, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            out.writeUInt32NoTag(value.size());
        });
        bytes = bytes.concat(value);
        return this;
    }

    private ProtobufMessage append(Fields fields) {
        ByteString.Output buffer = ByteString.newOutput();
        CodedOutputStream out = CodedOutputStream.newInstance(buffer);
        try {
            fields.writeTo(out);
            out.flush();
        } catch (IOException e) { // in memory
            throw new UncheckedIOException(e);
        }
        bytes = bytes.concat(buffer.toByteString());
        return this;
    }
}
