package org.cyphervit.hostile;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyphervit.checkpoint.weights.WeightImport;
import org.cyphervit.torch.Scope;

/** Files of torch.save: a pickle and storages in a zip. */
final class HostilePth implements HostileFormat {
    @Override
    public String extension() {
        return "pth";
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(
                new Trouble("lists 2^34 deep in references, as a key", file -> {
                    Pickle pickle = new Pickle().op('}').op(']').put(0);
                    for (int i = 0; i < 34; i++) {
                        pickle.op(']').op('(').get(i).get(i).op('e').put(i + 1);
                    }
                    save(file, pickle.number(1).op('s').done(), 0, 16);
                }),
                new Trouble("dictionaries 40^8 deep in references", file -> {
                    Pickle pickle = new Pickle().op('}').put(0);
                    for (int i = 0; i < 8; i++) {
                        pickle.op('}').op('(');
                        for (int k = 0; k < 40; k++) {
                            pickle.text("k" + k).get(i);
                        }
                        pickle.op('u').put(i + 1);
                    }
                    save(file, pickle.done(), 0, 16);
                }),
                new Trouble("a size that refers to itself", file -> {
                    Pickle pickle = new Pickle().op('}').op('(').text("w").rebuild("FloatStorage", "0", 4);
                    pickle.number(0)
                            .op(']')
                            .put(9)
                            .op('(')
                            .get(9)
                            .get(9)
                            .op('e')
                            .get(9)
                            .op('t')
                            .op('R');
                    save(file, pickle.op('u').done(), 16, 16);
                }),
                new Trouble(
                        "a list that holds itself, as a key",
                        file -> save(
                                file,
                                new Pickle()
                                        .op('}')
                                        .op(']')
                                        .put(0)
                                        .get(0)
                                        .op('a')
                                        .number(1)
                                        .op('s')
                                        .done(),
                                0,
                                16)),
                new Trouble("200,000 nested lists", file -> {
                    Pickle pickle = new Pickle().op('}').text("a");
                    for (int i = 0; i < 200_000; i++) {
                        pickle.op(']');
                    }
                    for (int i = 0; i < 199_999; i++) {
                        pickle.op('a');
                    }
                    save(file, pickle.op('s').done(), 0, 16);
                }),
                new Trouble("thirty million dictionaries", file -> save(file, "}".repeat(30_000_000) + ".", 0, 16)),
                new Trouble("a value repeated 2^60 times", file -> {
                    Pickle pickle = new Pickle().op('}').op('(').text("patch_embed.proj.weight");
                    pickle.rebuild("FloatStorage", "0", 4).number(0);
                    pickle.op('(')
                            .big(1L << 30)
                            .big(1L << 30)
                            .op('t')
                            .op('(')
                            .number(0)
                            .number(0)
                            .op('t')
                            .op('t')
                            .op('R');
                    save(file, pickle.op('u').done(), 16, 16);
                }),
                new Trouble("a thousand tensors in one storage of 4 MB", file -> {
                    Pickle pickle = new Pickle().op('}').op('(');
                    for (int i = 0; i < 1000; i++) {
                        pickle.text("t" + i)
                                .rebuild("FloatStorage", "0", 1 << 20)
                                .number(0);
                        pickle.op('(')
                                .big(1 << 20)
                                .op('t')
                                .op('(')
                                .number(1)
                                .op('t')
                                .op('t')
                                .op('R');
                    }
                    save(file, pickle.op('u').done(), 1 << 22, 1 << 22);
                }),
                new Trouble("a storage of 200 MB in 1 MB", file -> {
                    Pickle pickle = new Pickle().op('}').op('(').text("t").rebuild("ByteStorage", "0", 200 << 20);
                    pickle.number(0)
                            .op('(')
                            .big(1 << 20)
                            .op('t')
                            .op('(')
                            .number(1)
                            .op('t')
                            .op('t')
                            .op('R');
                    save(file, pickle.op('u').done(), 200 << 20, 200 << 20);
                }),
                new Trouble("an empty stack", file -> save(file, "a.", 0, 16)));
    }

    @Override
    public void write(Path file, SplittableRandom random) throws IOException {
        Pickle pickle = new Pickle();
        int storage = random.nextInt(256);
        if (random.nextBoolean()) {
            weights(pickle, random, storage);
        } else {
            for (int i = random.nextInt(400); i > 0; i--) {
                step(pickle, random);
            }
        }
        save(file, pickle.done(), storage, storage);
        if (random.nextInt(4) == 0) {
            byte[] bytes = Files.readAllBytes(file);
            for (int i = 1 + random.nextInt(4); i > 0; i--) {
                Bytes.put(
                        bytes, random.nextInt(bytes.length - 8), HostileFormat.extreme(random), 1 + random.nextInt(8));
            }
            Files.write(file, bytes);
        }
    }

    // What a checkpoint has, with any number where numbers stand.
    private static void weights(Pickle pickle, SplittableRandom random, int storage) {
        pickle.op('}').op('(');
        for (int i = random.nextInt(6); i >= 0; i--) {
            pickle.text(HostileFormat.pick(
                    random, "patch_embed.proj.weight", "pos_embed", "blocks.0.norm1.weight", "", "x"));
            pickle.rebuild(
                    HostileFormat.pick(random, "FloatStorage", "HalfStorage", "BoolStorage", "ByteStorage", "os"),
                    HostileFormat.pick(random, "0", "1", "../data.pkl"),
                    random.nextBoolean() ? storage : HostileFormat.extreme(random));
            pickle.big(random.nextInt(3) == 0 ? HostileFormat.extreme(random) : 0);
            for (int tuple = 0; tuple < 2; tuple++) {
                pickle.op('(');
                for (int d = random.nextInt(5); d > 0; d--) {
                    pickle.big(random.nextInt(3) == 0 ? HostileFormat.extreme(random) : random.nextInt(4));
                }
                pickle.op('t');
            }
            pickle.op('t').op('R');
        }
        pickle.op('u');
    }

    private static void step(Pickle pickle, SplittableRandom random) {
        switch (random.nextInt(10)) {
            case 0 -> pickle.text("k" + random.nextInt(50));
            case 1 -> pickle.big(HostileFormat.extreme(random));
            case 2 -> pickle.put(random.nextInt(20));
            case 3 -> pickle.get(random.nextInt(20));
            case 4 -> pickle.op(HostileFormat.pick(random, '}', ']', ')', '('));
            case 5 -> pickle.op(HostileFormat.pick(random, 'a', 'e', 's', 'u', 't', 'd', 'l'));
            case 6 -> pickle.op(HostileFormat.pick(random, '0', '1', '2', 'R', 'b', 'Q', 'o'));
            case 7 -> pickle.op('c').raw("os\nsystem\n");
            case 8 -> pickle.op((char) random.nextInt(256));
            default -> pickle.raw("X").raw(random.nextInt(99), 4).raw("y".repeat(random.nextInt(99)));
        }
    }

    @Override
    public void read(Path file) throws IOException {
        try (Scope scope = Scope.open()) {
            WeightImport.open(file).config(0);
        }
    }

    private static void save(Path file, String pickle, long storageBytes, long claimed) throws IOException {
        try (OutputStream out = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(out)) {
            zip.setLevel(Deflater.BEST_SPEED);
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(pickle.getBytes(StandardCharsets.ISO_8859_1));
            zip.putNextEntry(new ZipEntry("archive/data/0"));
            byte[] zeros = new byte[1 << 20];
            for (long left = Math.min(storageBytes, claimed); left > 0; left -= zeros.length) {
                zip.write(zeros, 0, (int) Math.min(left, zeros.length));
            }
        }
    }

    /** A pickle in the making. */
    private static final class Pickle {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Pickle op(char code) {
            bytes.write(code);
            return this;
        }

        Pickle raw(String text) {
            bytes.writeBytes(text.getBytes(StandardCharsets.ISO_8859_1));
            return this;
        }

        Pickle raw(long value, int count) {
            bytes.writeBytes(Bytes.little(value, count));
            return this;
        }

        Pickle number(int value) {
            return op('K').raw(value, 1);
        }

        Pickle big(long value) {
            return op('\u008a').raw(8, 1).raw(value, 8);
        }

        Pickle text(String text) {
            return op('\u008c').raw(text.length(), 1).raw(text);
        }

        Pickle put(int slot) {
            return op('q').raw(slot, 1);
        }

        Pickle get(int slot) {
            return op('h').raw(slot, 1);
        }

        /** The call that makes a tensor, up to its storage. */
        Pickle rebuild(String type, String key, long count) {
            op('c').raw("torch._utils\n_rebuild_tensor_v2\n").op('(').op('(').text("storage");
            op('c').raw("torch\n" + type + "\n")
                    .text(key)
                    .text("cpu")
                    .big(count)
                    .op('t');
            return op('Q');
        }

        String done() {
            return bytes.toString(StandardCharsets.ISO_8859_1) + ".";
        }
    }
}
