package org.cyphervit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.cyphervit.embed.EmbeddedTiles;
import org.cyphervit.file.NpyArray;

/** NumPy arrays. */
final class HostileNpy implements HostileFormat {
    @Override
    public String extension() {
        return "npy";
    }

    @Override
    public List<Trouble> troubles() {
        String backtracking = "{" + "'descr': '<f8', ".repeat(2000) + "'shape': (1,";
        return List.of(
                new Trouble("a header that makes a regular expression backtrack", file -> array(file, backtracking, 8)),
                new Trouble("no row of 2^33 values", file -> array(file, header("<f4", "0, 8589934592"), 0)),
                new Trouble("a sparse file of 8 GB with an honest header", file -> {
                    array(file, header("|u1", "8589934592, 1"), 0);
                    try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                        sparse.setLength(sparse.length() + (1L << 33));
                    }
                }));
    }

    @Override
    public void write(Path file, SplittableRandom random) throws IOException {
        String type = HostileFormat.pick(
                random, "<f4", ">f8", "|u1", "<i8", "<U9", "|S3", "|b1", "|O", "<f3", "<U999999", "");
        StringBuilder shape = new StringBuilder();
        long count = 1;
        for (int d = random.nextInt(4) == 0 ? random.nextInt(70) : random.nextInt(4); d > 0; d--) {
            long n = random.nextInt(3) == 0 ? HostileFormat.extreme(random) : random.nextInt(1, 5);
            shape.append(n).append(HostileFormat.pick(random, ", ", ",", " , ", ",,"));
            count *= n;
        }
        String header = switch (random.nextInt(6)) {
            case 0 -> header(type, shape.toString()).replace("}", "");
            case 1 -> "{'shape': (" + shape + "), 'fortran_order': True, \"descr\": \"" + type + "\"}";
            case 2 -> header("'('".repeat(random.nextInt(9000)), shape.toString());
            case 3 -> header(type, "(".repeat(random.nextInt(9000)));
            default -> header(type, shape.toString());
        };
        long bytes = random.nextInt(4) == 0 ? random.nextInt(4096) : Math.clamp(8 * count, 0, 1 << 16);
        array(file, header, (int) bytes);
        if (random.nextInt(8) == 0) {
            byte[] all = Files.readAllBytes(file);
            all[6 + random.nextInt(6)] = (byte) random.nextInt(256); // version and length
            Files.write(file, all);
        }
        if (random.nextInt(8) == 0) {
            try (RandomAccessFile sparse = new RandomAccessFile(file.toFile(), "rw")) {
                sparse.setLength(1L << random.nextInt(10, 34));
            }
        }
    }

    @Override
    public void read(Path file) throws IOException {
        NpyArray array = NpyArray.open(file);
        if (!array.isNumeric() && array.rows() > 0 && array.width() > 0) {
            array.text(0);
        }
        EmbeddedTiles.readNpy(file);
    }

    private static String header(String type, String shape) {
        return "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
    }

    private static void array(Path file, String header, int bytes) throws IOException {
        byte[] text = header.getBytes(StandardCharsets.US_ASCII);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 2, 0});
        out.writeBytes(Bytes.little(text.length, 4));
        out.writeBytes(text);
        out.writeBytes(new byte[bytes]);
        Files.write(file, out.toByteArray());
    }
}
