package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Words;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.augment.Views;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.TokenGallery;
import org.cyphervit.monitor.HealthFile;
import org.cyphervit.monitor.HealthFinding;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.cyphervit.monitor.HealthSummary;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.ssl.method.mae.MaeOptions;
import org.cyphervit.train.Run;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;

/** What a page says about one run. */
final class RunSection {
    private static final int EXAMPLE_SIDE = 448;
    private static final int SHIFTS = 4;
    private static final double IDLE = 0.01;
    private static final Map<Severity, String> LEVELS =
            Map.of(Severity.GOOD, "good", Severity.WARNING, "warn", Severity.COLLAPSE, "bad");

    private final Path run;
    private final Recipe recipe;
    private final TileSource trainedOn;
    private final int number;
    private final Map<String, Object> json = new LinkedHashMap<>();
    private @Nullable Seen seen;
    private Optional<HealthFinding> collapse = Optional.empty();

    /**
     * What the head of the page is written from.
     *
     * @param heads whether the names are those of attention heads
     */
    record Seen(PhenotypeNames names, TokenGallery gallery, long weights, long steps, boolean heads) {
        /** Numbers of the tokens that hold next to no tissue. */
        List<Integer> idle() {
            return IntStream.range(0, heads ? 0 : gallery.tokens().size())
                    .filter(k -> gallery.tokens().get(k).share() < IDLE)
                    .boxed()
                    .toList();
        }
    }

    /** @param number among the runs of the page, from 0 */
    RunSection(Path run, TileSource trainedOn, int number) throws IOException {
        this.run = run;
        this.number = number;
        this.recipe = Recipes.parse(Files.readString(run.resolve(Run.RECIPE)));
        this.trainedOn = trainedOn;
    }

    Recipe recipe() {
        return recipe;
    }

    /** What {@link #gather} found. */
    Seen seen() {
        return Objects.requireNonNull(seen, "gathered");
    }

    /** Why the encoder is of no use, as {@link #gather} found; empty where it may be of some. */
    Optional<HealthFinding> collapse() {
        return collapse;
    }

    /**
     * Gathers everything.
     *
     * @param shown tiles for the map and the galleries
     * @param knn null for none
     */
    Map<String, Object> gather(TileSource shown, List<ExampleImage> examples, @Nullable KnnResult knn, boolean withMap)
            throws IOException {
        NavigableMap<Long, Map<String, Double>> metrics = metrics();
        json.put("name", name(run));
        json.put("recipe", Recipes.write(recipe));
        json.put("curves", RunCurves.of(metrics, RunCurves.POINTS));
        if (knn != null) {
            json.put("knn", knn(knn));
        }
        json.put("evaluations", evaluations(knn));
        try (Backbone backbone = EncoderFile.read(run, new Device("cpu"))) {
            Map<String, String> notes = EncoderFile.notes(run);
            PhenotypeNames names = PhenotypeNames.of(backbone.config(), notes);
            String what = backbone.config().maps().noun();
            json.put("provenance", provenance(backbone, notes, metrics));
            TokenGallery gallery = TileMap.gallery(backbone, shown);
            seen = new Seen(
                    names,
                    gallery,
                    backbone.size(),
                    metrics.isEmpty() ? 0 : metrics.lastKey(),
                    !backbone.config().maps().shared());
            json.put("tokens", TileMap.tokens(gallery, names, shown, what));
            json.put("idle", seen.idle());
            json.put("health", health(metrics, seen));
            if (withMap) {
                json.put("umap", TileMap.umap(backbone, shown, gallery));
            }
            List<Map<String, Object>> pictures = new ArrayList<>();
            for (ExampleImage example : examples) {
                pictures.add(picture(backbone, example));
            }
            json.put("examples", pictures);
        }
        Path painted = run.resolve(Run.RECONSTRUCTIONS);
        if (Files.exists(painted)) {
            boolean normalised = recipe.method().options() instanceof MaeOptions options && options.normalisePixels();
            json.put(
                    "reconstructions",
                    Map.of("src", Sprite.data(ImageFiles.read(painted), 90), "normalised", normalised));
        }
        json.put("views", views());
        return json;
    }

    static String name(Path run) {
        return String.valueOf(run.toAbsolutePath().normalize().getFileName());
    }

    private NavigableMap<Long, Map<String, Double>> metrics() throws IOException {
        Path file = run.resolve(MetricsCsv.NAME);
        return Files.exists(file) ? MetricsCsv.read(file) : new TreeMap<>();
    }

    private List<String> log() throws IOException {
        Path file = run.resolve("log.txt");
        return Files.exists(file) ? Files.readAllLines(file) : List.of();
    }

    private List<Map<String, String>> health(NavigableMap<Long, Map<String, Double>> metrics, Seen of)
            throws IOException {
        List<String> idle =
                of.idle().stream().map(k -> PageNames.token(number, k)).toList();
        long steps = recipe.run().totalSteps(Math.max(1, trainedOn.size()));
        HealthSummary health = HealthSummary.of(metrics, HealthFile.read(run), recipe, steps, idle);
        collapse = health.collapse();
        return health.findings().stream()
                .map(finding -> Map.of(
                        "level", LEVELS.getOrDefault(finding.severity(), "none"),
                        "title", finding.symptom(),
                        "words", (finding.evidence() + " " + finding.remedy()).strip()))
                .toList();
    }

    private static Map<String, Object> knn(KnnResult knn) {
        return Map.of(
                "rows", knn.rows(),
                "tested", knn.tested(),
                "on", knn.from().on(),
                "classes", knn.classes(),
                "counts", knn.confusion());
    }

    // All but the one that the head of the page shows.
    private List<Map<String, Object>> evaluations(@Nullable KnnResult knn) throws IOException {
        List<Map<String, Object>> all = new ArrayList<>();
        for (Evaluation evaluation : Evaluation.all(run, System.err::println)) {
            if (knn == null || !evaluation.equals(knn.from())) {
                all.add(Map.of(
                        "name", evaluation.evaluation(),
                        "on", evaluation.on(),
                        "encoders", evaluation.encoders(),
                        "table", evaluation.table(),
                        "floors", evaluation.floors()));
            }
        }
        return all;
    }

    private List<List<String>> provenance(
            Backbone backbone, Map<String, String> notes, NavigableMap<Long, Map<String, Double>> metrics)
            throws IOException {
        List<List<String>> pairs = new ArrayList<>();
        pairs.add(List.of("Run", name(run)));
        pairs.add(List.of("Method", recipe.method().provider().name()));
        pairs.add(List.of("Backbone", words(backbone)));
        pairs.add(List.of("Tiles", trainedOn.size() + " from " + String.join(", ", recipe.data())));
        pairs.add(List.of("Data fingerprint", notes.getOrDefault("data", "not noted")));
        pairs.add(List.of(
                "Length",
                String.format(
                        Locale.ROOT,
                        "%s of %s",
                        Words.count(metrics.isEmpty() ? 0 : metrics.lastKey(), "step"),
                        Words.count(recipe.run().stepBatch(), "tile"))));
        pairs.add(List.of("Seed", Long.toString(recipe.run().seed())));
        pairs.add(List.of(
                "Device",
                recipe.run().device() + ", " + recipe.run().precision().name().toLowerCase(Locale.ROOT)));
        List<String> log = log();
        if (!log.isEmpty() && log.getFirst().length() > 19 && log.getLast().length() > 19) {
            pairs.add(List.of(
                    "Trained",
                    log.getFirst().substring(0, 16) + " to " + log.getLast().substring(0, 16)));
        }
        return pairs;
    }

    private static String words(Backbone backbone) {
        String size = String.format(Locale.ROOT, "%.1f million weights", backbone.size() / 1e6);
        return backbone.config().description() + ", width " + backbone.config().width() + ", patches of "
                + backbone.config().patch() + " px in images of "
                + backbone.imageSize() + " px" + scale(backbone) + ", " + size;
    }

    private static String scale(Backbone backbone) {
        OptionalDouble microns = backbone.spec().tileMicrons(backbone.config());
        return microns.isEmpty()
                ? " (how many microns they show is unknown)"
                : String.format(Locale.ROOT, " (%.4g µm)", microns.getAsDouble());
    }

    // Tissue and, as grey squares beside each other, its maps.
    private static Map<String, Object> picture(Backbone backbone, ExampleImage example) {
        RgbImage image = example.image();
        int side = Math.min(image.width(), image.height());
        int grid = Math.max(backbone.imageSize(), Math.min(side, 2 * backbone.imageSize()));
        PhenotypeMaps maps = PhenotypeMaps.of(backbone, Views.whole(image, grid), SHIFTS, new Device("cpu"));
        int K = maps.tokens();
        byte[] strip = new byte[3 * K * grid * grid];
        for (int k = 0; k < K; k++) {
            float[] shares = maps.shares().get(k);
            for (int i = 0; i < shares.length; i++) {
                int at = 3 * (i / grid * K * grid + k * grid + i % grid);
                byte grey = (byte) Math.round(255 * Math.clamp(shares[i], 0f, 1f));
                strip[at] = grey;
                strip[at + 1] = grey;
                strip[at + 2] = grey;
            }
        }
        return Map.of(
                "name", example.name(),
                "tissue", Sprite.data(Views.whole(image, Math.min(side, EXAMPLE_SIDE)), 88),
                "maps", Sprite.data(new RgbImage(K * grid, grid, strip), 92));
    }

    private Map<String, Object> views() throws IOException {
        List<ViewSpec> specs = recipe.views().recipe().expanded();
        List<RgbImage> pictures = new ArrayList<>();
        List<Integer> chosen = ExampleTiles.of(trainedOn, 4);
        for (int r = 0; r < chosen.size(); r++) {
            RgbImage tile = trainedOn.read(chosen.get(r));
            SplittableRandom random = new SplittableRandom(recipe.run().seed() + r);
            pictures.add(tile);
            specs.forEach(spec -> pictures.add(Views.draw(tile, spec, random)));
        }
        List<String> titles = new ArrayList<>(List.of("the tile"));
        specs.forEach(spec -> titles.add(spec.name()));
        Map<String, Object> views = Sprite.of(pictures, 110, titles.size());
        views.put("titles", titles);
        return views;
    }
}
