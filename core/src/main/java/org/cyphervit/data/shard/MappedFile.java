package org.cyphervit.data.shard;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.cyphervit.UserError;

/**
 * A file in memory, mapped: many threads read it, none can close it for the others (a channel is closed when a thread that
 * reads it is interrupted).
 */
final class MappedFile {
    /** Larger image files are refused, bytes. */
    static final int MAX_TILE = 1 << 28;

    private final Path file;
    private final MemorySegment bytes;

    MappedFile(Path file) throws IOException {
        this.file = file;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            this.bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto());
        }
    }

    long size() {
        return bytes.byteSize();
    }

    /** Reads {@code size} bytes from {@code offset} when asked. */
    StoredTiles.Content part(long offset, long size) {
        if (offset < 0 || size < 0 || size > MAX_TILE || offset > bytes.byteSize() - size) {
            throw new UserError("'" + file + "' has " + bytes.byteSize() + " bytes and no tile of " + size
                    + " bytes at " + offset + "; it was cut, or its index is another's.");
        }
        return () -> bytes.asSlice(offset, size).toArray(ValueLayout.JAVA_BYTE);
    }
}
