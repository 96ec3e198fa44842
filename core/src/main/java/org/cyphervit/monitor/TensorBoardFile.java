package org.cyphervit.monitor;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;
import org.cyphervit.file.ProtobufMessage;
import org.cyphervit.file.Writing;
import org.cyphervit.train.RunListener;

/**
 * TensorBoard's event file with every measure as a scalar. Records are framed as TFRecord (length, masked CRC-32C, data,
 * masked CRC-32C); the data is the protobuf message {@code Event} with wall time (field 1), step (2), file version (3) or
 * summary (5).
 */
public final class TensorBoardFile implements RunListener {
    private static final int LOG_EVERY = 10;

    private Path file = Path.of("");

    @Override
    public void started(Start start) {
        file = start.folder()
                .resolve("events.out.tfevents.%010d.cyphervit.%d"
                        .formatted(System.currentTimeMillis() / 1000, start.firstStep()));
        Writing.of(file, () -> {
            EventFiles.cutAfter(start.folder(), start.firstStep());
            Files.write(file, record(event(0).text(3, "brain.Event:2")));
        });
    }

    @Override
    public void stepped(Step step) {
        if (step.step() % LOG_EVERY == 0
                || step.measures().keySet().stream().anyMatch(name -> name.startsWith("knn"))) {
            ByteArrayOutputStream records = new ByteArrayOutputStream();
            step.measures().forEach((name, value) -> records.writeBytes(record(scalar(step.step(), name, value))));
            append(records.toByteArray(), false);
        }
    }

    @Override
    public void saving(long step) {
        append(new byte[0], true);
    }

    // Opened for each step, so that a run that fails leaves no file open; without CREATE: a folder that was deleted or
    // moved is not made anew.
    private void append(byte[] records, boolean force) {
        Writing.of(file, () -> {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
                ByteBuffer left = ByteBuffer.wrap(records);
                while (left.hasRemaining()) {
                    channel.write(left);
                }
                if (force) {
                    channel.force(false);
                }
            }
        });
    }

    private static ProtobufMessage scalar(long step, String name, double value) {
        ProtobufMessage entry = new ProtobufMessage().text(1, name).real(2, (float) value); // Summary.Value
        return event(step).message(5, new ProtobufMessage().message(1, entry));
    }

    private static ProtobufMessage event(long step) {
        return new ProtobufMessage().real64(1, System.currentTimeMillis() / 1e3).integer(2, step);
    }

    private static byte[] record(ProtobufMessage event) {
        byte[] data = event.toByteArray();
        byte[] length = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(data.length)
                .array();
        return ByteBuffer.allocate(16 + data.length)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(length)
                .putInt(masked(length))
                .put(data)
                .putInt(masked(data))
                .array();
    }

    private static int masked(byte[] data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        int value = (int) crc.getValue();
        return ((value >>> 15) | (value << 17)) + 0xa282ead8;
    }
}
