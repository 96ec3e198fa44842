package org.cyphervit.encoders;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.file.Writing;

/**
 * Downloads a file of a repository. What came before a connection broke is kept beside the target and gone on from, also by
 * a later program; the target appears only when size and checksum are right.
 */
public final class HubDownload {
    /** Broken connections in a row, without a byte in between, until it gives up. */
    private static final int ATTEMPTS = 6;

    private static final int BUFFER = 1 << 20;

    private final Hub hub;
    private final Progress progress;
    private final Duration pause;

    /** Hears how far a download is. */
    @FunctionalInterface
    public interface Progress {
        void at(long bytes, long of);
    }

    public HubDownload(Hub hub, Progress progress) {
        this(hub, progress, Duration.ofSeconds(1));
    }

    /** @param pause before the second attempt; each later one waits twice as long */
    HubDownload(Hub hub, Progress progress, Duration pause) {
        this.hub = hub;
        this.progress = progress;
        this.pause = pause;
    }

    /**
     * Downloads a file, or goes on with what an earlier call left.
     *
     * @param revision a commit or branch
     * @param target where it goes; a file that is there and has the right checksum is kept
     * @return whether the server gave a checksum and it was right
     * @throws UserError if the file is not there or not open to this user, the disk is full, the server lies about its size,
     *     the checksum is wrong, or the connection breaks again and again
     */
    public boolean get(String repository, String revision, String file, Path target) throws IOException {
        Hub.Described described = hub.describe(repository, revision, file);
        if (Files.isRegularFile(target)
                && Files.size(target) == described.size()
                && !described.checksum().isEmpty()
                && checksum(target, described).equals(described.checksum())) {
            return true;
        }
        Path folder = Objects.requireNonNull(target.toAbsolutePath().getParent(), "a file lies in a folder");
        Writing.folder(folder);
        // Another version of the file must not be gone on with.
        String version = described.checksum().isEmpty()
                ? "size-" + described.size()
                : described.checksum().substring(0, 16);
        Path part = folder.resolve(target.getFileName() + "." + version + ".part");
        if (Files.exists(part) && Files.size(part) > described.size()) {
            Files.delete(part);
        }
        long have = Files.exists(part) ? Files.size(part) : 0;
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free < described.size() - have) {
            throw new UserError("The disk is full: '" + target + "' needs " + mebibytes(described.size() - have)
                    + " more, of which " + mebibytes(described.size() - have - free)
                    + " are missing. Free some space and run again: it goes on where it stopped.");
        }
        fetch(repository, revision, file, part, described);
        if (!described.checksum().isEmpty()) {
            String found = checksum(part, described);
            if (!found.equals(described.checksum())) {
                Files.delete(part);
                throw new UserError("What '" + hub.endpoint() + "' sent for '" + file + "' of " + repository
                        + " is not what it announced: checksum " + found + ", expected " + described.checksum()
                        + ". It was removed. Run again, or choose another mirror.");
            }
        }
        Files.move(part, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return !described.checksum().isEmpty();
    }

    private void fetch(String repository, String revision, String file, Path part, Hub.Described described)
            throws IOException {
        int failures = 0;
        while (true) {
            long before = Files.exists(part) ? Files.size(part) : 0;
            if (before == described.size() && Files.exists(part)) {
                return;
            }
            try {
                append(hub.bytes(repository, revision, file, before), part, before, described, file);
                failures = 0;
            } catch (IOException e) {
                long after = Files.exists(part) ? Files.size(part) : 0;
                failures = after > before ? 1 : failures + 1;
                if (failures >= ATTEMPTS) {
                    throw new UserError(
                            "The download of '" + file + "' from '" + hub.endpoint() + "' broke " + failures
                                    + " times at " + mebibytes(after) + " of " + mebibytes(described.size()) + " ("
                                    + e.getMessage() + "). What came is kept: run again to go on.",
                            e);
                }
                sleep(pause.multipliedBy(1L << Math.min(failures - 1, 5)));
            }
        }
    }

    private void append(HttpURLConnection connection, Path part, long from, Hub.Described described, String file)
            throws IOException {
        boolean goesOn = connection.getResponseCode() == HttpURLConnection.HTTP_PARTIAL;
        if (goesOn) {
            String range = Objects.requireNonNullElse(connection.getHeaderField("Content-Range"), "");
            if (!range.equals("bytes " + from + "-" + (described.size() - 1) + "/" + described.size())) {
                throw lie(connection, file, "it sent the range '" + range + "'", described);
            }
        }
        long at = goesOn ? from : 0;
        try (InputStream body = connection.getInputStream();
                FileChannel channel = FileChannel.open(part, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.truncate(at).position(at);
            byte[] buffer = new byte[BUFFER];
            for (int read = body.read(buffer); read >= 0; read = body.read(buffer)) {
                if (at + read > described.size()) {
                    channel.close();
                    Files.delete(part);
                    throw lie(connection, file, "it sends more", described);
                }
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, read);
                Writing.of(
                        part,
                        () -> { // a full disk is not the network's fault, to be tried again
                            while (bytes.hasRemaining()) {
                                channel.write(bytes);
                            }
                        });
                at += read;
                progress.at(at, described.size());
            }
            channel.force(true);
        } finally {
            connection.disconnect();
        }
        if (at < described.size()) {
            throw new IOException("the connection ended early");
        }
    }

    private UserError lie(HttpURLConnection connection, String file, String what, Hub.Described described) {
        return new UserError("'" + connection.getURL().getAuthority() + "' announced " + described.size()
                + " bytes of '" + file + "' and " + what + ". The file cannot be trusted; choose another mirror.");
    }

    // SHA-256 of the bytes, or git's SHA-1 of a blob.
    private static String checksum(Path file, Hub.Described described) throws IOException {
        boolean large = described.checksum().length() == 64;
        try {
            MessageDigest digest = MessageDigest.getInstance(large ? "SHA-256" : "SHA-1");
            if (!large) {
                digest.update(("blob " + Files.size(file) + "\0").getBytes(StandardCharsets.US_ASCII));
            }
            try (InputStream stream = Files.newInputStream(file)) {
                byte[] buffer = new byte[BUFFER];
                for (int read = stream.read(buffer); read >= 0; read = stream.read(buffer)) {
                    digest.update(buffer, 0, read);
                }
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has both
        }
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UserError("Interrupted while downloading. What came is kept: run again to go on.", e);
        }
    }

    private static String mebibytes(long bytes) {
        return (bytes + (1 << 20) - 1) / (1 << 20) + " MiB";
    }
}
