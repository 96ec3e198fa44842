package org.cyphervit.mil.fit;

import java.awt.Color;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.export.slide.GeoJsonFile;
import org.cyphervit.export.slide.PhenotypeClass;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.mil.bag.Bag;

/**
 * Where an aggregator looked, as files: {@code <slide>.h5} with {@code attention} (N,1) and {@code coords} (N,2) in level-0
 * pixels, as CLAM and TRIDENT write theirs, and {@code <slide>.geojson.gz} with a tile for each where its side is known.
 */
public final class AttentionFiles {
    private static final PhenotypeClass TILE = new PhenotypeClass("attended tile", new Color(0xC0436F));

    private AttentionFiles() {}

    /**
     * Writes the files.
     *
     * @param attention N numbers that sum to 1
     * @return the files
     * @throws UserError if the features do not say where the tiles lie
     */
    public static List<Path> write(Path folder, Bag bag, float[] attention) throws IOException {
        Bag.Places places = bag.places();
        if (places == null) {
            throw new UserError("'" + bag.file() + "' does not say where the tiles of slide '" + bag.slide()
                    + "' lie; embed it again with coordinates.");
        }
        String name = bag.slide().replace('/', '_');
        int n = attention.length;
        List<Path> files = new ArrayList<>();
        Path h5 = folder.resolve(name + ".h5");
        Map<String, Object> side = places.side() > 0 ? Map.of("patch_size_level0", (long) places.side()) : Map.of();
        Hdf5File.write(
                h5,
                List.of(
                        new Hdf5Dataset("attention", attention, new long[] {n, 1}, Map.of()),
                        new Hdf5Dataset("coords", places.corners(), new long[] {n, 2}, side)));
        files.add(h5);
        if (places.side() > 0) {
            Path json = folder.resolve(name + ".geojson.gz");
            double[] ranks = ranks(attention);
            try (GeoJsonFile geo = GeoJsonFile.create(json, 0, 0)) {
                for (int i = 0; i < n; i++) {
                    geo.tile(
                            "tile " + (i + 1),
                            places.corners()[2 * i],
                            places.corners()[2 * i + 1],
                            places.side(),
                            places.side(),
                            TILE,
                            Map.of("attention", n * (double) attention[i], "attention rank", ranks[i]));
                }
                geo.finish();
            }
            files.add(json);
        }
        return files;
    }

    /** The share of tiles that are attended to less, half of the equal ones counting: 0 to 1 whatever the softmax. */
    public static double[] ranks(float[] attention) {
        Integer[] order = new Integer[attention.length];
        for (int i = 0; i < order.length; i++) {
            order[i] = i;
        }
        java.util.Arrays.sort(order, java.util.Comparator.comparingDouble(i -> attention[i]));
        double[] ranks = new double[order.length];
        for (int from = 0; from < order.length; ) {
            int to = from;
            while (to < order.length && attention[order[to]] == attention[order[from]]) {
                to++;
            }
            for (int i = from; i < to; i++) {
                ranks[order[i]] = (from + to) / 2.0 / order.length;
            }
            from = to;
        }
        return ranks;
    }
}
