package org.cyphervit.file.hdf5;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.WritableByteChannel;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * An array of an HDF5 file.
 *
 * @param name in the root group
 * @param values byte[] (unsigned), float[], int[] or long[], row by row; shared, not copied
 * @param shape of the array; a dimension may be 0
 * @param attributes Long, Double, String, long[] or double[] by name
 */
public record Hdf5Dataset(String name, Object values, long[] shape, Map<String, Object> attributes) {
    private static final int CHUNK = 1 << 17;

    public Hdf5Dataset {
        attributes = new LinkedHashMap<>(attributes);
        long count = Arrays.stream(shape).reduce(1, Math::multiplyExact);
        if (count != java.lang.reflect.Array.getLength(values)) {
            throw new IllegalArgumentException("Dataset '" + name + "' of shape " + Arrays.toString(shape)
                    + " cannot hold " + java.lang.reflect.Array.getLength(values) + " values.");
        }
    }

    /** Bytes of the values. */
    long bytes() {
        return (long) java.lang.reflect.Array.getLength(values) * size();
    }

    private int size() {
        return switch (values) {
            case byte[] bytes -> 1;
            case long[] longs -> 8;
            default -> 4;
        };
    }

    void writeValues(WritableByteChannel channel) throws IOException {
        int count = java.lang.reflect.Array.getLength(values);
        ByteBuffer buffer = ByteBuffer.allocate(8 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
        for (int first = 0; first < count; first += CHUNK) {
            int n = Math.min(CHUNK, count - first);
            buffer.clear();
            switch (values) {
                case byte[] bytes -> buffer.put(0, bytes, first, n);
                case float[] floats -> buffer.asFloatBuffer().put(floats, first, n);
                case int[] ints -> buffer.asIntBuffer().put(ints, first, n);
                case long[] longs -> buffer.asLongBuffer().put(longs, first, n);
                default -> throw new IllegalArgumentException("No HDF5 type for " + values.getClass());
            }
            buffer.limit(n * size());
            while (buffer.hasRemaining()) {
                channel.write(buffer);
            }
        }
    }
}
