package org.cyphervit.monitor;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.cyphervit.train.RunListener;
import org.jspecify.annotations.Nullable;

/**
 * TensorBoard's event file with every measure as a scalar. Records are framed as TFRecord (length, masked CRC-32C, data,
 * masked CRC-32C); the data is the protobuf message {@code Event} with wall time (field 1), step (2), file version (3) or
 * summary (5).
 */
public final class TensorBoardFile implements RunListener {
    private static final int LOG_EVERY = 10;

    private @Nullable FileChannel channel;

    @Override
    public void started(Start start) {
        try {
            channel = FileChannel.open(
                    start.folder()
                            .resolve("events.out.tfevents.%010d.cyphervit.%d"
                                    .formatted(System.currentTimeMillis() / 1000, start.firstStep())),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING);
            byte[] version = "brain.Event:2".getBytes(StandardCharsets.UTF_8);
            write(event(0).put((byte) ((3 << 3) | 2)).put((byte) version.length).put(version));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void stepped(Step step) {
        if (step.step() % LOG_EVERY == 0
                || step.measures().keySet().stream().anyMatch(name -> name.startsWith("knn"))) {
            step.measures().forEach((name, value) -> scalar(step.step(), name, value));
        }
    }

    @Override
    public void ended(End end) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void scalar(long step, String name, double value) {
        byte[] tag = name.getBytes(StandardCharsets.UTF_8);
        ByteBuffer entry = ByteBuffer.allocate(32 + tag.length).order(ByteOrder.LITTLE_ENDIAN);
        entry.put((byte) ((1 << 3) | 2)).put((byte) tag.length).put(tag); // Value.tag
        entry.put((byte) ((2 << 3) | 5)).putFloat((float) value).flip(); // Value.simple_value
        ByteBuffer event = event(step);
        event.put((byte) ((5 << 3) | 2)); // Event.summary
        varint(event, entry.remaining() + 2L);
        event.put((byte) ((1 << 3) | 2)).put((byte) entry.remaining()).put(entry); // Summary.value
        try {
            write(event);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ByteBuffer event(long step) {
        ByteBuffer event = ByteBuffer.allocate(256).order(ByteOrder.LITTLE_ENDIAN);
        event.put((byte) ((1 << 3) | 1)).putDouble(System.currentTimeMillis() / 1e3);
        event.put((byte) (2 << 3));
        varint(event, step);
        return event;
    }

    private static void varint(ByteBuffer buffer, long value) {
        long rest = value;
        while (rest >= 0x80) {
            buffer.put((byte) ((rest & 0x7f) | 0x80));
            rest >>>= 7;
        }
        buffer.put((byte) rest);
    }

    private void write(ByteBuffer event) throws IOException {
        byte[] data = new byte[event.flip().remaining()];
        event.get(data);
        ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        byte[] length = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        record.put(length).putInt(masked(length)).put(data).putInt(masked(data)).flip();
        if (channel != null) {
            while (record.hasRemaining()) {
                channel.write(record);
            }
        }
    }

    private static int masked(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int value = (int) crc.getValue();
        return ((value >>> 15) | (value << 17)) + 0xa282ead8;
    }
}
