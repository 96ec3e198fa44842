package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.cyphervit.file.CsvTable;

/** How much tissue the tiles of a cohort show, by its manifest. */
public final class TileScale {
    private static final double SAME = 0.01; // slides give their scale to some digits only

    private TileScale() {}

    /**
     * Side of the tissue in each tile, microns; empty if the places are not what tiling left, or their tiles differ.
     *
     * @param places folders of cohorts, or of their tiles or shards
     */
    public static OptionalDouble microns(List<Path> places) throws IOException {
        double first = Double.NaN;
        for (Path place : places) {
            Path out = place.toAbsolutePath().normalize();
            Path manifest = out.resolve(Manifest.TILES);
            if (!Files.exists(manifest) && out.getParent() != null) {
                manifest = out.resolveSibling(Manifest.TILES);
            }
            if (!Files.exists(manifest)) {
                return OptionalDouble.empty();
            }
            CsvTable tiles = CsvTable.read(manifest);
            if (!tiles.header().containsAll(List.of("size", "mpp"))) {
                return OptionalDouble.empty();
            }
            int size = tiles.header().indexOf("size");
            int mpp = tiles.header().indexOf("mpp");
            for (int row = 0; row < tiles.rows(); row++) {
                if (tiles.at(row, mpp).isEmpty()) {
                    return OptionalDouble.empty();
                }
                double microns = Double.parseDouble(tiles.at(row, size)) * Double.parseDouble(tiles.at(row, mpp));
                first = Double.isNaN(first) ? microns : first;
                if (!(Math.abs(microns - first) <= SAME * first)) {
                    return OptionalDouble.empty();
                }
            }
        }
        return Double.isNaN(first) ? OptionalDouble.empty() : OptionalDouble.of(first);
    }
}
