package org.cyphervit.file.hdf5;

import io.jhdf.HdfFile;
import io.jhdf.api.Attribute;
import io.jhdf.api.Dataset;
import io.jhdf.api.Node;
import io.jhdf.api.dataset.ChunkedDataset;
import io.jhdf.api.dataset.ContiguousDataset;
import io.jhdf.object.datatype.FloatingPoint;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.Map;
import java.util.function.Supplier;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/** Arrays and attributes of an HDF5 file, read by parts. Safe for several threads. */
public final class Hdf5Reader implements AutoCloseable {
    /** Values of one call; more are read in parts. */
    private static final int MAX_VALUES = 1 << 24;

    private static final int PART = 1 << 20;

    private static final byte[] MAGIC = {(byte) 0x89, 'H', 'D', 'F', '\r', '\n', 0x1a, '\n'};

    static {
        Hdf5Filters.install();
    }

    private final Path path;
    private final HdfFile file;

    private Hdf5Reader(Path path, HdfFile file) {
        this.path = path;
        this.file = file;
    }

    /**
     * Opens a file.
     *
     * @throws UserError if it is no HDF5 file or damaged
     */
    public static Hdf5Reader open(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            byte[] start = new byte[MAGIC.length];
            if (channel.read(ByteBuffer.wrap(start)) != start.length || !Arrays.equals(start, MAGIC)) {
                throw new UserError("'" + path + "' is no HDF5 file.");
            }
            // From a file, jHDF reserves whatever memory a damaged header asks for, up to 2 GiB; a mapped one it only
            // slices.
            if (channel.size() > Integer.MAX_VALUE) {
                return new Hdf5Reader(path, guarded(path, () -> new HdfFile(path)));
            }
            ByteBuffer mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), Arena.ofAuto())
                    .asByteBuffer();
            return new Hdf5Reader(path, guarded(path, () -> HdfFile.fromByteBuffer(mapped)));
        }
    }

    /** Names of the arrays and groups in the root group. */
    public java.util.Set<String> names() {
        return guarded(path, () -> java.util.Set.copyOf(file.getChildren().keySet()));
    }

    /**
     * Length of each dimension of an array.
     *
     * @throws UserError if there is no array of that name
     */
    public long[] shape(String name) {
        return guarded(path, () -> {
            long[] shape = dataset(name).getDimensionsAsLong();
            return shape == null ? new long[0] : shape.clone();
        });
    }

    /**
     * Rows of an array of integers or floats, flattened.
     *
     * @param first row
     * @param rows how many; all dimensions but the first are read whole
     */
    public double[] rows(String name, long first, int rows) {
        return guarded(path, () -> {
            Dataset dataset = dataset(name);
            long[] shape = dataset.getDimensionsAsLong();
            if (shape == null || shape.length == 0 || first < 0 || rows < 0 || first + rows > shape[0]) {
                throw new UserError("'" + path + "' has no rows " + first + " to " + (first + rows) + " in '" + name
                        + "', whose shape is " + Arrays.toString(shape) + ".");
            }
            long count = rows;
            int[] size = new int[shape.length];
            size[0] = rows;
            for (int d = 1; d < shape.length; d++) {
                size[d] = Math.toIntExact(shape[d]);
                count = Math.multiplyExact(count, shape[d]);
            }
            requireStored(dataset, name, shape);
            if (count > MAX_VALUES) {
                throw new UserError("'" + path + "' has rows of " + count / Math.max(1, rows) + " values in '" + name
                        + "'; at most " + MAX_VALUES + " values are read at once.");
            }
            double[] values = new double[(int) count];
            if (count > 0) {
                long[] from = new long[shape.length];
                from[0] = first;
                int filled = flatten(dataset.getData(from, size), values, 0);
                if (filled != values.length) {
                    throw new UserError("'" + path + "' gave " + filled + " of the " + count + " values of '" + name
                            + "'; it is damaged.");
                }
            }
            return values;
        });
    }

    /**
     * All values of an array of integers, flattened.
     *
     * @param most that there may be
     * @throws UserError if there are more
     */
    public long[] longs(String name, int most) {
        long[] values = new long[count(name, most)];
        inParts(name, (at, value) -> values[at] = (long) value);
        return values;
    }

    /**
     * All values of an array of floats, flattened.
     *
     * @param most that there may be
     * @throws UserError if there are more
     */
    public float[] floats(String name, int most) {
        float[] values = new float[count(name, most)];
        inParts(name, (at, value) -> values[at] = (float) value);
        return values;
    }

    /** Takes a value and its place. */
    @FunctionalInterface
    private interface Taker {
        void take(int at, double value);
    }

    private int count(String name, int most) {
        return guarded(path, () -> {
            long[] shape = shape(name);
            long count = shape.length == 0 ? 0 : Arrays.stream(shape).reduce(1, Math::multiplyExact);
            if (count > most) {
                throw new UserError(
                        "'" + path + "' has " + count + " values in '" + name + "'; expected at most " + most + ".");
            }
            requireStored(dataset(name), name, shape);
            return (int) count;
        });
    }

    private void inParts(String name, Taker taker) {
        long[] shape = shape(name);
        long rows = shape.length == 0 ? 0 : shape[0];
        long width = Arrays.stream(shape).skip(1).reduce(1, (a, b) -> a * b);
        int step = Math.clamp(PART / Math.max(1, width), 1, PART);
        int at = 0;
        for (long first = 0; first < rows && width > 0; first += step) {
            for (double value : rows(name, first, (int) Math.min(step, rows - first))) {
                taker.take(at++, value);
            }
        }
    }

    /**
     * Where the values of an array of little-endian float32 lie unbroken in the file: bytes from its start; -1 where they are of
     * another type, in chunks or compressed.
     */
    public long floatsAt(String name) {
        return guarded(path, () -> {
            Dataset dataset = dataset(name);
            boolean floats = dataset.getDataType() instanceof FloatingPoint type
                    && type.getSize() == Float.BYTES
                    && type.getByteOrder().equals(ByteOrder.LITTLE_ENDIAN);
            if (!floats || !(dataset instanceof ContiguousDataset unbroken)) {
                return -1L;
            }
            long at = unbroken.getDataAddress();
            return at < 0 || at + dataset.getSizeInBytes() > file.size() ? -1L : at;
        });
    }

    /** An attribute of an array as jHDF gives it: a number, a string or an array of them; null if there is none. */
    public @Nullable Object attribute(String name, String attribute) {
        return guardedOrNull(path, () -> {
            Map<String, Attribute> attributes = dataset(name).getAttributes();
            Attribute found = attributes.get(attribute);
            return found == null ? null : found.getData();
        });
    }

    @Override
    public void close() {
        file.close();
    }

    private Dataset dataset(String name) {
        Node node = file.getChildren().get(name);
        if (node instanceof Dataset dataset) {
            return dataset;
        }
        throw new UserError("'" + path + "' has no array '" + name + "'; it has "
                + String.join(", ", file.getChildren().keySet()) + ".");
    }

    // A header can claim any shape; what deflate can have packed into the file is the bound, some thousand to one.
    private void requireStored(Dataset dataset, String name, long[] shape) throws ArithmeticException {
        int valueBytes = dataset.getDataType().getSize();
        if (dataset instanceof ChunkedDataset chunked) {
            Hdf5Filters.require(chunked, valueBytes, name, path);
        }
        long bytes = Arrays.stream(shape).reduce(valueBytes, Math::multiplyExact);
        if (bytes / 1100 > file.size()) {
            throw new UserError("'" + path + "' has " + file.size() + " bytes, too few for '" + name + "' of shape "
                    + Arrays.toString(shape) + "; it is damaged.");
        }
    }

    private static int flatten(Object array, double[] into, int at) {
        int next = at;
        switch (array) {
            case double[] values -> {
                System.arraycopy(values, 0, into, next, values.length);
                next += values.length;
            }
            case float[] values -> {
                for (float value : values) {
                    into[next++] = value;
                }
            }
            case int[] values -> {
                for (int value : values) {
                    into[next++] = value;
                }
            }
            case long[] values -> {
                for (long value : values) {
                    into[next++] = value;
                }
            }
            case Object[] parts -> {
                for (Object part : parts) {
                    next = flatten(part, into, next);
                }
            }
            default -> {
                for (int i = 0; i < Array.getLength(array); i++) {
                    into[next++] = ((Number) Array.get(array, i)).doubleValue();
                }
            }
        }
        return next;
    }

    private static <T> T guarded(Path path, Supplier<T> work) {
        T result = guardedOrNull(path, work);
        if (result == null) {
            throw new UserError("'" + path + "' is no readable HDF5 file.");
        }
        return result;
    }

    // jHDF throws whatever a damaged structure leads it to, a deep cycle included.
    private static <T> @Nullable T guardedOrNull(Path path, Supplier<@Nullable T> work) {
        try {
            return work.get();
        } catch (UserError e) {
            throw e;
        } catch (RuntimeException | StackOverflowError e) {
            throw new UserError("'" + path + "' is no readable HDF5 file: " + e.getMessage() + ".", e);
        }
    }
}
