package org.cyphervit.spark;

import java.io.FileNotFoundException;
import java.io.IOException;

/** Reads from a store that may have hiccups. */
final class StoreReads {
    private static final int ATTEMPTS = 3;

    private StoreReads() {}

    /** A read. */
    @FunctionalInterface
    interface Read<T> {
        T now() throws IOException;
    }

    /** Tries again what failed, a few times; not what is missing. */
    static <T> T patiently(Read<T> read) throws IOException {
        for (int attempt = 1; ; attempt++) {
            try {
                return read.now();
            } catch (FileNotFoundException e) {
                throw e;
            } catch (IOException e) {
                if (attempt == ATTEMPTS) {
                    throw e;
                }
                pause(200L * attempt);
            }
        }
    }

    private static void pause(long milliseconds) throws IOException {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("Interrupted while reading from a store", e);
        }
    }
}
