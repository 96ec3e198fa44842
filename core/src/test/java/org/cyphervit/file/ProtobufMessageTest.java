package org.cyphervit.file;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.UnknownFieldSet;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import org.junit.jupiter.api.Test;

class ProtobufMessageTest {
    @Test
    void theLibrarysReaderFindsEachField() throws Exception {
        ByteBuffer weights = ByteBuffer.allocateDirect(1000);
        weights.put(999, (byte) 7);
        ProtobufMessage inner = new ProtobufMessage().text(1, "é".repeat(100)).bytes(9, weights);
        ProtobufMessage message = new ProtobufMessage()
                .integer(1, -1)
                .real(2, 0.5f)
                .real64(3, Math.PI)
                .message(15, inner)
                .integer(300, 1L << 40);
        ByteArrayOutputStream written = new ByteArrayOutputStream();
        message.writeTo(Channels.newChannel(written));
        assertThat(written.toByteArray()).isEqualTo(message.toByteArray()).hasSize(message.size());

        UnknownFieldSet read = UnknownFieldSet.parseFrom(message.toByteArray());
        assertThat(read.getField(1).getVarintList()).containsExactly(-1L);
        assertThat(read.getField(2).getFixed32List()).containsExactly(Float.floatToIntBits(0.5f));
        assertThat(read.getField(3).getFixed64List()).containsExactly(Double.doubleToLongBits(Math.PI));
        assertThat(read.getField(300).getVarintList()).containsExactly(1L << 40);
        UnknownFieldSet part = UnknownFieldSet.parseFrom(
                read.getField(15).getLengthDelimitedList().getFirst());
        assertThat(part.getField(1).getLengthDelimitedList().getFirst().toStringUtf8())
                .isEqualTo("é".repeat(100));
        assertThat(part.getField(9).getLengthDelimitedList().getFirst().byteAt(999))
                .isEqualTo((byte) 7);
    }
}
