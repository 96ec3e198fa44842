package org.cyphervit.spark;

import java.io.IOException;
import java.util.List;
import java.util.function.BiConsumer;
import org.apache.hadoop.conf.Configuration;
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
        for (String name : roots) {
            try {
                Path given = new Path(name);
                FileSystem files = given.getFileSystem(configuration);
                Path root = files.makeQualified(given);
                RemoteIterator<LocatedFileStatus> all = files.listFiles(root, true);
                while (all.hasNext()) {
                    visit.accept(root, all.next().getPath());
                }
            } catch (IOException e) {
                throw new UserError("The " + what + " in '" + name + "' cannot be listed: " + e.getMessage(), e);
            }
        }
    }
}
