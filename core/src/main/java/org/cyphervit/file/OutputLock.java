package org.cyphervit.file;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.cyphervit.UserError;

/**
 * A folder or a file that one program writes. A second one is refused and told which is there. The system frees the lock of
 * a program that ends or is killed: a lock's file that a kill left behind means nothing and is locked anew. A program that
 * ends by itself removes it, and the folder that it made for nothing.
 */
public final class OutputLock implements AutoCloseable {
    /** The file's name in a folder. */
    public static final String NAME = ".cyphervit.lock";

    /** One byte beyond the text, so that others can read the text where a lock forbids reading, as on Windows. */
    private static final long LOCKED_BYTE = 1 << 20;

    private final Path file;
    private final FileChannel channel;
    private final boolean madeFolder;

    private OutputLock(Path file, FileChannel channel, boolean madeFolder) {
        this.file = file;
        this.channel = channel;
        this.madeFolder = madeFolder;
    }

    /**
     * Takes a folder, which is made where it does not exist.
     *
     * @throws UserError if another program writes there, naming its host, process and since when
     */
    public static OutputLock folder(Path folder) throws IOException {
        return take(folder, folder.toAbsolutePath().resolve(NAME));
    }

    /**
     * Takes a file that will be written, by a lock beside it; its folder is made where it does not exist.
     *
     * @throws UserError if another program writes it, naming its host, process and since when
     */
    public static OutputLock file(Path file) throws IOException {
        Path name = Objects.requireNonNull(file.getFileName(), "a file has a name");
        return take(file, file.toAbsolutePath().resolveSibling("." + name + NAME));
    }

    // One at a time in a process: the system tells locks of one process apart from those of another, not from each
    // other.
    private static synchronized OutputLock take(Path what, Path file) throws IOException {
        Path folder = Objects.requireNonNull(file.getParent(), "a lock lies in a folder");
        boolean made = Files.notExists(folder);
        Writing.folder(folder);
        while (true) {
            FileChannel channel = open(file);
            boolean taken = false;
            try {
                if (!isLocked(channel)) {
                    throw new UserError("Another program writes to '" + what + "': " + text(file)
                            + ". Wait until it has ended, or choose another place.");
                }
                String who = "host " + host() + ", process "
                        + ProcessHandle.current().pid() + ", since "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n";
                Writing.of(file, () -> {
                    channel.truncate(0);
                    channel.write(ByteBuffer.wrap(who.getBytes(StandardCharsets.UTF_8)), 0);
                });
                // Who had it may have removed the file between our opening and locking it; then the name is another's.
                taken = text(file).equals(who.strip());
                if (taken) {
                    return new OutputLock(file, channel, made);
                }
            } finally {
                if (!taken) {
                    channel.close();
                }
            }
        }
    }

    private static FileChannel open(Path file) {
        try {
            return FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw Writing.failed(file, 0, e);
        }
    }

    // A file system without locks, such as some network mounts, lets both in, as it always did.
    private static boolean isLocked(FileChannel channel) {
        try {
            return channel.tryLock(LOCKED_BYTE, 1, false) != null;
        } catch (OverlappingFileLockException e) { // this process has it
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String text(Path file) throws IOException {
        String text;
        try {
            text = Files.readString(file, StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            text = "";
        }
        return text.isEmpty() ? "it does not say which" : text;
    }

    private static String host() {
        try {
            return InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            return "this machine";
        }
    }

    @Override
    public void close() throws IOException {
        synchronized (OutputLock.class) {
            try {
                Files.deleteIfExists(file); // while it is still ours
                if (madeFolder) {
                    Files.deleteIfExists(Objects.requireNonNull(file.getParent(), "a lock lies in a folder"));
                }
            } catch (DirectoryNotEmptyException e) {
                // as it should be: something was written
            } finally {
                channel.close();
            }
        }
    }
}
