package org.cyphervit.file;

import java.io.BufferedOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;
import java.util.Objects;
import org.cyphervit.UserError;

/**
 * Why a file could not be written, in words a user can act on: what was to be written, what is wrong, what is intact, how to
 * go on. All that writes says it through here.
 */
public final class Writing {
    private static final String INTACT = " What was saved before is intact.";

    private Writing() {}

    /** Writes something. */
    @FunctionalInterface
    public interface Work {
        void run() throws IOException;
    }

    /**
     * Does some writing.
     *
     * @param file what is written, for the message
     * @throws UserError if it fails
     */
    public static void of(Path file, Work work) {
        try {
            work.run();
        } catch (IOException e) {
            throw failed(file, 0, e);
        }
    }

    /** A new file to write to, whose folder is made where it does not exist; all that fails is told as by {@link #failed}. */
    public static OutputStream stream(Path file) {
        folder(Objects.requireNonNull(file.toAbsolutePath().getParent(), "a file lies in a folder"));
        try {
            return new BufferedOutputStream(new TellingStream(file, Files.newOutputStream(file)), 1 << 16);
        } catch (IOException e) {
            throw failed(file, 0, e);
        }
    }

    private static final class TellingStream extends OutputStream {
        private final Path file;
        private final OutputStream stream;

        TellingStream(Path file, OutputStream stream) {
            this.file = file;
            this.stream = stream;
        }

        @Override
        public void write(int b) {
            of(file, () -> stream.write(b));
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            of(file, () -> stream.write(bytes, from, count));
        }

        @Override
        public void close() {
            of(file, stream::close);
        }
    }

    /**
     * Sees beforehand that a file can be written, for native writers that end the process on a full disk: makes it, empty.
     *
     * @param size bytes that it will need
     * @throws UserError if it cannot be made, or the disk has less space
     */
    public static void require(Path file, long size) throws IOException {
        stream(file).close();
        if (free(existing(file)) < size) {
            Files.delete(file);
            throw failed(file, size, new IOException("No space left on device"));
        }
    }

    /** Adds a line to a text file, which is made where it does not exist. */
    public static void append(Path file, String line) {
        of(file, () -> Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND));
    }

    /** The folder, made where it does not exist. */
    public static Path folder(Path folder) {
        of(folder, () -> Files.createDirectories(folder));
        return folder;
    }

    /**
     * What to tell the user.
     *
     * @param file that could not be written
     * @param size bytes that it needs; 0 where it is not known
     */
    public static UserError failed(Path file, long size, IOException e) {
        Path there = existing(file);
        String reason = reason(e);
        String words = reason.toLowerCase(Locale.ROOT);
        long free = free(there);
        if (words.contains("no space left") || words.contains("quota exceeded") || (free >= 0 && free < size)) {
            String need = size > free && free >= 0
                    ? " It needs " + mebibytes(size) + ", of which " + mebibytes(size - free) + " are missing."
                    : "";
            return new UserError(
                    "The disk is full: '" + file + "' could not be written." + need + INTACT
                            + " Free some space below '" + there
                            + "' and run again; training goes on from its newest checkpoint by setting 'resume'.",
                    e);
        }
        if (words.contains("read-only file system")) {
            return new UserError(
                    "'" + file + "' cannot be written: '" + there + "' lies on a file system that is mounted read-only."
                            + " Name another folder to write to, or mount it for writing.",
                    e);
        }
        if (e instanceof AccessDeniedException || words.contains("permission denied")) {
            return new UserError(
                    "'" + file + "' cannot be written: you have no permission to write in '" + there + "'. Name another"
                            + " folder to write to, or change its permissions.",
                    e);
        }
        if (e instanceof NoSuchFileException || e instanceof FileNotFoundException) {
            return new UserError(
                    "'" + file + "' cannot be written: its folder was deleted or moved while the program was running;"
                            + " '" + there
                            + "' is what is left of the path. If it was moved, go on from where it is now;"
                            + " otherwise begin again.",
                    e);
        }
        if (e instanceof NotDirectoryException
                || e instanceof FileAlreadyExistsException
                || words.contains("not a directory")) {
            return new UserError(
                    "'" + file + "' cannot be written: '" + there + "' is a file where a folder is needed. Name another"
                            + " folder, or move that file away.",
                    e);
        }
        return new UserError("'" + file + "' cannot be written: " + reason + "." + INTACT, e);
    }

    // The longest part of the path that exists.
    private static Path existing(Path file) {
        Path path = file.toAbsolutePath().normalize();
        Path parent = path.getParent();
        while (parent != null && !Files.exists(parent)) {
            parent = parent.getParent();
        }
        return parent == null ? path : parent;
    }

    // -1 where it cannot be told.
    private static long free(Path there) {
        try {
            return Files.getFileStore(there).getUsableSpace();
        } catch (IOException e) {
            return -1;
        }
    }

    private static String reason(IOException e) {
        String reason = e instanceof FileSystemException system ? system.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }

    private static String mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
    }
}
