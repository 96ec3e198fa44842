package org.cyphervit.spark;

import java.util.List;
import org.cyphervit.data.TileSource;
import org.jspecify.annotations.Nullable;

/** The tiles of a region. */
interface RegionTiles extends TileSource, AutoCloseable {
    /** Upper left corner in level-0 pixels, {x, y}; null where the tile is a file of its own. */
    default long @Nullable [] place(int index) {
        return null;
    }

    @Override
    void close();

    @Override
    default List<String> classes() {
        return List.of();
    }

    @Override
    default int label(int index) {
        return -1;
    }

    @Override
    default String fingerprint() {
        return size() + " tiles";
    }
}
