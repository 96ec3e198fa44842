package org.cyphervit.spark;

import java.io.Serializable;
import java.util.List;
import org.cyphervit.file.CsvTable;
import org.cyphervit.torch.Engine;

/**
 * Something that was left out.
 *
 * @param slide where
 * @param tile its name, or which tiles of the slide
 * @param reason in words
 */
record Skipped(String slide, String tile, String reason) implements Serializable, Comparable<Skipped> {
    static final String HEADER = "slide,tile,reason";

    static Skipped all(Region region, Throwable error) {
        int last = region.first() + region.size() - 1;
        return new Skipped(region.slide(), "tiles " + region.first() + " to " + last, Engine.firstLine(error));
    }

    String csv() {
        return CsvTable.line(List.of(slide, tile, reason)).strip();
    }

    @Override
    public int compareTo(Skipped other) {
        return csv().compareTo(other.csv());
    }
}
