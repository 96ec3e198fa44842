package org.cyphervit.spark;

import org.cyphervit.data.UnlabelledTiles;
import org.jspecify.annotations.Nullable;

/** The tiles of a region. */
interface RegionTiles extends UnlabelledTiles, AutoCloseable {
    /** Upper left corner in level-0 pixels, {x, y}; null where the tile is a file of its own. */
    default long @Nullable [] place(int index) {
        return null;
    }

    @Override
    void close();

    @Override
    default String fingerprint() {
        return size() + " tiles";
    }
}
