package org.cyphervit.spark;

import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import org.apache.hadoop.conf.Configuration;

/** A task's work: consecutive tiles of one slide. */
sealed interface Region extends Serializable {
    /** The slide's name: its path, or that of its folder of tiles, below the cohort's folder. */
    String slide();

    /** Number of the first tile within the slide. */
    int first();

    int size();

    /** Opens the tiles, on an executor. */
    RegionTiles open(Configuration configuration) throws IOException;

    /**
     * Tiles that are files already.
     *
     * @param tiles their URIs
     */
    record Files(String slide, int first, ArrayList<String> tiles) implements Region {
        @Override
        public int size() {
            return tiles.size();
        }

        @Override
        public RegionTiles open(Configuration configuration) {
            return new TileFiles(this, configuration);
        }
    }

    /**
     * Tiles to be cut from a slide.
     *
     * @param uri of the slide
     * @param first of the tiles that are kept
     */
    record Cut(String slide, String uri, int first, int size, Tiling tiling) implements Region {
        @Override
        public RegionTiles open(Configuration configuration) throws IOException {
            return SlideTiles.open(this, configuration);
        }
    }
}
