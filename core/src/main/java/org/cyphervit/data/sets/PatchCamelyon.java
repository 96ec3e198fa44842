package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.cyphervit.UserError;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.sets.DataSet.Part;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** PatchCamelyon: HDF5 files of pixels and labels, read tile by tile. */
final class PatchCamelyon implements TileSource {
    private static final String PREFIX = "camelyonpatch_level_2_split_";
    private static final String PIXELS = "x";
    private static final int MAX_TILES = 1 << 26;
    private static final int MAX_SIDE = 2048;

    private final Path file;
    private final long[] shape;
    private final int[] labels;
    private final @Nullable List<String> slides;
    private Hdf5Reader reader;

    private PatchCamelyon(Path file, Hdf5Reader reader, int[] labels, @Nullable List<String> slides) {
        this.file = file;
        this.reader = reader;
        this.shape = reader.shape(PIXELS);
        this.labels = labels;
        this.slides = slides;
    }

    static DataSet card() {
        return new DataSet(
                "pcam",
                "PatchCamelyon",
                "96 px at 10 times (0.97 um/px) from lymph nodes",
                "normal, tumour in the central 32 px; grouped by slide where ..._meta.csv is there",
                "https://github.com/basveeling/pcam (https://doi.org/10.5281/zenodo.2546921)",
                "CC0-1.0",
                "Veeling et al., MICCAI 2018",
                PREFIX
                        + "train_x.h5, ..._train_y.h5 and so on, unpacked from their .gz; ..._train_meta.csv if at hand.",
                List.of(
                        Part.of("train", "training", 262_144),
                        Part.of("valid", "validation", 32_768),
                        Part.of("test", "test", 32_768)),
                PatchCamelyon::open);
    }

    private static PatchCamelyon open(Path folder, String part, Consumer<String> tell) throws IOException {
        Path pixels = folder.resolve(PREFIX + part + "_x.h5");
        Path classes = folder.resolve(PREFIX + part + "_y.h5");
        for (Path needed : List.of(pixels, classes)) {
            boolean packed = Files.exists(needed.resolveSibling(needed.getFileName() + ".gz"));
            ImageSets.require(needed, packed ? "unpack it with 'gunzip " + needed + ".gz'." : "is this PatchCamelyon?");
        }
        Hdf5Reader x = Hdf5Reader.open(pixels);
        long[] shape = x.shape(PIXELS);
        boolean tiles = shape.length == 4
                && shape[3] == 3
                && shape[0] <= MAX_TILES
                && shape[1] >= 1
                && shape[2] >= 1
                && shape[1] <= MAX_SIDE
                && shape[2] <= MAX_SIDE;
        if (!tiles) {
            throw new UserError(
                    "'" + pixels + "' has the shape " + Arrays.toString(shape) + "; expected N x 96 x 96 x 3.");
        }
        int[] labels;
        try (Hdf5Reader y = Hdf5Reader.open(classes)) {
            labels = Arrays.stream(y.longs("y", (int) shape[0]))
                    .mapToInt(label -> label == 0 ? 0 : 1)
                    .toArray();
        }
        if (shape[0] != labels.length) {
            throw new UserError("'" + pixels + "' has " + shape[0] + " tiles and '" + classes + "' " + labels.length
                    + " labels; expected one of each per tile.");
        }
        return new PatchCamelyon(pixels, x, labels, slides(folder.resolve(PREFIX + part + "_meta.csv"), labels.length));
    }

    private static @Nullable List<String> slides(Path meta, int tiles) throws IOException {
        if (!Files.exists(meta)) {
            return null;
        }
        CsvTable table = CsvTable.read(meta);
        if (table.rows() != tiles) {
            throw new UserError("'" + meta + "' has " + table.rows() + " rows for " + tiles + " tiles.");
        }
        int slide = table.column("wsi");
        return java.util.stream.IntStream.range(0, tiles)
                .mapToObj(i -> table.at(i, slide))
                .toList();
    }

    @Override
    public int size() {
        return labels.length;
    }

    @Override
    public String name(int index) {
        return "%06d".formatted(index);
    }

    @Override
    public RgbImage read(int index) throws IOException {
        double[] values;
        try {
            try {
                values = reader().rows(PIXELS, index, 1);
            } catch (UserError e) {
                values = reopened().rows(PIXELS, index, 1);
            }
        } catch (UserError e) {
            throw new IOException(e.getMessage(), e);
        }
        byte[] rgb = new byte[values.length];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) Math.clamp(Math.round(values[i]), 0, 255);
        }
        return new RgbImage((int) shape[2], (int) shape[1], rgb);
    }

    @Override
    public List<String> classes() {
        return List.of("normal", "tumour");
    }

    @Override
    public int label(int index) {
        return labels[index];
    }

    @Override
    public @Nullable String group(int index) {
        return slides == null ? null : slides.get(index);
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        fingerprint.add(file.getFileName() + " " + Arrays.toString(shape));
        Arrays.stream(labels).forEach(label -> fingerprint.add(String.valueOf(label)));
        return fingerprint.hex();
    }

    private synchronized Hdf5Reader reader() {
        return reader;
    }

    // A thread that is interrupted while it reads closes the channel for all of them.
    private synchronized Hdf5Reader reopened() throws IOException {
        reader.close();
        reader = Hdf5Reader.open(file);
        return reader;
    }
}
