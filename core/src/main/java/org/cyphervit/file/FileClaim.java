package org.cyphervit.file;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.HashSet;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The right to work on something that several processes share: a locked file. The system frees the lock of a process that
 * ends or is killed, so nothing is left to clean up and no clock decides. The file stays; its text tells people who had it.
 */
public final class FileClaim implements AutoCloseable {
    /** This process's own claims: the system's locks are between processes, and closing a file twice would free them. */
    private static final Set<Path> HELD = new HashSet<>();

    private final Path file;
    private final FileChannel channel;

    private FileClaim(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Takes a claim, unless this or another process holds it. */
    public static Optional<FileClaim> take(Path path) throws IOException {
        Path file = path.toAbsolutePath().normalize();
        Writing.folder(Objects.requireNonNull(file.getParent(), "a claim lies in a folder"));
        synchronized (HELD) {
            if (!HELD.add(file)) {
                return Optional.empty();
            }
        }
        FileClaim claim = null;
        try {
            claim = lock(file);
            return Optional.ofNullable(claim);
        } finally {
            if (claim == null) {
                forget(file);
            }
        }
    }

    /**
     * Takes a claim, as soon as who holds it lets go or ends.
     *
     * @throws InterruptedIOException if the waiting thread is interrupted
     */
    public static FileClaim await(Path path) throws IOException {
        for (Optional<FileClaim> claim = take(path); ; claim = take(path)) {
            if (claim.isPresent()) {
                return claim.get();
            }
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("Interrupted while another process works on '" + path + "'.");
            }
        }
    }

    private static @Nullable FileClaim lock(Path file) throws IOException {
        FileChannel channel = open(file);
        boolean taken = false;
        try {
            if (!isLocked(channel, file)) {
                return null;
            }
            String who = "process " + ProcessHandle.current().pid() + " since " + Instant.now() + "\n";
            Writing.of(file, () -> {
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(who.getBytes(StandardCharsets.US_ASCII)), 0);
            });
            taken = true;
            return new FileClaim(file, channel);
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw Writing.failed(file, 0, e);
        }
    }

    private static boolean isLocked(FileChannel channel, Path file) {
        try {
            return channel.tryLock() != null;
        } catch (IOException e) {
            throw new UserError(
                    "'" + file + "' cannot be locked (" + e.getMessage() + "), so processes cannot share the work out."
                            + " Mount that file system with locks, or choose a folder on another.",
                    e);
        }
    }

    @Override
    public void close() throws IOException {
        try {
            channel.close(); // frees the lock
        } finally {
            forget(file);
        }
    }

    private static void forget(Path file) {
        synchronized (HELD) {
            HELD.remove(file);
        }
    }
}
