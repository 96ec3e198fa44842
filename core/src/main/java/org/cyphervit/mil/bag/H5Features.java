package org.cyphervit.mil.bag;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.jspecify.annotations.Nullable;

/**
 * An HDF5 file of one slide, as TRIDENT, CLAM and this program write them: {@code features} (N,D), or {@code feats}, and
 * {@code coords} (N,2). Unbroken float32 is read where it lies; anything else is unpacked once.
 */
record H5Features(Path file) implements Opener {
    private static final List<String> NAMES = List.of("features", "feats");
    private static final String COORDINATES = "coords";

    @Override
    public Bag open(String slide, Scratch scratch) throws IOException {
        try (Hdf5Reader reader = Hdf5Reader.open(file)) {
            Set<String> there = reader.names();
            String name = NAMES.stream()
                    .filter(there::contains)
                    .findFirst()
                    .orElseThrow(() -> new UserError("'" + file + "' has no array 'features'; it has "
                            + String.join(", ", there.stream().sorted().toList())
                            + ". Name the folder of features, not that of patches."));
            long[] shape = reader.shape(name);
            if (shape.length == 1) {
                throw new UserError("'" + file + "' has one vector of " + shape[0] + " numbers in '" + name
                        + "', the embedding of a whole slide; expected a row for each tile.");
            }
            boolean batched = shape.length == 3 && shape[0] == 1;
            if (shape.length != 2 && !batched) {
                throw new UserError("'" + file + "' has '" + name + "' of shape " + Arrays.toString(shape)
                        + "; expected (tiles, width).");
            }
            int rows = Math.toIntExact(shape[shape.length - 2]);
            int width = Math.toIntExact(shape[shape.length - 1]);
            Object encoder = reader.attribute(name, "encoder");
            return new Bag(
                    slide,
                    file,
                    encoder instanceof String text ? text : null,
                    width,
                    List.of(span(reader, name, rows, width, batched, scratch)),
                    there.contains(COORDINATES) ? places(reader, rows) : null);
        }
    }

    private Bag.Span span(Hdf5Reader reader, String name, int rows, int width, boolean batched, Scratch scratch)
            throws IOException {
        long offset = reader.floatsAt(name);
        if (offset >= 0 || rows == 0) {
            return new Bag.Span(file, Math.max(0, offset), rows);
        }
        if (batched) {
            float[] all = reader.floats(name, Integer.MAX_VALUE - 8);
            return scratch.unpack(
                    rows, width, (first, count) -> Arrays.copyOfRange(all, first * width, (first + count) * width));
        }
        return scratch.unpack(rows, width, (first, count) -> {
            double[] values = reader.rows(name, first, count);
            float[] floats = new float[values.length];
            for (int i = 0; i < floats.length; i++) {
                floats[i] = (float) values[i];
            }
            return floats;
        });
    }

    private Bag.Places places(Hdf5Reader reader, int rows) throws IOException {
        long[] corners = reader.longs(COORDINATES, Math.multiplyExact(2, rows) + 2);
        if (corners.length != 2 * rows) {
            throw new UserError("'" + file + "' has " + rows + " rows of features and " + corners.length / 2
                    + " coordinates; expected one each. The file was cut, or is of two runs.");
        }
        int side = side(reader, COORDINATES);
        Path patches = patches();
        if (side == 0 && patches != null) {
            try (Hdf5Reader beside = Hdf5Reader.open(patches)) {
                side = beside.names().contains(COORDINATES) ? side(beside, COORDINATES) : 0;
            }
        }
        return new Bag.Places(corners, side);
    }

    // TRIDENT says the side at level 0, CLAM the side at a level and that level's downsample.
    private static int side(Hdf5Reader reader, String name) {
        Object level0 = reader.attribute(name, "patch_size_level0");
        if (level0 instanceof Number number) {
            return number.intValue();
        }
        Object size = reader.attribute(name, "patch_size");
        Object downsample = reader.attribute(name, "downsample");
        if (size instanceof Number pixels && downsample instanceof double[] factors && factors.length > 0) {
            return (int) Math.round(pixels.doubleValue() * factors[0]);
        }
        return 0;
    }

    // CLAM's patches lie beside the folder of features.
    private @Nullable Path patches() {
        Path folder = file.toAbsolutePath().getParent();
        Path root = folder == null ? null : folder.getParent();
        Path patches = root == null ? null : root.resolve("patches").resolve(String.valueOf(file.getFileName()));
        return patches != null && Files.isRegularFile(patches) ? patches : null;
    }
}
