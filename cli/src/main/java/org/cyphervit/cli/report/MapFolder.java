package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.export.slide.FeatureH5;
import org.cyphervit.export.slide.GeoJsonFile;
import org.cyphervit.export.slide.PhenotypeClass;
import org.cyphervit.export.slide.SlideFeatures;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.interpret.Palette;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.map.Pyramid;
import org.cyphervit.interpret.map.SlideMap;
import org.cyphervit.monitor.HealthFinding;
import org.cyphervit.slide.Bounds;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideFormats;

/**
 * What a slide's phenotype map leaves in its folder besides the pyramids: {@code map.json} for the viewer, QuPath's GeoJSON,
 * features in TRIDENT's layout, and a page to look at.
 *
 * @param folder of the map
 * @param names of the tokens
 * @param encoder its name
 * @param place where the encoder lies, so that names given to it reach its maps
 * @param mpp microns per pixel of the images that the encoder sees
 * @param about how its features are made
 * @param settings what the map depends on besides the slide
 * @param trust whether the map means anything
 */
public record MapFolder(
        Path folder,
        PhenotypeNames names,
        String encoder,
        String place,
        double mpp,
        Map<String, String> about,
        String settings,
        HealthFinding trust) {
    /** Describes the map. */
    public static final String ABOUT = "map.json";
    /** The page. */
    public static final String REPORT = Report.NAME;

    private static final String SETTINGS = "settings";
    private static final String REGIONS = "phenotypes.geojson.gz";
    private static final String TILES = "tiles.geojson.gz";
    /** Smaller regions are noise of the map; map pixels of the overview. */
    private static final int SMALLEST = 12;

    /**
     * Whether the folder holds a map already that was made as this one would be.
     *
     * @throws UserError if it holds another
     */
    public static boolean isDone(Path folder, String settings) throws IOException {
        Path about = folder.resolve(ABOUT);
        if (Files.notExists(about)) {
            clearUnfinished(folder);
            return false;
        }
        if (settings.equals(
                ConfigTree.parse(Files.readString(about)).path(SETTINGS).asString(""))) {
            return true;
        }
        throw new UserError("'" + folder + "' holds a map already, made by another encoder or other settings. Choose"
                + " another --out, or remove it.");
    }

    // Tiles of a map that was cut short: one of other settings may have had more of them.
    private static void clearUnfinished(Path folder) throws IOException {
        List<Path> layers = List.of();
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                layers = all.filter(path -> path.getFileName().toString().matches("(token-\\d+|strongest)_files"))
                        .toList();
            }
        }
        for (Path layer : layers) {
            try (Stream<Path> all = Files.walk(layer)) {
                for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(path);
                }
            }
        }
    }

    /** RGB of the tokens. */
    public static List<Integer> colors(int tokens) {
        return IntStream.range(0, tokens)
                .mapToObj(k -> Palette.token(k).getRGB() & 0xffffff)
                .toList();
    }

    /**
     * Writes everything.
     *
     * @return the files, the page first
     */
    public List<Path> write(Slide slide, SlideMap map, Pyramid.Overview overview) throws IOException {
        Path regions = folder.resolve(REGIONS);
        Path tiles = folder.resolve(TILES);
        int found = regions(regions, slide, map, overview);
        tiles(tiles, slide, map);
        Path features = FeatureH5.writeTrident(folder.resolve("trident"), features(slide, map));
        Path page = folder.resolve(REPORT);
        new SlidePage(slide, map, overview, names, encoder, mpp, trust)
                .write(page, folder.relativize(features).toString(), found);
        writeAbout(slide, map); // last: now the map is done
        return List.of(page, regions, tiles, features, folder.resolve(ABOUT));
    }

    private int regions(Path file, Slide slide, SlideMap map, Pyramid.Overview overview) throws IOException {
        Bounds cropped = cropped(slide);
        try (GeoJsonFile json = GeoJsonFile.create(file, cropped.x(), cropped.y())) {
            limit(json, slide.bounds());
            int added = json.annotations(
                    overview.strongest(),
                    overview.width(),
                    overview.height(),
                    map.x(),
                    map.y(),
                    map.scale() * overview.scale(),
                    classes(),
                    SMALLEST);
            json.finish();
            return added;
        }
    }

    private void tiles(Path file, Slide slide, SlideMap map) throws IOException {
        Bounds cropped = cropped(slide);
        SlideMap.MapTiles tiles = map.tiles();
        List<PhenotypeClass> classes = classes();
        int K = tiles.shares().width();
        try (GeoJsonFile json = GeoJsonFile.create(file, cropped.x(), cropped.y())) {
            limit(json, slide.bounds());
            for (int i = 0; i < tiles.features().rows(); i++) {
                Map<String, Double> measurements = new LinkedHashMap<>();
                int best = 0;
                for (int k = 0; k < K; k++) {
                    double share = tiles.shares().values()[i * K + k];
                    measurements.put(names.names().get(k), share);
                    best = share > tiles.shares().values()[i * K + best] ? k : best;
                }
                json.tile(
                        "tile " + (i + 1),
                        tiles.places()[2 * i],
                        tiles.places()[2 * i + 1],
                        tiles.side(),
                        tiles.side(),
                        classes.get(best),
                        measurements);
            }
            json.finish();
        }
    }

    private static void limit(GeoJsonFile json, Bounds bounds) {
        json.limit(bounds.x() + bounds.width(), bounds.y() + bounds.height());
    }

    // QuPath shows only the scanned bounds, but only where they are smaller than the slide both ways.
    private static Bounds cropped(Slide slide) {
        Bounds bounds = slide.bounds();
        boolean crops = bounds.width() != slide.width() && bounds.height() != slide.height();
        return crops ? bounds : new Bounds(0, 0, slide.width(), slide.height());
    }

    private List<PhenotypeClass> classes() {
        List<PhenotypeClass> classes = new ArrayList<>();
        for (int k = 0; k < names.names().size(); k++) {
            classes.add(new PhenotypeClass(names.names().get(k), Palette.token(k)));
        }
        return classes;
    }

    private SlideFeatures features(Slide slide, SlideMap map) {
        SlideMap.MapTiles tiles = map.tiles();
        return new SlideFeatures(
                stem(slide),
                encoder,
                tiles.features(),
                tiles.places(),
                new SlideFeatures.Geometry(
                        tiles.pixels(),
                        tiles.side(),
                        0,
                        nominal(mpp),
                        nominal(slide.mpp()),
                        slide.width(),
                        slide.height()),
                about);
    }

    // TRIDENT's files name magnifications: 10 microns per pixel over the magnification, by convention.
    private static double nominal(double mpp) {
        return Math.max(0.01, Math.round(1000 / mpp) / 100.0);
    }

    /** The slide's name without its ending, as the name of a folder; with the plane, where one was chosen. */
    public static String stem(Slide slide) {
        SlideAddress address = SlideAddress.of(slide.path());
        String title = SlideFormats.title(slide.path()).replace('/', '_');
        int dot = title.lastIndexOf('.');
        boolean file = title.equals(String.valueOf(address.file().getFileName())); // else a DICOM folder's, kept whole
        return (file && dot > 0 ? title.substring(0, dot) : title) + address.tag();
    }

    // All in an order of their own: a Map.of() has another in each process, and equal maps are equal files.
    private static Map<String, Object> certainty(SlideMap map) {
        Map<String, Object> certainty = new LinkedHashMap<>();
        certainty.put("entropy", map.certainty().entropy());
        certainty.put("strongest", map.certainty().strongest());
        return certainty;
    }

    private Map<String, Object> trustworthiness() {
        Map<String, Object> words = new LinkedHashMap<>();
        words.put("level", trust.severity().key());
        words.put("title", trust.symptom());
        words.put("words", trust.evidence());
        return words;
    }

    private static Map<String, Object> layer(String file, String name, String color) {
        Map<String, Object> layer = new LinkedHashMap<>();
        layer.put("file", file);
        layer.put("name", name);
        layer.put("color", color);
        return layer;
    }

    private void writeAbout(Slide slide, SlideMap map) throws IOException {
        List<Map<String, Object>> layers = new ArrayList<>();
        for (int k = 0; k < names.names().size(); k++) {
            Map<String, Object> layer = layer("token-" + (k + 1), names.names().get(k), Palette.hex(Palette.token(k)));
            layer.put("share", map.areas()[k]);
            layer.put("mean_assignment", map.shares()[k]);
            layers.add(layer);
        }
        layers.add(layer("strongest", "strongest of all", "#888888"));
        Map<String, Object> facts = new LinkedHashMap<>();
        facts.put("format", "cyphervit-slide-map");
        facts.put("version", 2); // in 1 the layers' share was the mean assignment
        facts.put("slide", SlideFormats.title(slide.path()));
        facts.put("slide_mpp", slide.mpp());
        facts.put("bounds_x", cropped(slide).x());
        facts.put("bounds_y", cropped(slide).y());
        facts.put("encoder", encoder);
        facts.put("encoder_place", place);
        facts.put("mpp", mpp);
        facts.put("width", map.width());
        facts.put("height", map.height());
        facts.put("tile", Pyramid.TILE);
        facts.put("scale", map.scale());
        facts.put("x", map.x());
        facts.put("y", map.y());
        facts.put("tissue_mm2", map.tissueMm2());
        facts.put("tiles", map.tiles().features().rows());
        facts.put("certainty", certainty(map));
        facts.put("trust", trustworthiness());
        facts.put("layers", layers);
        facts.put(SETTINGS, settings);
        AtomicFiles.write(folder.resolve(ABOUT), ConfigTree.of(facts).toPrettyString() + "\n");
    }

    /** The tiles that a token holds most of, the most certain first. */
    static int[] best(SlideMap.MapTiles tiles, int token, int count) {
        FeatureMatrix shares = tiles.shares();
        return IntStream.range(0, shares.rows())
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -shares.values()[i * shares.width() + token]))
                .limit(count)
                .mapToInt(Integer::intValue)
                .toArray();
    }

    static String sentence(SlideMap map) {
        Integer[] order = IntStream.range(0, map.shares().length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(k -> -map.areas()[k]));
        StringBuilder words = new StringBuilder(
                String.format(Locale.ROOT, "Of %.2f mm² of tissue the encoder assigns ", map.tissueMm2()));
        for (int i = 0; i < Math.min(3, order.length); i++) {
            words.append(String.format(
                    Locale.ROOT,
                    "%s%.0f %% to %s",
                    i == 0 ? "" : i == Math.min(3, order.length) - 1 ? " and " : ", ",
                    100 * map.areas()[order[i]],
                    PageNames.token(0, order[i])));
        }
        return words.append(", by the strongest phenotype of each place.").toString();
    }
}
