package org.cyphervit.monitor;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;

/**
 * TensorBoard's event files that a run left when it was killed: cut back to the checkpoint it goes on from, so that no step is
 * there twice.
 */
final class EventFiles {
    private static final int AROUND = 16; // length and its checksum, and the data's checksum
    private static final long MAX_EVENT = 1 << 24;

    private EventFiles() {}

    /** Cuts all of a folder before the first event of a step after {@code step}, and what is broken. */
    static void cutAfter(Path folder, long step) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> String.valueOf(file.getFileName()).startsWith("events.out.tfevents."))
                    .toList();
        }
        for (Path file : files) {
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                channel.truncate(end(channel, step));
            }
        }
    }

    // Where the events up to a step end.
    private static long end(FileChannel channel, long step) throws IOException {
        long at = 0;
        while (at + AROUND <= channel.size()) {
            long length = read(channel, at, 8).getLong(0);
            if (length < 0 || length > MAX_EVENT || at + AROUND + length > channel.size()) {
                return at; // killed while it was written
            }
            if (step(read(channel, at + 12, (int) length)) > step) {
                return at;
            }
            at += AROUND + length;
        }
        return at;
    }

    // An event begins with its time, field 1, a double, and its step, field 2, a varint; without one it is step 0.
    private static long step(ByteBuffer event) {
        if (event.remaining() < 11 || event.get(0) != ((1 << 3) | 1) || event.get(9) != (2 << 3)) {
            return 0;
        }
        long step = 0;
        for (int i = 10, shift = 0; i < event.limit() && shift < 63; i++, shift += 7) {
            step |= (event.get(i) & 0x7fL) << shift;
            if (event.get(i) >= 0) {
                break;
            }
        }
        return step;
    }

    private static ByteBuffer read(FileChannel channel, long at, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining() && channel.read(buffer, at + buffer.position()) >= 0) {
            // until all is there
        }
        return buffer.flip();
    }
}
