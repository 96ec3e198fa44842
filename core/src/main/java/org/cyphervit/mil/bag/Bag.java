package org.cyphervit.mil.bag;

import java.nio.file.Path;
import java.util.List;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * The features of a slide's tiles, as they lie in files.
 *
 * @param slide its name
 * @param file that they came from, for messages
 * @param encoder that made them; null where the file does not say it
 * @param width D
 * @param spans of rows, in order
 * @param places of the tiles; null where the file does not say them
 */
public record Bag(
        String slide,
        Path file,
        @Nullable String encoder,
        int width,
        List<Span> spans,
        @Nullable Places places) {
    /**
     * Rows of float32, little-endian, one after the other.
     *
     * @param file that holds them
     * @param offset of the first, bytes
     * @param rows how many
     */
    public record Span(Path file, long offset, int rows) {}

    /**
     * Where tiles lie.
     *
     * @param corners pairs x, y: upper left, level-0 pixels
     * @param side of a tile, level-0 pixels; 0 where it is unknown
     */
    public record Places(long[] corners, int side) {}

    public Bag {
        spans = List.copyOf(spans);
        int rows = spans.stream().mapToInt(Span::rows).sum();
        if (width < 1 || (places != null && places.corners.length != 2 * rows)) {
            throw new UserError("'" + file + "' has " + rows + " rows of " + width + " features of slide '" + slide
                    + "' and " + (places == null ? 0 : places.corners.length / 2)
                    + " places of tiles; expected one each. Embed the slide again.");
        }
    }

    /** N. */
    public int rows() {
        return spans.stream().mapToInt(Span::rows).sum();
    }
}
