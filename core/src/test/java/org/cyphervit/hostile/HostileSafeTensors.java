package org.cyphervit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.CheckpointStore;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.checkpoint.weights.WeightImport;
import org.cyphervit.torch.Scope;

/** Safetensors files, encoders and checkpoints among them. */
final class HostileSafeTensors implements HostileFormat {
    private static final String VIT =
            "{\\\"kind\\\":\\\"vit\\\",\\\"width\\\":%d,\\\"depth\\\":%d,\\\"heads\\\":1,\\\"patch\\\":8,"
                    + "\\\"imageSize\\\":%d,\\\"dropPath\\\":0.0,\\\"registers\\\":%d,\\\"layerScale\\\":0.0}";

    @Override
    public String extension() {
        return "safetensors";
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(
                new Trouble("2,000 tensors on the same 10 MB", file -> {
                    StringBuilder header = new StringBuilder("{");
                    for (int i = 0; i < 2000; i++) {
                        header.append(tensor("t" + i, "F32", "2500000", 0, 10_000_000))
                                .append(i < 1999 ? "," : "}");
                    }
                    write(file, header.toString(), 10_000_000);
                }),
                new Trouble("300,000 empty tensors", file -> {
                    StringBuilder header = new StringBuilder("{");
                    for (int i = 0; i < 300_000; i++) {
                        header.append(tensor("t" + i, "F32", "0", 0, 0)).append(i < 299_999 ? "," : "}");
                    }
                    write(file, header.toString(), 0);
                }),
                new Trouble("a tensor that spans all, of booleans", file -> {
                    String config = VIT.formatted(8, 1, 8, 0);
                    write(
                            file,
                            "{\"__metadata__\":{\"config\":\"" + config + "\",\"crc32c\":\"0\"},"
                                    + tensor("cls_token", "BOOL", "4096", 0, 4096) + ","
                                    + tensor("pos_embed", "BOOL", "4096", 0, 4096) + "}",
                            4096);
                }),
                new Trouble("a configuration of 30,000 by 3,000", file -> encoder(file, 30_000, 3_000, 224, 0)),
                new Trouble("a configuration of 2,000,000 tokens", file -> encoder(file, 64, 1, 64, 2_000_000)),
                new Trouble(
                        "a configuration of an image of 2^30 pixels a side", file -> encoder(file, 8, 1, 1 << 30, 0)),
                new Trouble(
                        "an empty tensor whose strides overflow",
                        file -> write(file, "{" + tensor("t", "F64", "0,4611686018427387904,8", 0, 0) + "}", 0)));
    }

    private static void encoder(Path file, int width, int depth, int image, int registers) throws IOException {
        write(
                file,
                "{\"__metadata__\":{\"config\":\"" + VIT.formatted(width, depth, image, registers) + "\"},"
                        + tensor("cls_token", "F32", "1,1,8", 0, 32) + "}",
                32);
    }

    @Override
    public void write(Path file, SplittableRandom random) throws IOException {
        int data = random.nextInt(4096);
        StringBuilder header = new StringBuilder("{");
        if (random.nextInt(3) == 0) {
            header.append("\"__metadata__\":")
                    .append(HostileFormat.pick(
                            random,
                            "[]",
                            "{\"a\":{\"b\":[1]}}",
                            "{\"config\":\"{}\"}",
                            "{\"config\":\"[[[[\"}",
                            "{\"config\":\""
                                    + VIT.formatted(
                                            HostileFormat.extreme(random),
                                            random.nextInt(9),
                                            HostileFormat.extreme(random),
                                            HostileFormat.extreme(random))
                                    + "\"}"))
                    .append(',');
        }
        int tensors = random.nextInt(20) == 0 ? 3000 : random.nextInt(6);
        for (int i = 0; i < tensors; i++) {
            StringBuilder shape = new StringBuilder();
            long count = 4;
            for (int d = random.nextInt(30) == 0 ? 100 : random.nextInt(5); d > 0; d--) {
                long n = random.nextInt(3) == 0 ? HostileFormat.extreme(random) : random.nextInt(8);
                shape.append(shape.isEmpty() ? "" : ",").append(n);
                count *= n;
            }
            long begin = random.nextInt(3) == 0 ? HostileFormat.extreme(random) : random.nextInt(data + 1);
            long end = random.nextInt(3) == 0 ? HostileFormat.extreme(random) : begin + count;
            String name = HostileFormat.pick(
                    random, "t" + i, "t", "patch_embed.proj.weight", "pos_embed", "", "\\u0000", "x".repeat(5000));
            header.append(tensor(
                            name,
                            HostileFormat.pick(random, "F32", "F64", "BF16", "BOOL", "I64", "F8", ""),
                            shape.toString(),
                            begin,
                            end))
                    .append(i + 1 < tensors ? "," : "");
        }
        header.append("}");
        if (random.nextInt(6) == 0) {
            header.insert(1, "\"deep\":" + "[".repeat(random.nextInt(200_000)));
        }
        write(file, header.toString(), data);
        try (RandomAccessFile lies = new RandomAccessFile(file.toFile(), "rw")) {
            if (random.nextInt(8) == 0) {
                lies.write(Bytes.little(HostileFormat.extreme(random), 8));
            } else if (random.nextInt(16) == 0) {
                lies.setLength(1L << random.nextInt(34));
            }
        }
    }

    @Override
    public void read(Path file) throws IOException {
        try (Scope scope = Scope.open()) {
            SafeTensors.metadata(file);
            SafeTensors.read(file);
            WeightImportProbe.open(file);
            EncoderFile.read(file, new Device("cpu"));
        }
    }

    /** Both readers see the file, whichever refuses it first. */
    private static final class WeightImportProbe {
        static void open(Path file) throws IOException {
            try {
                WeightImport.open(file).config(0);
                CheckpointStore.load(file, java.util.Map.of());
            } catch (UserError e) {
                if (!String.valueOf(e.getMessage()).contains(file.getFileName().toString())) {
                    throw e;
                }
            }
        }
    }

    private static String tensor(String name, String type, String shape, long begin, long end) {
        return "\"" + name + "\":{\"dtype\":\"" + type + "\",\"shape\":[" + shape + "],\"data_offsets\":[" + begin + ","
                + end + "]}";
    }

    private static void write(Path file, String header, int data) throws IOException {
        byte[] json = header.getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(Bytes.little(json.length, 8));
        bytes.writeBytes(json);
        bytes.writeBytes(new byte[data]);
        Files.write(file, bytes.toByteArray());
    }
}
