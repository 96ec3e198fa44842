package org.cyphervit.data;

import java.util.List;
import java.util.Optional;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/** A fixed, ordered collection of tiles, with or without labels. Implementations are safe for use by several threads. */
public interface TileSource {
    /** Number of tiles. */
    int size();

    /** A stable name of a tile, unique in the source (for a folder: the path relative to it, with forward slashes). */
    String name(int index);

    /**
     * Decodes a tile.
     *
     * @throws java.io.IOException if the tile cannot be read any more; the message names the file
     */
    RgbImage read(int index) throws java.io.IOException;

    /** Class names in label order; empty when the source has no labels. */
    List<String> classes();

    /** Index into {@link #classes()}, or -1 when the tile has no label. */
    int label(int index);

    /** Patient, slide or cluster a tile belongs to, so that splits do not leak; null when unknown. */
    default @Nullable String group(int index) {
        return null;
    }

    /** Which of the sources a tile comes from that were joined into this one, counted from 0. */
    default int set(int index) {
        return 0;
    }

    /** A score of the tile, such as cellularity in [0, 1], that a regression learns; NaN when unknown. */
    default double target(int index) {
        return Double.NaN;
    }

    /**
     * The image file that the tile is stored as, for whoever copies it; empty where there are only pixels, or where {@link
     * #read} changes them.
     *
     * @throws java.io.IOException as {@link #read}
     */
    default Optional<EncodedTile> encoded(int index) throws java.io.IOException {
        return Optional.empty();
    }

    /** Fingerprint (hex SHA-256) of names, sizes and labels, written into every output. */
    String fingerprint();
}
