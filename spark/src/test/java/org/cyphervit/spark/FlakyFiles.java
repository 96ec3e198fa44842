package org.cyphervit.spark;

import java.io.IOException;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.hadoop.fs.FSDataInputStream;
import org.apache.hadoop.fs.LocalFileSystem;
import org.apache.hadoop.fs.Path;

/** A store with hiccups: below a folder "hiccups" each file fails once, and what is named "worker" kills its task once. */
public final class FlakyFiles extends LocalFileSystem {
    private static final Set<Path> OPENED = ConcurrentHashMap.newKeySet();

    @Override
    public FSDataInputStream open(Path file, int buffer) throws IOException {
        if (file.toString().contains("hiccups") && OPENED.add(file)) {
            if (file.toString().contains("worker")) {
                throw new IllegalStateException("this task's worker dies");
            }
            throw new IOException("the store does not answer");
        }
        return super.open(file, buffer);
    }
}
