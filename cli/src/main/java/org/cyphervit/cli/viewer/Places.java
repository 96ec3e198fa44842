package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.viewer.map.ViewedMap;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.file.hdf5.Hdf5Reader;

/**
 * 'Places like this': the tiles of all maps by one encoder whose features are most alike to those of the tile that was
 * clicked. The search is exact: all are compared.
 */
final class Places {
    private static final int MOST = 4_000_000;
    /** Bytes of features that stay in memory. */
    private static final long KEPT = Runtime.getRuntime().maxMemory() / 2;

    private final ViewedMaps maps;
    private final ViewedSlides slides;
    private final Map<Path, Tiles> cache = new LinkedHashMap<>(16, 0.75f, true);

    Places(ViewedMaps maps, ViewedSlides slides) {
        this.maps = maps;
        this.slides = slides;
    }

    /**
     * The tiles of a map.
     *
     * @param modified of the file they were read from
     * @param features rows of unit length
     * @param corners pairs x, y, level-0 pixels
     * @param side level-0 pixels
     */
    private record Tiles(long modified, FeatureMatrix features, long[] corners, long side) {
        /** The tile at a point, else the nearest; -1 if there are none. */
        int at(double x, double y) {
            int best = -1;
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < corners.length / 2; i++) {
                double dx = corners[2 * i] + side / 2.0 - x;
                double dy = corners[2 * i + 1] + side / 2.0 - y;
                if (dx * dx + dy * dy < least) {
                    least = dx * dx + dy * dy;
                    best = i;
                }
            }
            return best;
        }
    }

    private record Hit(ViewedMap map, Tiles tiles, int tile, double similarity) {}

    /** The tile at a point of a map, and those most alike in all maps by the same encoder. */
    HttpResponse like(HttpRequest query) throws IOException {
        Optional<ViewedMap> found = maps.map(query);
        if (found.isEmpty()) {
            return HttpResponse.notFound();
        }
        ViewedMap map = found.get();
        int count = query.number("count", 1, 200, 24);
        Tiles own = tiles(map);
        int tile = own.at(query.real("x"), query.real("y"));
        if (tile < 0) {
            throw new UserError("This map has no tiles to compare.");
        }
        float[] wanted = own.features.select(new int[] {tile}).values();
        List<Hit> hits = new ArrayList<>();
        long searched = 0;
        for (ViewedMap other : maps.all()) {
            if (!other.isOfSameEncoder(map) || features(other).isEmpty()) {
                continue;
            }
            Tiles tiles = tiles(other);
            if (tiles.features.width() == wanted.length) {
                boolean same = other.folder().equals(map.folder());
                hits.addAll(best(other, tiles, wanted, same ? tile : -1, count));
                searched += tiles.features.rows();
            }
        }
        hits.sort(Comparator.comparingDouble(Hit::similarity).reversed());
        Map<String, Path> bySlide = slides.byName();
        List<Map<String, Object>> places = new ArrayList<>();
        for (Hit hit : hits.subList(0, Math.min(count, hits.size()))) {
            places.add(json(hit, bySlide));
        }
        return HttpResponse.json(
                Map.of("at", json(new Hit(map, own, tile, 1), bySlide), "searched", searched, "places", places));
    }

    private Map<String, Object> json(Hit hit, Map<String, Path> bySlide) {
        Map<String, Object> json = new LinkedHashMap<>();
        Path slide = bySlide.get(hit.map.slide());
        json.put("slide", slide == null ? null : slides.id(slide));
        json.put("name", hit.map.slide());
        json.put("x", hit.tiles.corners[2 * hit.tile]);
        json.put("y", hit.tiles.corners[2 * hit.tile + 1]);
        json.put("side", hit.tiles.side);
        json.put("similarity", hit.similarity);
        return json;
    }

    private static List<Hit> best(ViewedMap map, Tiles tiles, float[] wanted, int without, int count) {
        return NearestRows.of(tiles.features, wanted, without, count).stream()
                .map(hit -> new Hit(map, tiles, hit.row(), hit.similarity()))
                .toList();
    }

    private Tiles tiles(ViewedMap map) throws IOException {
        Path file = features(map)
                .orElseThrow(() -> new UserError("The features of this map are gone: there is no h5 file below '"
                        + map.folder().resolve("trident") + "'. Make the map again."));
        long modified = Files.getLastModifiedTime(file).toMillis();
        synchronized (cache) {
            Tiles known = cache.get(file);
            if (known != null && known.modified == modified) {
                return known;
            }
        }
        Tiles read = read(file, modified);
        synchronized (cache) {
            cache.put(file, read);
            while (cache.size() > 1 && bytes() > KEPT) { // the map that was asked for longest ago is read again
                cache.remove(cache.keySet().iterator().next());
            }
        }
        return read;
    }

    private long bytes() {
        return cache.values().stream()
                .mapToLong(tiles -> (long) Float.BYTES * tiles.features.values().length)
                .sum();
    }

    private static Tiles read(Path file, long modified) throws IOException {
        try (Hdf5Reader reader = Hdf5Reader.open(file)) {
            int width = Math.toIntExact(reader.shape("features")[1]);
            FeatureMatrix features = new FeatureMatrix(reader.floats("features", MOST * 64), width);
            Object side = reader.attribute("coords", "patch_size_level0");
            return new Tiles(
                    modified,
                    NearestRows.unit(features),
                    reader.longs("coords", 2 * MOST),
                    side instanceof Number number ? number.longValue() : 1);
        }
    }

    // As 'map' writes it: trident/<tiles>/features_<encoder>/<slide>.h5
    private static Optional<Path> features(ViewedMap map) throws IOException {
        Path root = map.folder().resolve("trident");
        if (!Files.isDirectory(root)) {
            return Optional.empty();
        }
        try (Stream<Path> files = Files.walk(root, 3)) {
            return files.filter(file -> file.toString().endsWith(".h5")
                            && String.valueOf(file.getParent()).contains("features_"))
                    .findFirst();
        }
    }
}
