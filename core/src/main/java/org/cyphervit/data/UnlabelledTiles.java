package org.cyphervit.data;

import java.util.List;

/** Tiles without labels. A wrapper that passes on the labels of its source is none of these: it would lose them. */
public interface UnlabelledTiles extends TileSource {
    @Override
    default List<String> classes() {
        return List.of();
    }

    @Override
    default int label(int index) {
        return -1;
    }
}
