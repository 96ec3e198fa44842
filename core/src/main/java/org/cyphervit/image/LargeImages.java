package org.cyphervit.image;

import java.io.IOException;
import java.lang.ref.Cleaner;

/**
 * Arrays for large images, which together take a part of the memory only. An image of 200 million pixels packs into some
 * kilobytes, and each of a loader's threads may meet one at the same time. What is held ends with the array: when nothing
 * refers to it any more, so callers have nothing to give back.
 */
public final class LargeImages {
    /** Smaller arrays are not counted; a thread holds few of them. */
    private static final long FREE = 16L << 20;

    private static final long MAX_HELD = Runtime.getRuntime().maxMemory() / 3;
    private static final long PATIENCE_MILLISECONDS = 60_000;
    private static final Cleaner CLEANER = Cleaner.create();
    private static final Object LOCK = new Object();
    private static long held;

    private LargeImages() {}

    /**
     * A new array; a large one waits until others are gone.
     *
     * @param name of the image, for messages
     * @throws IOException if it takes more than a third of the memory, or others do not go
     */
    public static byte[] array(long bytes, String name) throws IOException {
        if (bytes <= FREE) {
            return new byte[Math.toIntExact(bytes)];
        }
        if (bytes > Math.min(MAX_HELD, Integer.MAX_VALUE - 8)) {
            throw new IOException("'" + name + "' needs " + (bytes >> 20) + " MiB of memory; with the "
                    + (Runtime.getRuntime().maxMemory() >> 20) + " MiB of this JVM an image may have "
                    + (MAX_HELD >> 20));
        }
        reserve(bytes, name);
        try {
            byte[] array = new byte[(int) bytes];
            CLEANER.register(array, () -> release(bytes));
            return array;
        } catch (OutOfMemoryError e) {
            release(bytes);
            throw new IOException("'" + name + "' needs " + (bytes >> 20) + " MiB of memory, which are not free", e);
        }
    }

    private static void reserve(long bytes, String name) throws IOException {
        long end = System.currentTimeMillis() + PATIENCE_MILLISECONDS;
        synchronized (LOCK) {
            for (long pause = 2; held + bytes > MAX_HELD; pause = Math.min(500, 2 * pause)) {
                if (System.currentTimeMillis() > end) {
                    throw new IOException("'" + name + "' needs " + (bytes >> 20) + " MiB of memory, while other"
                            + " images hold " + (held >> 20) + " of " + (MAX_HELD >> 20));
                }
                System.gc(); // only so are arrays found that nothing refers to
                try {
                    LOCK.wait(pause);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IOException("'" + name + "' was not read: interrupted", e);
                }
            }
            held += bytes;
        }
    }

    private static void release(long bytes) {
        synchronized (LOCK) {
            held -= bytes;
            LOCK.notifyAll();
        }
    }
}
