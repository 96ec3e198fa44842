package org.cyphervit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.shard.Archives;
import org.cyphervit.data.shard.Shards;
import org.cyphervit.image.ImageFiles;

/** Tars of images and WebDataset shards. */
final class HostileTar implements HostileFormat {
    private static final byte[] PNG = ImageFiles.encode(".png", new GeneratedTissue(1, 1, 32, 1).read(0));

    @Override
    public String extension() {
        return "tar";
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(
                new Trouble("no image but one whose name ends in a NUL", file -> {
                    ByteArrayOutputStream tar = new ByteArrayOutputStream();
                    pax(tar, "path", "a.png\0x");
                    member(tar, "a", '0', String.format("%011o", PNG.length), PNG);
                    end(file, tar);
                }),
                new Trouble("a long name of 8 GB", file -> {
                    ByteArrayOutputStream tar = new ByteArrayOutputStream();
                    member(tar, "././@LongLink", 'L', "77777777777", new byte[512]);
                    end(file, tar);
                }));
    }

    @Override
    public void write(Path file, SplittableRandom random) throws IOException {
        ByteArrayOutputStream tar = new ByteArrayOutputStream();
        for (int i = random.nextInt(6); i >= 0; i--) {
            if (random.nextInt(3) == 0) {
                pax(
                        tar,
                        HostileFormat.pick(
                                random,
                                "path",
                                "size",
                                "linkpath",
                                "GNU.sparse.map",
                                "GNU.sparse.size",
                                "hdrcharset",
                                ""),
                        HostileFormat.pick(
                                random,
                                "a\0.png",
                                "" + HostileFormat.extreme(random),
                                "../x.png",
                                "x".repeat(70_000),
                                ""));
            }
            byte[] content = random.nextInt(4) == 0
                    ? "{\"name\":\"a\\u0000\\n../b\",\"class\":7,\"target\":1e999}".getBytes(StandardCharsets.UTF_8)
                    : PNG;
            String name = HostileFormat.pick(
                    random,
                    i + ".png",
                    i + ".json",
                    i + ".cls",
                    "a/" + i + ".jpg",
                    "../" + i + ".png",
                    i + ".p\0ng",
                    "\0",
                    i + ".png\0.json",
                    "n".repeat(99),
                    "/" + i + ".png");
            char type = HostileFormat.pick(random, '0', '0', '0', '5', '1', '2', 'L', 'S', 'x', 'g', 'D', '\0');
            String size = random.nextInt(4) == 0
                    ? HostileFormat.pick(
                            random, "77777777777", "-0000000001", "00000000000", "\u0080\0\0\0\u007f", "zz")
                    : String.format("%011o", content.length);
            member(tar, name, type, size, content);
        }
        end(file, tar);
        if (random.nextInt(4) == 0) {
            byte[] bytes = Files.readAllBytes(file);
            Files.write(file, java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)));
        }
    }

    @Override
    public void read(Path file) throws IOException {
        HostileZip.readAll(Shards.open(file), file);
        HostileZip.readAll(Archives.open(file, ImageFolder.Labels.AUTO), file);
    }

    private static void pax(ByteArrayOutputStream tar, String key, String value) {
        String record = " " + key + "=" + value + "\n";
        int length = record.length() + 1;
        while (String.valueOf(length).length() + record.length() > length) {
            length++;
        }
        byte[] bytes = (length + record).getBytes(StandardCharsets.ISO_8859_1);
        member(tar, "PaxHeaders/x", 'x', String.format("%011o", bytes.length), bytes);
    }

    private static void member(ByteArrayOutputStream tar, String name, char type, String size, byte[] content) {
        byte[] header = new byte[512];
        put(header, 0, name, 100);
        put(header, 100, "0000644", 8);
        put(header, 124, size, 12);
        put(header, 136, "00000000000", 12);
        header[156] = (byte) type;
        put(header, 257, "ustar\00000", 8);
        put(header, 148, "        ", 8);
        int sum = 0;
        for (byte b : header) {
            sum += b & 0xff;
        }
        put(header, 148, String.format("%06o", sum) + "\0 ", 8);
        tar.writeBytes(header);
        tar.writeBytes(content);
        tar.writeBytes(new byte[Math.floorMod(-content.length, 512)]);
    }

    private static void put(byte[] header, int at, String text, int most) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(bytes, 0, header, at, Math.min(bytes.length, most));
    }

    private static void end(Path file, ByteArrayOutputStream tar) throws IOException {
        tar.writeBytes(new byte[1024]);
        Files.write(file, tar.toByteArray());
    }
}
