package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.slide.codec.OpenJpeg;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Damaged slides of the formats that other programs wrote: pixels, or a message that names the file; never another error, a
 * hang or a flood of memory. Damage falls on what tells the structure as often as on the pixels. {@code -Dfuzz.files=2000}
 * tries more.
 */
class SlideFuzzTest {
    private static final int FILES = Integer.getInteger("fuzz.files", 100);
    private static final long MOST_BYTES = 400L << 20;
    private static final long MOST_NANOSECONDS = 20_000_000_000L;
    private static final com.sun.management.ThreadMXBean THREADS =
            (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "rgb.ome.tif",
                "planes.ome.tif",
                "stack.ome.tif#c=2,z=3",
                "philips.tiff",
                "dicom/plain",
                "dicom/implicit",
                "dicom/rle",
                "dicom/sparse",
                "dicom/j2k",
                "blosc-lz4.ome.zarr",
                "blosc-zstd-bits.ome.zarr",
                "zstd.ome.zarr",
                "three-shards.ome.zarr"
            })
    void damagedSlidesGiveAMessageOrPixels(String name) throws Exception {
        Assumptions.assumeTrue(!name.endsWith("j2k") || OpenJpeg.version().isPresent(), "no OpenJPEG");
        SlideAddress made = SlideAddress.of(MadeSlides.file(name));
        Path copy = prepare(
                String.valueOf(made.planes().isEmpty() ? name : made.file().getFileName()));
        Path slide = made.in(copy);
        List<Path> files = files(copy);
        Random random = new Random(name.hashCode());
        int told = 0;
        for (int i = 0; i < FILES; i++) {
            Path file = files.get(random.nextInt(files.size()));
            byte[] whole = Files.readAllBytes(file);
            Files.write(file, damage(whole, random));
            told += look(slide, name + ", damage " + i + " in " + file.getFileName()) ? 0 : 1;
            Files.write(file, whole);
        }
        assertThat(told).as("damages that hurt").isBetween(FILES / 20, FILES);
        assertThat(look(slide, "whole again")).isTrue();
    }

    // Whether it could be read.
    private static boolean look(Path path, String what) {
        long before = THREADS.getCurrentThreadAllocatedBytes();
        long begun = System.nanoTime();
        boolean fine = true;
        try (Slide slide = Slide.open(path, SlideReader.JAVA, OptionalDouble.empty())) {
            for (int level = 0; level < slide.levels().size(); level++) {
                slide.readLevel(level, 0, 0, 201, 155);
            }
            slide.read(10, 10, 1.7, 40, 40);
        } catch (UserError e) {
            fine = false;
            assertThat(e).as(what).hasMessageContaining("damaged");
        } catch (RuntimeException | Error e) {
            throw new AssertionError(what + ": " + e, e);
        }
        assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                .as("memory, " + what)
                .isLessThan(MOST_BYTES);
        assertThat(System.nanoTime() - begun).as("time, " + what).isLessThan(MOST_NANOSECONDS);
        return fine;
    }

    private Path prepare(String name) throws IOException {
        if (name.endsWith(".zarr")) {
            OmeZarrTest.unpack(folder);
            return Files.move(folder.resolve(name), folder.resolve("damaged.zarr"));
        }
        Path from = MadeSlides.file(name);
        if (Files.isRegularFile(from)) {
            return Files.copy(from, folder.resolve("damaged.tif"));
        }
        Path to = Files.createDirectory(folder.resolve("damaged"));
        for (Path file : files(from)) {
            Files.copy(file, to.resolve(file.getFileName()));
        }
        return to;
    }

    private static List<Path> files(Path slide) throws IOException {
        try (Stream<Path> walk = Files.walk(slide)) {
            return new ArrayList<>(walk.filter(Files::isRegularFile).sorted().toList());
        }
    }

    // Headers lie at the beginning of some formats and at the end of others.
    private static byte[] damage(byte[] whole, Random random) {
        byte[] bytes = whole.clone();
        int kind = random.nextInt(6);
        if (kind == 0) {
            return java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length));
        }
        int span = Math.min(bytes.length, 3000);
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            int at = switch (kind) {
                case 1, 2 -> random.nextInt(span);
                case 3 -> bytes.length - 1 - random.nextInt(span);
                default -> random.nextInt(bytes.length);
            };
            int value = switch (random.nextInt(6)) {
                case 0 -> -1;
                case 1 -> Integer.MAX_VALUE;
                case 2 -> 0;
                case 3 -> 1 << random.nextInt(31);
                case 4 -> bytes[at] ^ (1 << random.nextInt(8));
                default -> random.nextInt();
            };
            int width = kind == 2 ? 1 : 1 + random.nextInt(4);
            for (int k = 0; k < width && at + k < bytes.length; k++) {
                bytes[at + k] = (byte) (value >> (8 * k));
            }
        }
        return bytes;
    }
}
