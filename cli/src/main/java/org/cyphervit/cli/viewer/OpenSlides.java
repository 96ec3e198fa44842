package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideAddress;
import org.jspecify.annotations.Nullable;

/**
 * Slides that are looked at: the last few stay open. There are never more than that, however many are asked for at once; who
 * asks for another one waits until one is free.
 */
final class OpenSlides implements AutoCloseable {
    private final int most;
    private final Opener opener;
    private final Map<Key, Opened> open =
            new LinkedHashMap<>(8, 0.75f, true); // the one not used for longest comes first

    /** Opens a slide. */
    interface Opener {
        Slide open(Path file);
    }

    /** What is done with an open slide. */
    interface Look<T> {
        T at(Slide slide) throws IOException;
    }

    /** @param most slides that are open at the same time */
    OpenSlides(int most, Opener opener) {
        this.most = most;
        this.opener = opener;
    }

    /** Looks at a slide, which is opened if it is not open; many threads may look at the same one. */
    <T> T with(Path file, Look<T> look) throws IOException {
        Opened opened = take(file);
        try {
            return look.at(opened.slide(opener));
        } finally {
            release(opened);
        }
    }

    private synchronized Opened take(Path file) throws IOException {
        Key key = Key.of(file);
        try {
            while (!open.containsKey(key) && open.size() >= most && !closeIdle()) {
                wait();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("'" + file + "' was not opened: interrupted", e);
        }
        Opened opened = open.computeIfAbsent(key, Opened::new);
        opened.readers++;
        return opened;
    }

    private synchronized void release(Opened opened) {
        opened.readers--;
        notifyAll();
    }

    // Closes the slide that nobody looks at and that was not used for longest; false if all are looked at.
    private boolean closeIdle() {
        for (Opened candidate : open.values()) {
            if (candidate.readers == 0) {
                open.remove(candidate.key);
                candidate.close();
                return true;
            }
        }
        return false;
    }

    @Override
    public synchronized void close() {
        open.values().forEach(Opened::close);
        open.clear();
    }

    // A file that is replaced is another slide.
    private record Key(Path file, long modified, long size) {
        static Key of(Path file) throws IOException {
            Path bare = SlideAddress.of(file).file(); // without the plane
            return new Key(file, Files.getLastModifiedTime(bare).toMillis(), Files.size(bare));
        }
    }

    private static final class Opened {
        private final Key key;
        private int readers;
        private @Nullable Slide slide;

        Opened(Key key) {
            this.key = key;
        }

        // Outside of the other lock: a slide on a slow disk keeps nobody from the others.
        synchronized Slide slide(Opener opener) {
            Slide there = slide;
            if (there == null) {
                there = opener.open(key.file);
                slide = there;
            }
            return there;
        }

        synchronized void close() {
            if (slide != null) {
                slide.close();
            }
        }
    }
}
