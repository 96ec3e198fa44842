package org.cyphervit.file;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarFile;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * Tar files in WebDataset's layout: the files of a sample lie one after the other and differ only in what follows the first
 * dot of their names, such as {@code 000017.jpg} and {@code 000017.json}. Python's tarfile and webdataset read them.
 */
public final class TarShards implements AutoCloseable {
    private final Path folder;
    private final String prefix;
    private final long maxBytes;
    private final List<Path> written = new ArrayList<>();
    private @Nullable TarArchiveOutputStream tar;
    private @Nullable Path open;

    /**
     * A file in a tar.
     *
     * @param name with forward slashes, as stored
     * @param offset of its first byte in the tar
     * @param size in bytes
     */
    public record Entry(String name, long offset, long size) {
        /** What the files of a sample share: the name up to the first dot of its last part. */
        public String key() {
            int dot = name.indexOf('.', name.lastIndexOf('/') + 1);
            return dot < 0 ? name : name.substring(0, dot);
        }

        /** What follows that dot, in lower case. */
        public String extension() {
            return key().length() == name.length()
                    ? ""
                    : name.substring(key().length() + 1).toLowerCase(java.util.Locale.ROOT);
        }
    }

    /**
     * Writes {@code PREFIX-000000.tar} and so on; a shard bears its name only when it is whole.
     *
     * @param maxBytes a new shard is begun beyond
     */
    public TarShards(Path folder, String prefix, long maxBytes) throws IOException {
        this.folder = folder;
        this.prefix = prefix;
        this.maxBytes = maxBytes;
        Writing.folder(folder);
    }

    /**
     * Adds a sample.
     *
     * @param key of the sample, without a dot
     * @param files contents by extension, in the order in which they shall lie
     * @return the shard it went to
     */
    public Path add(String key, Map<String, byte[]> files) throws IOException {
        if (key.indexOf('.') >= 0) {
            throw new IllegalArgumentException("The key '" + key + "' of a sample cannot have a dot.");
        }
        TarArchiveOutputStream open = tar;
        TarArchiveOutputStream stream = open == null || open.getBytesWritten() > maxBytes ? next() : open;
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            TarArchiveEntry entry = new TarArchiveEntry(key + "." + file.getKey());
            entry.setSize(file.getValue().length);
            entry.setModTime(0L); // equal samples, equal shards
            Writing.of(name(written.size()), () -> {
                stream.putArchiveEntry(entry);
                stream.write(file.getValue());
                stream.closeArchiveEntry();
            });
        }
        return name(written.size());
    }

    /** The shards that are whole. */
    public List<Path> written() {
        return List.copyOf(written);
    }

    /** Finishes the last shard. */
    @Override
    public void close() throws IOException {
        TarArchiveOutputStream stream = tar;
        Path part = open;
        if (stream != null && part != null) {
            Path whole = name(written.size());
            Writing.of(whole, () -> {
                stream.close();
                Files.move(part, whole, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            });
            written.add(whole);
            tar = null;
            open = null;
        }
    }

    /** The tar files of a folder, by name. */
    public static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(".tar"))
                    .filter(Files::isRegularFile)
                    .sorted()
                    .toList();
        }
    }

    /**
     * The regular files in a tar, in its order; links and devices are left out.
     *
     * @throws UserError if it is no tar, damaged or cut
     */
    public static List<Entry> entries(Path tarFile) throws IOException {
        long length = Files.size(tarFile);
        List<Entry> entries = new ArrayList<>();
        try (TarFile tar = new TarFile(tarFile)) {
            for (TarArchiveEntry entry : tar.getEntries()) {
                if (!entry.isFile() || entry.isSparse() || entry.isLink() || entry.isSymbolicLink()) {
                    continue;
                }
                if (entry.getSize() < 0 || entry.getDataOffset() > length - entry.getSize()) {
                    throw new UserError("'" + tarFile + "' ends within '" + entry.getName() + "'; it was cut.");
                }
                entries.add(new Entry(entry.getName(), entry.getDataOffset(), entry.getSize()));
            }
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            throw new UserError("'" + tarFile + "' is no readable tar: " + e.getMessage() + ".", e);
        }
        return entries;
    }

    private TarArchiveOutputStream next() throws IOException {
        close();
        Path part = folder.resolve(name(written.size()).getFileName() + ".part");
        OutputStream out = Writing.stream(part);
        TarArchiveOutputStream stream = new TarArchiveOutputStream(out, "UTF-8");
        stream.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        stream.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        stream.setAddPaxHeadersForNonAsciiNames(true);
        tar = stream;
        open = part;
        return stream;
    }

    private Path name(int number) {
        return folder.resolve("%s-%06d.tar".formatted(prefix, number));
    }
}
