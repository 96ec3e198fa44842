package org.cyphervit.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import org.cyphervit.checkpoint.AtomicFiles;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.data.TileSource;

/** Embeddings as {@code features.npy} (NumPy, N x D float32), {@code index.csv} and {@code about.json}. */
public final class EmbeddingFiles {
    /** NumPy array of N x D float32, row by row. */
    public static final String FEATURES = "features.npy";
    /** A row per vector: its number, the tile's name, class and group. */
    public static final String INDEX = "index.csv";

    private static final String ABOUT = "about.json";
    private static final int CHUNK = 1 << 18;

    private EmbeddingFiles() {}

    /**
     * Writes the three files.
     *
     * @param notes of the encoder, kept in {@code about.json}
     */
    public static void write(Path folder, TileSource source, Embedder.Result result, Map<String, String> notes)
            throws IOException {
        writeNpy(folder.resolve(FEATURES), result.features());
        StringBuilder index = new StringBuilder("row,tile,class,group\n");
        for (int row = 0; row < result.indices().length; row++) {
            int tile = result.indices()[row];
            String group = source.group(tile);
            index.append(row).append(',').append(quote(source.name(tile))).append(',');
            index.append(source.label(tile) < 0 ? "" : quote(source.classes().get(source.label(tile))));
            index.append(',').append(group == null ? "" : quote(group)).append('\n');
        }
        AtomicFiles.write(folder.resolve(INDEX), index.toString());
        AtomicFiles.write(folder.resolve(ABOUT), ConfigTree.of(notes).toPrettyString() + "\n");
    }

    /** Writes an array in NumPy's format 1.0. */
    public static void writeNpy(Path file, FeatureMatrix features) throws IOException {
        String dictionary = "{'descr': '<f4', 'fortran_order': False, 'shape': (%d, %d), }"
                .formatted(features.rows(), features.width());
        int padded = (10 + dictionary.length() + 1 + 63) / 64 * 64; // data starts 64-byte aligned
        String header = dictionary + " ".repeat(padded - 11 - dictionary.length()) + "\n";
        float[] values = features.values();
        AtomicFiles.write(file, padded + 4L * values.length, channel -> {
            ByteBuffer buffer = ByteBuffer.allocate(4 * CHUNK).order(ByteOrder.LITTLE_ENDIAN);
            buffer.put((byte) 0x93).put("NUMPY".getBytes(StandardCharsets.US_ASCII));
            buffer.put((byte) 1).put((byte) 0).putShort((short) header.length());
            buffer.put(header.getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i <= values.length; i++) {
                if (i == values.length || buffer.remaining() < 4) {
                    buffer.flip();
                    while (buffer.hasRemaining()) {
                        channel.write(buffer);
                    }
                    buffer.clear();
                }
                if (i < values.length) {
                    buffer.putFloat(values[i]);
                }
            }
        });
    }

    /** A cell of a CSV file, quoted where it must be (RFC 4180). */
    public static String quote(String cell) {
        return cell.matches("[^,\"\\r\\n]*") ? cell : '"' + cell.replace("\"", "\"\"") + '"';
    }
}
