package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.cli.report.MapFolder;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.viewer.map.MapNaming;
import org.cyphervit.cli.viewer.map.MapPixels;
import org.cyphervit.cli.viewer.map.MapRegion;
import org.cyphervit.cli.viewer.map.ViewedMap;
import org.cyphervit.export.slide.GeoJsonFile;
import org.cyphervit.export.slide.PhenotypeClass;
import org.cyphervit.interpret.Palette;
import tools.jackson.databind.JsonNode;

/** The phenotype maps in the viewer's folders: their layers, what they cover, and their names. */
final class ViewedMaps {
    private static final int SMALLEST = 4;

    private final SharedFolders roots;

    ViewedMaps(SharedFolders roots) {
        this.roots = roots;
    }

    /** Every map that can be read. */
    List<ViewedMap> all() throws IOException {
        return ViewedMap.all(roots);
    }

    /** What the page of a slide shows of its maps. */
    List<Map<String, Object>> of(String slide) throws IOException {
        List<Map<String, Object>> found = new ArrayList<>();
        for (ViewedMap map : all()) {
            if (map.slide().equals(slide)) {
                Map<String, Object> entry = new LinkedHashMap<>();
                map.about().properties().forEach(property -> entry.put(property.getKey(), property.getValue()));
                entry.remove("encoder_place");
                entry.put("id", roots.id(map.folder()));
                entry.put("report", Files.exists(map.folder().resolve(MapFolder.REPORT)));
                found.add(entry);
            }
        }
        return found;
    }

    /** A tile of a layer of a map, PNG; where nothing is, nothing was written. */
    HttpResponse layer(HttpRequest query) throws IOException {
        Optional<ViewedMap> map = map(query);
        String layer = query.text("layer");
        if (map.isEmpty() || !layer.matches("[a-z0-9-]{1,40}")) {
            return HttpResponse.notFound();
        }
        int level = query.number("level", 0, 40);
        int column = query.number("x", 0, 1 << 20);
        int row = query.number("y", 0, 1 << 20);
        if (layer.equals("phenotypes")) {
            return phenotypes(query, map.get(), level, column, row);
        }
        String tile = String.format(Locale.ROOT, "%s_files/%d/%d_%d.png", layer, level, column, row);
        Optional<Path> file =
                roots.resolve(roots.id(map.get().folder()) + "/" + tile).filter(Files::isRegularFile);
        return file.isEmpty()
                ? HttpResponse.notFound()
                : HttpResponse.picture("image/png", Files.readAllBytes(file.get()));
    }

    // The strongest phenotypes that are switched on, where they are certain enough.
    private HttpResponse phenotypes(HttpRequest query, ViewedMap map, int level, int column, int row)
            throws IOException {
        int tokens = map.names().size();
        Optional<MapPixels> pixels = MapPixels.read(map.folder(), tokens, level, column, row);
        return pixels.isEmpty()
                ? HttpResponse.notFound()
                : HttpResponse.picture(
                        "image/png", pixels.get().png(MapFolder.colors(tokens), shown(query, tokens), least(query)));
    }

    /** What each phenotype covers of a rectangle. */
    HttpResponse measure(HttpRequest query) throws IOException {
        Optional<ViewedMap> found = map(query);
        if (found.isEmpty()) {
            return HttpResponse.notFound();
        }
        ViewedMap map = found.get();
        MapRegion region = region(query, map);
        List<Map<String, Object>> areas = new ArrayList<>();
        for (int k = 0; k < map.names().size(); k++) {
            Map<String, Object> area = new LinkedHashMap<>();
            area.put("name", map.names().get(k));
            area.put("color", Palette.hex(Palette.token(k)));
            area.put("mm2", mm2(region, region.pixels()[k], map));
            area.put("share", region.pixels()[k] / (double) Math.max(1, region.tissue()));
            area.put("mean", region.mean()[k]);
            areas.add(area);
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("tissue_mm2", mm2(region, region.tissue(), map));
        json.put("certain", Arrays.stream(region.pixels()).sum() / (double) Math.max(1, region.tissue()));
        json.put("areas", areas);
        return HttpResponse.json(json);
    }

    /** The same as a table. */
    HttpResponse csv(HttpRequest query) throws IOException {
        Optional<ViewedMap> map = map(query);
        return map.isEmpty()
                ? HttpResponse.notFound()
                : HttpResponse.download(
                        map.get().slide() + "-phenotypes.csv",
                        "text/csv; charset=utf-8",
                        region(query, map.get())
                                .csv(map.get().names(), map.get().slideMpp(), least(query))
                                .getBytes(StandardCharsets.UTF_8));
    }

    /** The outlines of the phenotypes that are switched on, within a rectangle, as QuPath reads them. */
    HttpResponse geoJson(HttpRequest query) throws IOException {
        Optional<ViewedMap> found = map(query);
        if (found.isEmpty()) {
            return HttpResponse.notFound();
        }
        ViewedMap map = found.get();
        int tokens = map.names().size();
        Set<Integer> shown = shown(query, tokens);
        MapRegion region = region(query, map);
        byte[] labels = region.labels();
        for (int i = 0; i < labels.length; i++) {
            labels[i] = labels[i] >= 0 && shown.contains((int) labels[i]) ? labels[i] : -1;
        }
        List<PhenotypeClass> classes = IntStream.range(0, tokens)
                .mapToObj(k -> new PhenotypeClass(map.names().get(k), Palette.token(k)))
                .toList();
        Path file = Files.createTempFile("cyphervit-", ".geojson");
        try {
            long left = map.about().path("bounds_x").asLong(0);
            long top = map.about().path("bounds_y").asLong(0);
            try (GeoJsonFile json = GeoJsonFile.create(file, left, top)) {
                json.annotations(
                        labels,
                        region.width(),
                        region.height(),
                        region.x(),
                        region.y(),
                        region.scale(),
                        classes,
                        SMALLEST);
                json.finish();
            }
            return HttpResponse.download(
                    map.slide() + "-phenotypes.geojson", "application/geo+json", Files.readAllBytes(file));
        } finally {
            Files.deleteIfExists(file);
        }
    }

    /** Names a phenotype: in the map, in all other maps by the same encoder, and in the encoder's file where it is here. */
    HttpResponse name(HttpRequest query) throws IOException {
        Optional<ViewedMap> map = map(query);
        if (map.isEmpty()) {
            return HttpResponse.notFound();
        }
        JsonNode wish = query.json();
        return HttpResponse.json(new MapNaming(roots)
                .name(map.get(), wish.path("token").asInt(0), wish.path("name").asString("")));
    }

    Optional<ViewedMap> map(HttpRequest query) throws IOException {
        Optional<Path> folder =
                roots.resolve(query.text("id")).filter(path -> Files.isRegularFile(path.resolve(MapFolder.ABOUT)));
        return folder.isEmpty() ? Optional.empty() : Optional.of(ViewedMap.read(folder.get()));
    }

    private static MapRegion region(HttpRequest query, ViewedMap map) throws IOException {
        boolean whole = !query.parameters().containsKey("left");
        return whole
                ? MapRegion.read(
                        map, map.x(), map.y(), map.width() * map.scale(), map.height() * map.scale(), least(query))
                : MapRegion.read(
                        map,
                        query.real("left"),
                        query.real("top"),
                        query.real("width"),
                        query.real("height"),
                        least(query));
    }

    private static @org.jspecify.annotations.Nullable Double mm2(MapRegion region, long pixels, ViewedMap map) {
        return Double.isFinite(map.slideMpp()) ? (Double) region.mm2(pixels, map.slideMpp()) : null;
    }

    private static double least(HttpRequest query) {
        return query.number("least", 0, 100, 0) / 100.0;
    }

    // Tokens from 1, with commas; all where it is not said.
    private static Set<Integer> shown(HttpRequest query, int tokens) {
        String said = query.parameters().get("tokens");
        if (said != null && !said.matches("(\\d{1,3}(,\\d{1,3})*)?")) {
            throw new UserError("The parameter 'tokens' must be numbers with commas; got " + said);
        }
        return said == null
                ? IntStream.range(0, tokens).boxed().collect(Collectors.toSet())
                : Arrays.stream(said.split(","))
                        .filter(number -> !number.isEmpty())
                        .map(number -> Integer.parseInt(number) - 1)
                        .collect(Collectors.toSet());
    }
}
