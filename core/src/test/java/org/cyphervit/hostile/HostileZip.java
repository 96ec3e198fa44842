package org.cyphervit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.DeflaterOutputStream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.shard.Archives;
import org.cyphervit.image.ImageFiles;

/** Zips of images, read by several threads at once. */
final class HostileZip implements HostileFormat {
    private static final int THREADS = 16;
    private static final byte[] PNG = ImageFiles.encode(".png", new GeneratedTissue(1, 1, 32, 1).read(0));

    @Override
    public String extension() {
        return "zip";
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(
                new Trouble("16 PNG of 196 million pixels in 24 KB each", file -> {
                    byte[] bomb = flatPng(14_000);
                    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
                        for (int i = 0; i < THREADS; i++) {
                            put(zip, i + ".png", bomb);
                        }
                    }
                }),
                new Trouble("entries of 100 MB of zeros", file -> {
                    try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
                        zip.setLevel(Deflater.BEST_SPEED);
                        for (int i = 0; i < 3; i++) {
                            put(zip, i + ".png", new byte[100 << 20]);
                        }
                    }
                }));
    }

    @Override
    public void write(Path file, SplittableRandom random) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (ZipOutputStream zip = new ZipOutputStream(out)) {
            for (int i = random.nextInt(5); i >= 0; i--) {
                String name = HostileFormat.pick(
                        random,
                        i + ".png",
                        "a/" + i + ".jpg",
                        "../" + i + ".png",
                        "/etc/" + i + ".png",
                        "a\0" + i + ".png",
                        "x".repeat(3000) + i + ".png",
                        ".h/" + i + ".png",
                        i + ".png\0",
                        i + "\n.png");
                byte[] bytes = random.nextInt(8) == 0 ? flatPng(random.nextInt(1, 3000)) : PNG;
                put(zip, name, random.nextInt(8) == 0 ? new byte[random.nextInt(1 << 20)] : bytes);
            }
        }
        byte[] bytes = out.toByteArray();
        for (int i = random.nextInt(4); i > 0; i--) { // sizes, offsets and flags of the directory and of the entries
            int at = Bytes.find(
                    bytes, HostileFormat.pick(random, "PK\1\2", "PK\3\4", "PK\5\6"), random.nextInt(bytes.length));
            if (at >= 0) {
                int field = at + random.nextInt(4, 40);
                if (field + 4 <= bytes.length) {
                    Bytes.put(bytes, field, HostileFormat.extreme(random), HostileFormat.pick(random, 1, 2, 4));
                }
            }
        }
        Files.write(file, bytes);
    }

    @Override
    public void read(Path file) throws IOException {
        readAll(Archives.open(file, ImageFolder.Labels.AUTO), file);
    }

    /** All tiles at once; those that cannot be read must say so. */
    static void readAll(TileSource source, Path file) throws IOException {
        List<IOException> refused = IntStream.range(0, Math.min(THREADS, source.size()))
                .mapToObj(i -> {
                    java.util.concurrent.FutureTask<IOException> task =
                            new java.util.concurrent.FutureTask<>(() -> refusal(source, i));
                    Thread.ofPlatform().daemon().start(task);
                    return task;
                })
                .toList()
                .stream()
                .map(HostileZip::get)
                .filter(java.util.Optional::isPresent)
                .map(java.util.Optional::get)
                .toList();
        for (IOException e : refused) {
            if (!String.valueOf(e.getMessage()).contains(file.getFileName().toString())) {
                throw new IllegalStateException("a message that does not name the file", e);
            }
        }
        if (!refused.isEmpty() && refused.size() == Math.min(THREADS, source.size())) {
            throw refused.getFirst();
        }
    }

    private static java.util.Optional<IOException> get(java.util.concurrent.Future<IOException> task) {
        try {
            return java.util.Optional.ofNullable(task.get());
        } catch (java.util.concurrent.ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @SuppressWarnings("NullAway") // null for a tile that could be read
    private static IOException refusal(TileSource source, int index) {
        try {
            source.read(index);
            return null;
        } catch (IOException e) {
            return e;
        }
    }

    private static void put(ZipOutputStream zip, String name, byte[] bytes) throws IOException {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(bytes);
    }

    /** A black image of one bit per pixel. */
    static byte[] flatPng(int side) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        png.writeBytes(new byte[] {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'});
        byte[] head = new byte[13];
        big(head, 0, side);
        big(head, 4, side);
        head[8] = 1;
        chunk(png, "IHDR", head);
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (DeflaterOutputStream deflate = new DeflaterOutputStream(packed)) {
            byte[] row = new byte[1 + (side + 7) / 8];
            for (int y = 0; y < side; y++) {
                deflate.write(row);
            }
        }
        chunk(png, "IDAT", packed.toByteArray());
        chunk(png, "IEND", new byte[0]);
        return png.toByteArray();
    }

    private static void chunk(ByteArrayOutputStream png, String type, byte[] data) {
        byte[] length = new byte[4];
        big(length, 0, data.length);
        png.writeBytes(length);
        CRC32 crc = new CRC32();
        byte[] name = type.getBytes(StandardCharsets.US_ASCII);
        crc.update(name);
        crc.update(data);
        png.writeBytes(name);
        png.writeBytes(data);
        byte[] sum = new byte[4];
        big(sum, 0, (int) crc.getValue());
        png.writeBytes(sum);
    }

    private static void big(byte[] into, int at, int value) {
        for (int i = 0; i < 4; i++) {
            into[at + i] = (byte) (value >>> (24 - 8 * i));
        }
    }
}
