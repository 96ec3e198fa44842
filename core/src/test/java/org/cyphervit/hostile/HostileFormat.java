package org.cyphervit.hostile;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;

/** Makes hostile files of one format and reads them as the program does. */
interface HostileFormat {
    /** Numbers at which sizes, counts and offsets go wrong. */
    List<Long> EXTREMES = List.of(
            -1L,
            0L,
            1L,
            2L,
            7L,
            255L,
            65_535L,
            65_536L,
            1L << 24,
            (1L << 31) - 1,
            1L << 31,
            (1L << 32) - 1,
            1L << 33,
            1L << 40,
            1L << 62,
            Long.MAX_VALUE,
            Long.MIN_VALUE);

    /** What the file's name ends with. */
    String extension();

    /** Files that did harm once; all must be refused. */
    List<Trouble> troubles();

    /** A file with its structure in order and some lies in it. */
    void write(Path file, SplittableRandom random) throws IOException;

    /** Reads all that the program would. */
    void read(Path file) throws IOException;

    /** A file that did harm once. */
    record Trouble(String name, Maker maker) {}

    /** Writes a file. */
    @FunctionalInterface
    interface Maker {
        void write(Path file) throws IOException;
    }

    static long extreme(SplittableRandom random) {
        return EXTREMES.get(random.nextInt(EXTREMES.size()));
    }

    @SafeVarargs
    static <T> T pick(SplittableRandom random, T... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
