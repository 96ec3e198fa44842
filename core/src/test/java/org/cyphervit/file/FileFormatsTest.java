package org.cyphervit.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.LongStream;
import org.cyphervit.UserError;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.file.parquet.ParquetColumn;
import org.cyphervit.file.parquet.ParquetTable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileFormatsTest {
    @TempDir
    private Path folder;

    @Test
    void csvKeepsWhatNeedsQuotes() throws IOException {
        Path file = folder.resolve("a.csv");
        CsvTable.write(file, List.of("tile", "score"), List.of(List.of("a, \"b\"\nc", "0.5"), List.of("", "x")));
        CsvTable table = CsvTable.read(file);
        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.at(0, table.column("name", "TILE"))).isEqualTo("a, \"b\"\nc");
        assertThat(table.number(0, 1)).isEqualTo(0.5);
        assertThatThrownBy(() -> table.number(1, 1))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'x'")
                .hasMessageContaining("Row 2");
        assertThatThrownBy(() -> table.column("class")).hasMessageContaining("tile, score");

        Files.writeString(file, "\ufeffname, patient ID\r\ntestA_1, 4\r\n"); // as GlaS' Grade.csv and Excel write it
        CsvTable spaced = CsvTable.read(file);
        assertThat(spaced.header()).containsExactly("name", "patient ID");
        assertThat(spaced.at(0, 1)).isEqualTo("4");

        Files.writeString(file, "a,b\n1,2\n1\n");
        assertThatThrownBy(() -> CsvTable.read(file))
                .hasMessageContaining("Line 3")
                .hasMessageContaining("a.csv");
        Files.writeString(file, "a,b\n\"1,2\n");
        assertThatThrownBy(() -> CsvTable.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("a.csv");
    }

    @Test
    void npyIsReadInAnyTypeAndByteOrder() throws IOException {
        NpyArray doubles = NpyArray.open(npy("<f8", "2, 3", ByteOrder.LITTLE_ENDIAN, 8, 1, 2, 3, 4, 254.6, 300));
        assertThat(doubles).hasToString("2 x 3 float64");
        assertThat(doubles.floats(3, 2)).containsExactly(4, 254.6f);
        assertThat(doubles.bytes(4, 2)).containsExactly((byte) 255, (byte) 255);
        assertThat(NpyArray.open(npy(">i4", "3,", ByteOrder.BIG_ENDIAN, 4, 7, -8, 9))
                        .floats(0, 3))
                .containsExactly(7, -8, 9);
        assertThat(NpyArray.open(npy("|u1", "2, 1", ByteOrder.LITTLE_ENDIAN, 1, 200, 1))
                        .value(0))
                .isEqualTo(200);
        Path texts = folder.resolve("types.npy");
        write(texts, "<U9", "2,", utf32("Breast\0\0\0Bile-duct"));
        NpyArray types = NpyArray.open(texts);
        assertThat(List.of(types.text(0), types.text(1))).containsExactly("Breast", "Bile-duct");

        Path own = folder.resolve("own.npy");
        NpyArray.write(own, new float[] {1, 2, 3, 4, 5, 6}, 3, 2);
        assertThat(NpyArray.open(own).shape()).containsExactly(3, 2);
        assertThat(NpyArray.open(own).floats(4, 2)).containsExactly(5, 6);

        Path cut = folder.resolve("cut.npy");
        write(cut, "<f8", "1000000, 1000000", new byte[64]);
        assertThatThrownBy(() -> NpyArray.open(cut))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cut.npy");
        write(cut, "|O", "2,", new byte[16]);
        assertThatThrownBy(() -> NpyArray.open(cut))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("|O");
    }

    @Test
    void hdf5IsReadByRowsWhetherWrittenHereOrInChunks() throws IOException {
        Path own = folder.resolve("own.h5");
        Hdf5File.write(
                own,
                List.of(
                        new Hdf5Dataset(
                                "x",
                                new byte[] {0, 1, 2, (byte) 253, (byte) 254, (byte) 255},
                                new long[] {3, 2},
                                Map.of("encoder", "e", "size", 224L)),
                        new Hdf5Dataset("coords", new long[0], new long[] {0, 2}, Map.of())));
        try (Hdf5Reader reader = Hdf5Reader.open(own)) {
            assertThat(reader.names()).containsExactlyInAnyOrder("x", "coords");
            assertThat(reader.shape("x")).containsExactly(3, 2);
            assertThat(reader.rows("x", 1, 2)).containsExactly(2, 253, 254, 255);
            assertThat(reader.attribute("x", "encoder")).isEqualTo("e");
            assertThat(reader.attribute("x", "size")).isEqualTo(224L);
            assertThat(reader.attribute("x", "none")).isNull();
            assertThat(reader.longs("coords", 1 << 20)).isEmpty();
            assertThatThrownBy(() -> reader.rows("x", 2, 2)).hasMessageContaining("own.h5");
            assertThatThrownBy(() -> reader.shape("y"))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no array 'y'");
        }
        Path chunked = folder.resolve("chunked.h5");
        try (WritableHdfFile hdf = HdfFile.write(chunked)) {
            hdf.putDataset("y", new int[][][] {{{1, 2}}, {{3, 4}}, {{5, 6}}});
        }
        try (Hdf5Reader reader = Hdf5Reader.open(chunked)) {
            assertThat(reader.rows("y", 1, 1)).containsExactly(3, 4);
        }
        Files.writeString(chunked, "no hdf5 at all");
        assertThatThrownBy(() -> Hdf5Reader.open(chunked)).isInstanceOf(UserError.class);
    }

    @Test
    void parquetComesBackAsItWasAcrossRowGroups() throws IOException {
        int rows = 140_000; // two row groups
        Random random = new Random(1);
        @Nullable String[] names = new String[rows];
        double[] scores = new double[rows];
        float[] vectors = new float[3 * rows];
        for (int i = 0; i < rows; i++) {
            names[i] = i % 7 == 3 ? null : "slide-" + i / 1000 + "é";
            scores[i] = random.nextDouble();
            vectors[3 * i] = i;
        }
        Path file = folder.resolve("a.parquet");
        ParquetTable.write(
                file,
                List.of(
                        ParquetColumn.of("slide", names),
                        ParquetColumn.of("x", LongStream.range(0, rows).toArray()),
                        ParquetColumn.of("coverage", scores),
                        ParquetColumn.vectors("features", vectors, 3)));
        ParquetTable table = ParquetTable.read(file);
        assertThat((String[]) table.column("slide").values()).isEqualTo(names);
        assertThat((long[]) table.column("x").values())
                .isEqualTo(LongStream.range(0, rows).toArray());
        assertThat((double[]) table.column("coverage").values()).isEqualTo(scores);
        assertThat(table.column("features").width()).isEqualTo(3);
        assertThat((float[]) table.column("features").values()).isEqualTo(vectors);
        assertThatThrownBy(() -> table.column("y")).hasMessageContaining("slide, x, coverage, features");

        Files.write(file, java.util.Arrays.copyOf(Files.readAllBytes(file), 1000));
        assertThatThrownBy(() -> ParquetTable.read(file))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("a.parquet");
    }

    @Test
    void shardsHoldSamplesThatPythonReads() throws Exception {
        String deep = "a/" + "long".repeat(40) + "/ü";
        try (TarShards shards = new TarShards(folder, "train", 4000)) {
            for (String key : List.of("0", "1", deep)) {
                Map<String, byte[]> files = new LinkedHashMap<>();
                files.put("jpg", new byte[2000]);
                files.put("json", "{}".getBytes(StandardCharsets.UTF_8));
                shards.add(key, files);
            }
            assertThat(folder.resolve("train-000001.tar")).doesNotExist();
        }
        List<Path> tars = TarShards.list(folder);
        assertThat(tars).hasSize(2);
        TarShards.Entry last = TarShards.entries(tars.getLast()).getFirst();
        assertThat(last.key()).isEqualTo(deep);
        assertThat(last.extension()).isEqualTo("jpg");
        assertThat(last.size()).isEqualTo(2000);
        Path cut = folder.resolve("cut.tar");
        Files.write(cut, java.util.Arrays.copyOf(Files.readAllBytes(tars.getFirst()), 1500));
        assertThatThrownBy(() -> TarShards.entries(cut))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cut.tar");
        assertThat(python(
                        "import tarfile,sys\nfor f in sys.argv[1:]:\n  print(','.join(tarfile.open(f).getnames()))",
                        tars))
                .isEqualTo("0.jpg,0.json,1.jpg,1.json\n" + deep + ".jpg," + deep + ".json\n");
    }

    private static String python(String code, List<Path> arguments) throws Exception {
        List<String> command = new java.util.ArrayList<>(List.of("python3", "-X", "utf8", "-c", code));
        arguments.forEach(argument -> command.add(argument.toString()));
        Process process;
        try {
            process = new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            Assumptions.abort("python3 is not there to read the shards");
            throw e;
        }
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).describedAs(output).isZero();
        return output;
    }

    private Path npy(String type, String shape, ByteOrder order, int bytes, double... values) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(bytes * values.length).order(order);
        for (double value : values) {
            switch (bytes) {
                case 1 -> buffer.put((byte) value);
                case 4 -> buffer.putInt((int) value);
                default -> buffer.putDouble(value);
            }
        }
        Path file = Files.createTempFile(folder, "a", ".npy");
        write(file, type, shape, buffer.array());
        return file;
    }

    private static byte[] utf32(String text) {
        return text.getBytes(Charset.forName("UTF-32LE"));
    }

    /** A file of NumPy's format 1.0. */
    static void write(Path file, String type, String shape, byte[] data) throws IOException {
        String header = "{'descr': '" + type + "', 'fortran_order': False, 'shape': (" + shape + "), }\n";
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        bytes.writeBytes(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (byte) header.length(), 0});
        bytes.writeBytes(header.getBytes(StandardCharsets.US_ASCII));
        bytes.writeBytes(data);
        Files.write(file, bytes.toByteArray());
    }
}
