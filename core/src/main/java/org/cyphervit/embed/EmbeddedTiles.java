package org.cyphervit.embed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;

/**
 * Features with the names and classes of their tiles, as {@link EmbeddingFiles} writes them.
 *
 * @param features (N, D)
 * @param names N names
 * @param classes N class names; empty where a tile has none
 */
public record EmbeddedTiles(FeatureMatrix features, List<String> names, List<String> classes) {
    private static final Pattern HEADER = Pattern.compile(
            "'descr':\\s*'([^']*)'.*'fortran_order':\\s*(True|False).*'shape':\\s*\\((\\d+),\\s*(\\d+)\\)",
            Pattern.DOTALL);
    private static final int MAX_HEADER = 1 << 16;

    public EmbeddedTiles {
        names = List.copyOf(names);
        classes = List.copyOf(classes);
        if (names.size() != features.rows() || classes.size() != features.rows()) {
            throw new UserError("There are " + features.rows() + " features, " + names.size() + " names and "
                    + classes.size() + " classes of tiles; expected one of each per tile.");
        }
    }

    /** What was embedded, with what its source knows. */
    public static EmbeddedTiles of(TileSource source, Embedder.Result result) {
        List<String> names = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (int tile : result.indices()) {
            names.add(source.name(tile));
            classes.add(source.label(tile) < 0 ? "" : source.classes().get(source.label(tile)));
        }
        return new EmbeddedTiles(result.features(), names, classes);
    }

    /** The tiles with these numbers, in this order. */
    public EmbeddedTiles select(int[] indices) {
        return new EmbeddedTiles(
                features.select(indices),
                Arrays.stream(indices).mapToObj(names::get).toList(),
                Arrays.stream(indices).mapToObj(classes::get).toList());
    }

    /**
     * Reads a folder with {@code features.npy} and {@code index.csv}.
     *
     * @throws UserError if a file is missing or is something else, saying what
     */
    public static EmbeddedTiles read(Path folder) throws IOException {
        Path npy = folder.resolve(EmbeddingFiles.FEATURES);
        Path index = folder.resolve(EmbeddingFiles.INDEX);
        if (!Files.isRegularFile(npy) || !Files.isRegularFile(index)) {
            throw new UserError("There are no features in '" + folder + "': expected " + EmbeddingFiles.FEATURES
                    + " and " + EmbeddingFiles.INDEX + ", as 'cyphervit embed' writes them.");
        }
        List<List<String>> rows = csv(Files.readString(index));
        List<String> head = rows.getFirst();
        int name = head.indexOf("tile");
        int label = head.indexOf("class");
        if (name < 0 || label < 0) {
            throw new UserError("'" + index + "' has the columns " + head + "; expected tile and class among them.");
        }
        List<String> names = new ArrayList<>();
        List<String> classes = new ArrayList<>();
        for (List<String> row : rows.subList(1, rows.size())) {
            if (row.size() != head.size()) {
                throw new UserError("Line " + (names.size() + 2) + " of '" + index + "' has " + row.size()
                        + " cells; expected " + head.size() + ".");
            }
            names.add(row.get(name));
            classes.add(row.get(label));
        }
        return new EmbeddedTiles(readNpy(npy), names, classes);
    }

    /** Reads an N x D array of little-endian float32 or float64 in NumPy's format. */
    public static FeatureMatrix readNpy(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            ByteBuffer start = read(channel, file, 0, 12);
            int version = start.get(6);
            int from = version == 1 ? 10 : 12;
            int length = version == 1 ? start.getShort(8) & 0xffff : start.getInt(8);
            if ((start.get(0) & 0xff) != 0x93 || start.get(1) != 'N' || length < 1 || length > MAX_HEADER) {
                throw new UserError("'" + file + "' is no NumPy array.");
            }
            String header = StandardCharsets.US_ASCII
                    .decode(read(channel, file, from, length))
                    .toString();
            Matcher matcher = HEADER.matcher(header);
            if (!matcher.find()
                    || !matcher.group(1).matches("<f[48]")
                    || !matcher.group(2).equals("False")) {
                throw new UserError("'" + file + "' holds " + header.strip()
                        + "; expected a row-major array of two dimensions of float32 or float64.");
            }
            int bytes = matcher.group(1).equals("<f4") ? 4 : 8;
            long rows = Long.parseLong(matcher.group(3));
            long width = Long.parseLong(matcher.group(4));
            long count = Math.multiplyExact(rows, width);
            if (channel.size() != from + length + count * bytes || count > Integer.MAX_VALUE - 8) {
                throw new UserError("'" + file + "' has " + channel.size() + " bytes; " + rows + " x " + width
                        + " numbers need " + (from + length + count * bytes) + ". It was cut, or is too large.");
            }
            return new FeatureMatrix(values(channel, file, from + length, (int) count, bytes), Math.toIntExact(width));
        }
    }

    private static float[] values(FileChannel channel, Path file, long from, int count, int bytes) throws IOException {
        float[] values = new float[count];
        int chunk = 1 << 20;
        for (int first = 0; first < count; first += chunk) {
            int n = Math.min(chunk, count - first);
            ByteBuffer buffer = read(channel, file, from + (long) first * bytes, n * bytes);
            for (int i = 0; i < n; i++) {
                values[first + i] = bytes == 4 ? buffer.getFloat(4 * i) : (float) buffer.getDouble(8 * i);
            }
        }
        return values;
    }

    private static ByteBuffer read(FileChannel channel, Path file, long from, int count) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(count).order(ByteOrder.LITTLE_ENDIAN);
        while (buffer.hasRemaining()) {
            if (channel.read(buffer, from + buffer.position()) < 0) {
                throw new UserError("'" + file + "' is no NumPy array: it ends after " + channel.size() + " bytes.");
            }
        }
        return buffer.flip();
    }

    // RFC 4180: cells may be quoted, a quote in them doubled.
    private static List<List<String>> csv(String text) {
        List<List<String>> rows = new ArrayList<>(List.of(new ArrayList<>()));
        StringBuilder cell = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"') {
                boolean doubled = quoted && i + 1 < text.length() && text.charAt(i + 1) == '"';
                if (doubled) {
                    cell.append('"');
                    i++;
                } else {
                    quoted = !quoted;
                }
            } else if (!quoted && (c == ',' || c == '\n')) {
                rows.getLast().add(cell.toString());
                cell.setLength(0);
                if (c == '\n') {
                    rows.add(new ArrayList<>());
                }
            } else if (quoted || c != '\r') {
                cell.append(c);
            }
        }
        if (!cell.isEmpty() || !rows.getLast().isEmpty()) {
            rows.getLast().add(cell.toString());
        } else if (rows.size() > 1) {
            rows.removeLast();
        }
        return rows;
    }
}
