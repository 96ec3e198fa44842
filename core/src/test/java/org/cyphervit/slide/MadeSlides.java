package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/** Slides that other programs made (see the scripts beside them), and their pixels as those programs mean them. */
final class MadeSlides {
    private static final Path FOLDER = Path.of("src", "test", "resources", "slides");

    private MadeSlides() {}

    static Path file(String name) {
        return FOLDER.resolve(name);
    }

    /** Level {@code i} of what NAME-i.npy holds: rows x columns x 3 bytes. */
    static byte[] pixels(String name, int level) {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(FOLDER.resolve(name + "-" + level + ".npy")));
            int header = Short.toUnsignedInt(Short.reverseBytes(bytes.getShort(8))) + 10;
            return java.util.Arrays.copyOfRange(bytes.array(), header, bytes.capacity());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** All levels are pixel by pixel what the arrays hold. */
    static void assertLevels(Slide slide, String expected, int levels) {
        assertThat(slide.levels()).hasSize(levels);
        for (int i = 0; i < levels; i++) {
            PyramidLevel level = slide.levels().get(i);
            byte[] read = slide.readLevel(i, 0, 0, (int) level.width(), (int) level.height())
                    .rgb();
            assertThat(read).as("level %d of %s", i, slide.path()).isEqualTo(pixels(expected, i));
        }
    }
}
