package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Broken and hostile files: a message that names the file, or pixels; never another error, a hang or a flood of memory. */
class TiffFuzzTest {
    private static final int FILES = 2000;
    private static final long MOST_BYTES = 400L << 20;
    private static final long MOST_NANOSECONDS = 20_000_000_000L;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    /** What is mutated. */
    enum Seed {
        TIFF,
        BIG_TIFF,
        SVS
    }

    @ParameterizedTest
    @EnumSource
    void mutatedFilesGiveAMessageOrPixels(Seed seed) throws Exception {
        Path file = folder.resolve("mutated." + (seed == Seed.SVS ? "svs" : "tif"));
        byte[] whole = seed(seed);
        Random random = new Random(20240607L + seed.ordinal());
        int told = 0;
        for (int i = 0; i < FILES; i++) {
            Files.write(file, mutate(whole, random));
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long begun = System.nanoTime();
            try (Slide slide = Slide.open(file, SlideReader.JAVA, OptionalDouble.empty())) {
                for (int level = 0; level < slide.levels().size(); level++) {
                    slide.readLevel(level, 0, 0, 150, 130);
                }
                slide.read(10, 10, 1.7, 40, 40);
            } catch (UserError e) {
                told++;
                assertThat(e).as("mutation %d of %s", i, seed).hasMessageContaining("mutated.");
            } catch (RuntimeException | Error e) {
                throw new AssertionError("mutation " + i + " of " + seed + ": " + e, e);
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("memory for mutation %d of %s", i, seed)
                    .isLessThan(MOST_BYTES);
            assertThat(System.nanoTime() - begun).as("time for mutation %d", i).isLessThan(MOST_NANOSECONDS);
        }
        assertThat(told).as("mutations that hurt").isBetween(FILES / 10, FILES);
    }

    private byte[] seed(Seed seed) throws IOException {
        RgbImage image = RgbImage.blank(150, 130);
        for (int i = 0; i < image.rgb().length; i++) {
            image.rgb()[i] = (byte) (i / 450 * 2 + i % 97);
        }
        RgbImage small = RgbImage.blank(75, 65);
        Path file = folder.resolve("seed.tif");
        TinyTiff.Codec codec = seed == Seed.SVS ? TinyTiff.Codec.JPEG : TinyTiff.Codec.DEFLATE;
        String description = seed == Seed.SVS ? "Aperio Image\n150x130|AppMag = 20|MPP = 0.499" : "";
        TinyTiff.write(
                file,
                seed == Seed.BIG_TIFF,
                List.of(
                        TinyTiff.Picture.of(image, 64, codec, description, 0.5),
                        TinyTiff.Picture.of(small, 64, codec, "", 1)));
        return Files.readAllBytes(file);
    }

    private static byte[] mutate(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        switch (random.nextInt(4)) {
            case 0 -> { // cut
                return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
            }
            case 1 -> { // bits anywhere
                for (int i = 1 + random.nextInt(8); i > 0; i--) {
                    bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
                }
            }
            case 2 -> { // extreme numbers anywhere
                for (int i = 1 + random.nextInt(3); i > 0; i--) {
                    extreme(bytes, random.nextInt(bytes.length), random);
                }
            }
            default -> { // the same in the last directory and its arrays
                for (int i = 1 + random.nextInt(4); i > 0; i--) {
                    extreme(bytes, bytes.length - 1 - random.nextInt(600), random);
                }
            }
        }
        return bytes;
    }

    private static void extreme(byte[] bytes, int at, Random random) {
        int value = switch (random.nextInt(5)) {
            case 0 -> -1;
            case 1 -> Integer.MAX_VALUE;
            case 2 -> 0;
            case 3 -> 1 << random.nextInt(31);
            default -> random.nextInt();
        };
        for (int i = 0; i < 1 + random.nextInt(4) && at + i < bytes.length; i++) {
            bytes[at + i] = (byte) (value >> (8 * i));
        }
    }
}
