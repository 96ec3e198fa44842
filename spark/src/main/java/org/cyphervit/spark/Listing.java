package org.cyphervit.spark;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.FileStatus;
import org.apache.hadoop.fs.FileSystem;
import org.apache.hadoop.fs.LocatedFileStatus;
import org.apache.hadoop.fs.Path;
import org.apache.hadoop.fs.RemoteIterator;
import org.cyphervit.UserError;

/** What lies below some folders of any file system that Hadoop knows. */
final class Listing {
    private Listing() {}

    /**
     * Visits all files at any depth.
     *
     * @param roots URIs such as {@code /data/tiles}, {@code hdfs://...} or {@code s3a://bucket/tiles}
     * @param what is looked for, such as tiles, for the message
     * @param visit hears the qualified root and the file
     * @throws UserError if a folder cannot be listed
     */
    static void visit(List<String> roots, Configuration configuration, String what, BiConsumer<Path, Path> visit) {
        each(roots, configuration, what, (files, root) -> {
            RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
            while (all.hasNext()) {
                visit.accept(root, all.next().getPath());
            }
        });
    }

    /** Hears of a slide's place. */
    @FunctionalInterface
    interface SlideVisit {
        void accept(Path root, Path slide, boolean isZarr);
    }

    /**
     * The same, where a Zarr hierarchy is one thing: its chunks, which may be millions, are not listed.
     *
     * @throws UserError if a folder cannot be listed
     */
    static void visitSlides(List<String> roots, Configuration configuration, SlideVisit visit) {
        each(roots, configuration, "slides", (files, root) -> slides(files, root, root, visit));
    }

    private static void slides(FileSystem files, Path root, Path folder, SlideVisit visit) throws IOException {
        FileStatus[] entries = files.listStatus(folder);
        if (Arrays.stream(entries)
                .anyMatch(entry -> ZarrFiles.isMark(entry.getPath().getName()))) {
            visit.accept(root, folder, true);
            return;
        }
        for (FileStatus entry : entries) {
            if (entry.isDirectory()) {
                slides(files, root, entry.getPath(), visit);
            } else {
                visit.accept(root, entry.getPath(), false);
            }
        }
    }

    private interface Look {
        void at(FileSystem files, Path root) throws IOException;
    }

    private static void each(List<String> roots, Configuration configuration, String what, Look look) {
        for (String name : roots) {
            try {
                Path given = new Path(name);
                FileSystem files = given.getFileSystem(configuration);
                look.at(files, files.makeQualified(given));
            } catch (IOException e) {
                throw new UserError("The " + what + " in '" + name + "' cannot be listed: " + e.getMessage(), e);
            }
        }
    }
}
