package org.cyphervit.spark;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.Set;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.Path;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.format.SlideReaders;
import org.cyphervit.slide.zarr.ZarrStore;

/**
 * An OME-Zarr hierarchy on any file system that Hadoop knows. Nothing is copied: the chunks that a tile needs are read where
 * they lie.
 */
record ZarrFiles(FileSystem files, Path root) implements ZarrStore {
    private static final Set<String> MARKS = Set.of(".zattrs", ".zgroup", "zarr.json");

    /** Whether a folder with a file of that name is a hierarchy. */
    static boolean isMark(String name) {
        return MARKS.contains(name);
    }

    static Slide open(Path root, Configuration configuration) throws IOException {
        ZarrFiles store = new ZarrFiles(root.getFileSystem(configuration), root);
        return SlideReaders.zarr(store, java.nio.file.Path.of(root.toUri().getPath()), OptionalDouble.empty());
    }

    @Override
    public Optional<byte[]> read(String key, long from, long count, long most) throws IOException {
        Path file = new Path(root, key);
        try {
            return StoreReads.patiently(() -> {
                FileStatus status = files.getFileStatus(file);
                if (status.isDirectory()) {
                    return Optional.empty();
                }
                Span span = Span.of(key, status.getLen(), from, count, most);
                byte[] bytes = new byte[span.length()];
                try (FSDataInputStream stream = files.open(file)) {
                    stream.readFully(span.start(), bytes);
                }
                return Optional.of(bytes);
            });
        } catch (FileNotFoundException e) {
            return Optional.empty();
        }
    }
}
