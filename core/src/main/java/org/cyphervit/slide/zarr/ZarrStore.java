package org.cyphervit.slide.zarr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** Where the keys of a Zarr hierarchy lie. */
public interface ZarrStore {
    /**
     * The bytes of a key.
     *
     * @param from first byte; counted from the end where it is negative
     * @param count how many; -1 for all that follow
     * @param most more than this is an error
     * @return nothing where there is no such key
     * @throws IOException if there is and it cannot be read, or is too long
     */
    Optional<byte[]> read(String key, long from, long count, long most) throws IOException;

    /**
     * Which bytes of a file a {@link #read} is of.
     *
     * @param start first byte
     * @param length how many
     */
    record Span(long start, int length) {
        /** @throws IOException if a file of that size has no such bytes, or they are too many */
        public static Span of(String key, long size, long from, long count, long most) throws IOException {
            long start = from < 0 ? size + from : from;
            long length = count < 0 ? size - start : count;
            if (start < 0 || length < 0 || length > most || start > size - length) {
                throw new IOException("'" + key + "' has " + size + " bytes; needed are " + length + " from " + start
                        + ", at most " + most);
            }
            return new Span(start, Math.toIntExact(length));
        }
    }

    /** Keys as files below a folder. */
    static ZarrStore of(Path folder) {
        return (key, from, count, most) -> {
            Path file = folder.resolve(key);
            if (!Files.isRegularFile(file)) {
                return Optional.empty();
            }
            try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
                Span span = Span.of(key, channel.size(), from, count, most);
                ByteBuffer bytes = ByteBuffer.allocate(span.length());
                while (bytes.hasRemaining()) {
                    if (channel.read(bytes, span.start() + bytes.position()) < 0) {
                        throw new IOException("'" + key + "' was cut while it was read");
                    }
                }
                return Optional.of(bytes.array());
            } catch (NoSuchFileException e) {
                return Optional.empty();
            }
        };
    }
}
