package org.cyphervit.data;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyphervit.UserError;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.shard.Archives;
import org.cyphervit.data.shard.Shards;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.NpyArray;
import org.cyphervit.file.TarShards;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Thousands of damaged and hostile files: each is read or refused by a message that names it, in bounded memory and time, and
 * the JVM lives.
 */
@Timeout(value = 120, unit = TimeUnit.SECONDS, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class FuzzTest {
    private static final int FILES = 2000;
    private static final long MAX_ALLOCATION = 96L << 20;
    private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

    @TempDir
    private Path folder;

    /** Reads a file whole. */
    @FunctionalInterface
    private interface Reading {
        void of(Path file) throws IOException;
    }

    @Test
    void jpeg() throws IOException {
        fuzz("tile.jpg", ImageFiles.encode(".jpg", new GeneratedTissue(1, 1, 32, 1).read(3)), ImageFiles::read);
    }

    @Test
    void png() throws IOException {
        fuzz("tile.png", ImageFiles.encode(".png", new GeneratedTissue(1, 1, 32, 1).read(3)), ImageFiles::read);
    }

    @Test
    void npy() throws IOException {
        Path seed = folder.resolve("seed.npy");
        NpyArray.write(seed, new float[60], 4, 5, 3);
        fuzz("array.npy", Files.readAllBytes(seed), file -> {
            NpyArray array = NpyArray.open(file);
            if (array.isNumeric()) {
                array.floats(0, Math.toIntExact(array.rows() * array.width()));
            } else if (array.rows() > 0 && array.width() > 0) {
                array.text(0);
            }
        });
    }

    @Test
    void hdf5AsWrittenHere() throws IOException {
        Path seed = folder.resolve("seed.h5");
        Hdf5File.write(
                seed,
                List.of(new Hdf5Dataset("x", new byte[48], new long[] {4, 4, 3}, Map.of("encoder", "e", "n", 3L))));
        fuzz("x.h5", Files.readAllBytes(seed), FuzzTest::readHdf5);
    }

    @Test
    void hdf5InChunks() throws IOException {
        Path seed = folder.resolve("seed.h5");
        try (WritableHdfFile hdf = HdfFile.write(seed)) {
            hdf.putDataset("x", new int[4][4][3]).putAttribute("encoder", "e");
        }
        fuzz("x.h5", Files.readAllBytes(seed), FuzzTest::readHdf5);
    }

    @Test
    void tar() throws IOException {
        Path shards = folder.resolve("seed");
        byte[] png = ImageFiles.encode(".png", new GeneratedTissue(1, 1, 32, 1).read(3));
        try (TarShards tar = new TarShards(shards, "x", 1 << 20)) {
            tar.add(
                    "a/" + "long".repeat(30),
                    Map.of("png", png, "json", "{\"class\":\"a\"}".getBytes(StandardCharsets.UTF_8)));
            tar.add("b", Map.of("png", png, "cls", "1".getBytes(StandardCharsets.UTF_8)));
        }
        fuzz("x.tar", Files.readAllBytes(TarShards.list(shards).getFirst()), file -> {
            readAll(Shards.open(file));
            readAll(Archives.open(file, ImageFolder.Labels.AUTO));
        });
    }

    @Test
    void zip() throws IOException {
        byte[] png = ImageFiles.encode(".png", new GeneratedTissue(1, 1, 32, 1).read(3));
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
            for (String name : List.of("a/1.png", "b/2.png", "../c.png")) {
                zip.putNextEntry(new ZipEntry(name));
                zip.write(png);
            }
        }
        fuzz("x.zip", bytes.toByteArray(), file -> readAll(Archives.open(file, ImageFolder.Labels.AUTO)));
    }

    @Test
    void csv() throws IOException {
        byte[] seed =
                "tile,class,score\n\"a, b.png\",x,0.5\nc.png,\"y \"\"z\"\"\",1e-3\n".getBytes(StandardCharsets.UTF_8);
        fuzz("x.csv", seed, file -> {
            CsvTable table = CsvTable.read(file);
            for (int row = 0; row < table.rows(); row++) {
                table.number(row, table.column("score"));
            }
        });
    }

    private static void readHdf5(Path file) throws IOException {
        try (Hdf5Reader reader = Hdf5Reader.open(file)) {
            for (String name : reader.names()) {
                long[] shape = reader.shape(name);
                reader.attribute(name, "encoder");
                if (shape.length > 0) {
                    reader.rows(name, 0, (int) Math.min(shape[0], 4));
                }
            }
        }
    }

    // A tile that cannot be read is left out by whoever reads the others.
    private static void readAll(TileSource source) {
        for (int i = 0; i < source.size(); i++) {
            try {
                source.read(i);
            } catch (IOException e) {
                assertThat(e).hasMessageContaining("x.");
            }
        }
    }

    private void fuzz(String name, byte[] seed, Reading reading) throws IOException {
        Path inside = Files.createDirectories(folder.resolve("in/side"));
        Path file = inside.resolve(name);
        Random random = new Random(name.hashCode());
        int refused = 0;
        for (int i = 0; i < FILES; i++) {
            Files.write(file, mutated(seed, random));
            long before = THREADS.getCurrentThreadAllocatedBytes();
            long begun = System.nanoTime();
            try {
                reading.of(file);
            } catch (UserError | IOException e) {
                refused++;
                assertThat(e.getMessage()).as("file %d", i).contains(name);
            } catch (RuntimeException | Error e) {
                throw new AssertionError("file " + i + ": " + e, e);
            }
            assertThat(THREADS.getCurrentThreadAllocatedBytes() - before)
                    .as("bytes allocated for file %d", i)
                    .isLessThan(MAX_ALLOCATION);
            assertThat((System.nanoTime() - begun) / 1e9)
                    .as("seconds for file %d", i)
                    .isLessThan(10);
        }
        assertThat(refused).isGreaterThan(FILES / 10);
        try (var files = Files.walk(folder.resolve("in"))) {
            assertThat(files.filter(Files::isRegularFile)).containsExactly(file);
        }
    }

    private static byte[] mutated(byte[] seed, Random random) {
        byte[] bytes = seed.clone();
        switch (random.nextInt(5)) {
            case 0 -> bytes = Arrays.copyOf(bytes, random.nextInt(bytes.length));
            case 1 -> { // sizes and offsets at their extremes
                int at = random.nextInt(Math.max(1, bytes.length - 4));
                byte value = (byte) (random.nextBoolean() ? 0xff : random.nextBoolean() ? 0x7f : 0);
                Arrays.fill(bytes, at, Math.min(bytes.length, at + 1 + random.nextInt(8)), value);
            }
            case 2 -> { // a part again at another place
                int from = random.nextInt(bytes.length);
                int to = random.nextInt(bytes.length);
                System.arraycopy(
                        seed, from, bytes, to, Math.min(random.nextInt(64), bytes.length - Math.max(from, to)));
            }
            default -> {
                for (int n = 1 + random.nextInt(8); n > 0; n--) {
                    bytes[random.nextInt(Math.min(bytes.length, random.nextBoolean() ? 200 : bytes.length))] =
                            (byte) random.nextInt(256);
                }
            }
        }
        return bytes;
    }
}
