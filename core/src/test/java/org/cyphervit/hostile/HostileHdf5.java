package org.cyphervit.hostile;

import io.jhdf.HdfFile;
import io.jhdf.WritableHdfFile;
import io.jhdf.api.DatasetCreationOptions;
import io.jhdf.filter.DeflatePipelineFilter;
import io.jhdf.filter.Filter;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.zip.DeflaterOutputStream;
import org.cyphervit.file.hdf5.Hdf5Checksum;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.file.hdf5.Hdf5Reader;

/** HDF5 files, written here and by jHDF, with their checksums made right again. */
final class HostileHdf5 implements HostileFormat {
    private static final int MOST = 1 << 20;

    @Override
    public String extension() {
        return "h5";
    }

    @Override
    public List<Trouble> troubles() {
        return List.of(
                new Trouble(
                        "labels as a gzip bomb of 64 MB",
                        file -> packed(file, 1 << 20, 64_000_000, new DeflatePipelineFilter())),
                new Trouble(
                        "a chunk of 70 MB", file -> packed(file, 70_000_000, 70_000_000, new DeflatePipelineFilter())),
                new Trouble("a small chunk that inflates to 300 MB", file -> packed(file, 1000, 1000, new Bomb())));
    }

    @Override
    public void write(Path file, SplittableRandom random) throws IOException {
        switch (random.nextInt(3)) {
            case 0 ->
                Hdf5File.write(
                        file,
                        List.of(
                                new Hdf5Dataset(
                                        "x", new byte[48], new long[] {4, 4, 3}, Map.of("encoder", "e", "n", 3L)),
                                new Hdf5Dataset("y", new float[6], new long[] {3, 2}, Map.of())));
            case 1 -> {
                Files.deleteIfExists(file);
                try (WritableHdfFile hdf = HdfFile.write(file)) {
                    hdf.putDataset("x", new int[4][4][3]).putAttribute("encoder", "e");
                    hdf.putDataset("y", new float[3][2]);
                }
            }
            default -> packed(file, random.nextInt(1, 2000), random.nextInt(2000, 5000), new DeflatePipelineFilter());
        }
        byte[] bytes = Files.readAllBytes(file);
        for (int i = random.nextInt(5); i > 0; i--) {
            // A place where a number of 8 bytes stands is worth more than any other.
            int at = random.nextInt(bytes.length - 8);
            for (int tries = 0; tries < 50 && Bytes.read(bytes, at, 8) > bytes.length; tries++) {
                at = random.nextInt(bytes.length - 8);
            }
            Bytes.put(bytes, at, HostileFormat.extreme(random), HostileFormat.pick(random, 1, 2, 4, 8));
        }
        if (random.nextInt(4) > 0) {
            Hdf5Checksum.mend(bytes);
        }
        Files.write(
                file, random.nextInt(8) == 0 ? java.util.Arrays.copyOf(bytes, random.nextInt(bytes.length)) : bytes);
    }

    @Override
    public void read(Path file) throws IOException {
        try (Hdf5Reader reader = Hdf5Reader.open(file)) {
            for (String name : reader.names()) {
                long[] shape = reader.shape(name);
                reader.attribute(name, "encoder");
                if (shape.length > 0) {
                    reader.rows(name, 0, Math.clamp(shape[0], 0, 4));
                }
                reader.longs(name, MOST);
                reader.floats(name, MOST);
            }
        }
    }

    // A file of bytes in deflated chunks, as h5py writes it.
    private static void packed(Path file, int chunk, int values, Filter filter) throws IOException {
        Files.deleteIfExists(file);
        DatasetCreationOptions options = DatasetCreationOptions.builder()
                .chunkDimensions(chunk)
                .filter(filter)
                .build();
        try (WritableHdfFile hdf = HdfFile.write(file)) {
            hdf.putDataset("y", new byte[values], options);
        }
    }

    /** Deflate that packs more zeros into a chunk than it has. */
    private static final class Bomb implements Filter {
        @Override
        public int getId() {
            return 1;
        }

        @Override
        public String getName() {
            return "deflate";
        }

        @Override
        public byte[] decode(byte[] packed, int[] data) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] encode(byte[] chunk, int[] data) {
            ByteArrayOutputStream packed = new ByteArrayOutputStream();
            try (DeflaterOutputStream deflate = new DeflaterOutputStream(packed)) {
                for (int i = 0; i < 300; i++) {
                    deflate.write(new byte[1_000_000]);
                }
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
            return packed.toByteArray();
        }
    }
}
