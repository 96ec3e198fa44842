package org.cyphervit.file;

import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A folder that one program writes to. A second one is refused and told which is there. The system frees the lock of a
 * program that ends or is killed, so a file that is left behind means nothing: it is locked anew.
 */
public final class FolderLock implements AutoCloseable {
    /** The file's name in the folder. */
    public static final String NAME = ".cyphervit.lock";

    private final FileChannel channel;

    private FolderLock(FileChannel channel) {
        this.channel = channel;
    }

    /**
     * Takes a folder, which is made where it does not exist.
     *
     * @throws UserError if another program writes there, naming its host, process and since when
     */
    public static FolderLock take(Path folder) throws IOException {
        Writing.folder(folder);
        Path file = folder.resolve(NAME);
        FileChannel channel;
        try {
            channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw Writing.failed(file, 0, e);
        }
        boolean taken = false;
        try {
            if (isLocked(channel)) {
                String who = "host " + host() + ", process "
                        + ProcessHandle.current().pid() + ", since "
                        + Instant.now().truncatedTo(ChronoUnit.SECONDS) + "\n";
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(who.getBytes(StandardCharsets.UTF_8)), 0);
                taken = true;
                return new FolderLock(channel);
            }
            throw new UserError("Another program writes to '" + folder + "': " + text(file)
                    + ". Wait until it has ended, or choose another folder.");
        } finally {
            if (!taken) {
                channel.close();
            }
        }
    }

    // A file system without locks, such as some network mounts, lets both in, as it always did.
    private static boolean isLocked(FileChannel channel) {
        try {
            @Nullable FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) { // this process has it
            return false;
        } catch (IOException e) {
            return true;
        }
    }

    private static String text(Path file) throws IOException {
        String text = Files.readString(file, StandardCharsets.UTF_8).strip();
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
        try {
            channel.truncate(0); // the file stays: two programs could hold two files of one name otherwise
        } finally {
            channel.close();
        }
    }
}
