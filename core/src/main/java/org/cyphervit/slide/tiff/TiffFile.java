package org.cyphervit.slide.tiff;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.cyphervit.UserError;

/** The directories of a TIFF or BigTIFF file. Read from many threads at once; errors are {@link UserError}s that name the file. */
public final class TiffFile implements AutoCloseable {
    private static final int MAX_DIRECTORIES = 1000;
    private static final int MAX_FIELDS = 4096;
    private static final int BIG = 43;

    private final Path path;
    private final FileChannel channel;
    private final long length;
    private final Set<Long> seen = new HashSet<>();
    private ByteOrder order = ByteOrder.LITTLE_ENDIAN;
    private boolean big;
    private List<TiffDirectory> directories = List.of();

    private TiffFile(Path path, FileChannel channel) throws IOException {
        this.path = path;
        this.channel = channel;
        this.length = channel.size();
    }

    /** Whether the file begins as TIFF or BigTIFF files do. */
    public static boolean isTiff(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer start = ByteBuffer.allocate(4);
            while (start.hasRemaining() && channel.read(start) >= 0) {}
            return !start.hasRemaining() && version(start) != 0;
        }
    }

    /**
     * Reads the directories, not the pixels.
     *
     * @throws UserError if the file is missing or broken
     */
    public static TiffFile open(Path path) {
        if (!Files.isRegularFile(path)) {
            throw new UserError("There is no file '" + path + "'. Check the path.");
        }
        TiffFile file = null;
        try {
            file = new TiffFile(path, FileChannel.open(path, StandardOpenOption.READ));
            file.readDirectories();
            return file;
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be read: " + e.getMessage() + ".", e);
        } finally {
            if (file != null && file.directories.isEmpty()) {
                file.close();
            }
        }
    }

    /** The main chain of directories, at least one. */
    public List<TiffDirectory> directories() {
        return directories;
    }

    /** Directories that a field of another one points to; those met before are left out. */
    public List<TiffDirectory> subDirectories(TiffDirectory parent) {
        List<TiffDirectory> found = new ArrayList<>();
        for (long at : parent.integers(TiffTag.SUB_DIRECTORIES)) {
            if (seen.size() < MAX_DIRECTORIES && seen.add(at)) {
                found.add(directory(at).directory);
            }
        }
        return found;
    }

    /** The file, for messages. */
    public Path path() {
        return path;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be closed: " + e.getMessage() + ".", e);
        }
    }

    /** What is wrong, in a sentence that names the file. */
    UserError broken(String what) {
        return new UserError("'" + path + "' is a broken TIFF file: " + what + ". Copy or scan it again.");
    }

    /** Bytes of the file, in the file's byte order. */
    ByteBuffer read(long offset, long count, String what) {
        if (offset < 0 || count < 0 || count > Integer.MAX_VALUE - 8 || offset > length - count) {
            throw broken(what + " should be " + Long.toUnsignedString(count) + " bytes at "
                    + Long.toUnsignedString(offset) + ", but the file has " + length);
        }
        ByteBuffer buffer = ByteBuffer.allocate((int) count).order(order);
        try {
            while (buffer.hasRemaining()) {
                if (channel.read(buffer, offset + buffer.position()) < 0) {
                    throw broken("it was cut while it was read");
                }
            }
        } catch (IOException e) {
            throw new UserError("'" + path + "' cannot be read: " + e + ".", e);
        }
        return buffer.flip();
    }

    private static int version(ByteBuffer start) {
        int mark = start.order(ByteOrder.BIG_ENDIAN).getShort(0);
        start.order(mark == 0x4949 ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
        int version = start.getShort(2);
        return (mark == 0x4949 || mark == 0x4d4d) && (version == 42 || version == BIG) ? version : 0;
    }

    private void readDirectories() {
        ByteBuffer start = read(0, 8, "its header");
        big = version(start) == BIG;
        if (version(start) == 0) {
            throw broken("it does not begin as one");
        }
        order = start.order();
        long at = big ? read(8, 8, "its header").getLong() : start.getInt(4) & 0xffffffffL;
        List<TiffDirectory> found = new ArrayList<>();
        while (at != 0 && found.size() < MAX_DIRECTORIES && seen.add(at)) { // a loop of directories ends here
            Read next = directory(at);
            found.add(next.directory);
            at = next.next;
        }
        if (found.isEmpty()) {
            throw broken("it holds no image");
        }
        directories = List.copyOf(found);
    }

    private record Read(TiffDirectory directory, long next) {}

    private Read directory(long at) {
        ByteBuffer head = read(at, big ? 8 : 2, "a directory");
        long count = big ? head.getLong() : head.getShort() & 0xffff;
        if (count < 1 || count > MAX_FIELDS) {
            throw broken("a directory has " + Long.toUnsignedString(count) + " fields");
        }
        int size = big ? 20 : 12;
        long first = at + (big ? 8 : 2);
        ByteBuffer body = read(first, count * size + (big ? 8 : 4), "a directory");
        Map<Integer, TiffDirectory.Field> fields = new LinkedHashMap<>();
        for (int i = 0; i < count; i++) {
            int tag = body.getShort() & 0xffff;
            int type = body.getShort() & 0xffff;
            long values = big ? body.getLong() : body.getInt() & 0xffffffffL;
            long inline = first + (long) i * size + (big ? 12 : 8);
            long place = big ? body.getLong() : body.getInt() & 0xffffffffL;
            int width = TiffDirectory.width(type);
            boolean fits = width > 0 && values >= 0 && values <= (big ? 8 : 4) / width;
            fields.putIfAbsent(tag, new TiffDirectory.Field(type, values, fits ? inline : place));
        }
        return new Read(new TiffDirectory(this, fields), big ? body.getLong() : body.getInt() & 0xffffffffL);
    }
}
