package org.cyphervit.cli.evaluate;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.command.Outputs;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.stain.Restained;
import org.cyphervit.data.stain.StainNormalizedTiles;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.RobustnessIndex;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.eval.UntrainedBaseline;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.eval.protocol.Knn;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.file.CsvTable;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "robustness",
        description = {
            "Say whether features follow the tissue or the centre that stained it: PathoROB's robustness index, and the k-NN"
                    + " accuracy that tiles lose in the stains of another centre.",
            "Each place of --data is a centre, unless --centre-table says the centre of each tile. The untrained backbone,"
                    + " colour histograms and thumbnails stand beside. What is found is kept in the runs' folders for 'report'."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EvaluateRobustnessCommand implements Callable<Integer> {
    @Option(
            names = "--encoder",
            defaultValue = EncoderBox.NAME,
            arity = "1..*",
            paramLabel = "RUN",
            description = "Runs' folders, encoder files or names of imported encoders."
                    + " Default: the encoder that comes with this program.")
    private List<Path> encoders = List.of();

    @Option(
            names = "--data",
            required = true,
            arity = "1..*",
            paramLabel = "TILES",
            description = FolderOptions.PLACES + " Each place is a centre.")
    private List<String> data = List.of();

    @Option(
            names = "--centre-table",
            paramLabel = "CSV",
            description = "The centre of each tile, found by its name in a column tile, image, file, name or path.")
    private @Nullable Path centreTable;

    @Option(
            names = "--centre-column",
            paramLabel = "NAME",
            defaultValue = "centre",
            description = "The column of --centre-table that names the centre. Default: ${DEFAULT-VALUE}.")
    private String centreColumn = "centre";

    @Option(
            names = "--same-class",
            paramLabel = "NAME=CLASS,CLASS",
            description = "Takes classes of several places for one, such as aca=lung_aca,colon_aca.")
    private List<String> sameClass = new ArrayList<>();

    @Option(
            names = "--k",
            split = ",",
            defaultValue = "5,10,20,50",
            description = "Numbers of neighbours to choose among. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000)
    private List<Integer> ks = List.of();

    @Option(
            names = "--restain",
            defaultValue = "reinhard",
            description =
                    "How tiles get another centre's stains: macenko, vahadane, reinhard. Default: ${DEFAULT-VALUE}.")
    private StainMethod restain = StainMethod.REINHARD;

    @Option(names = "--size", description = "Side of the encoders' images, pixels. Default: the encoder's.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int size;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--seed", defaultValue = "0", description = "Seed of the choice of tiles to test on. Default: 0.")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE|FOLDER", description = Tables.OUT)
    private @Nullable Path out;

    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    /** The tiles of a place, as one centre's. */
    private record Place(TileSource tiles, TileSource restained) {}

    @Override
    public Integer call() throws Exception {
        List<Place> places = places();
        Known known = known(places);
        List<Row> rows = new ArrayList<>();
        Device where = device.open();
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, where);
                    Backbone twin = UntrainedBaseline.of(encoder, backbone, where)) {
                Embedder embedder = Embedder.of(backbone, size, device.name(), FeatureChoice.POOLED);
                rows.add(judge(encoder.toString(), "trained", places, known, all(embedder, backbone)));
                rows.add(judge("untrained", "untrained", places, known, all(embedder, twin)));
            }
        }
        rows.add(judge(
                "colour histogram",
                "color_histogram",
                places,
                known,
                tiles -> Baselines.colorHistograms(tiles).features()));
        rows.add(judge(
                "8 x 8 thumbnail",
                "thumbnail",
                places,
                known,
                tiles -> Baselines.thumbnails(tiles).features()));
        tell(rows, known);
        return 0;
    }

    private Function<TileSource, FeatureMatrix> all(Embedder embedder, Backbone backbone) {
        return tiles -> {
            Embedder.Result result = embedder.embed(backbone, tiles, new Progress("embedding", tiles.size()));
            if (!result.unreadable().isEmpty()) {
                throw new UserError("Tiles cannot be read, for example '"
                        + result.unreadable().getFirst() + "'.");
            }
            return result.features();
        };
    }

    private List<Place> places() {
        List<TileSource> sources = data.stream().map(folders::open).toList();
        List<StainFit> fits = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            String place = data.get(i);
            fits.add(StainNormalizedTiles.measure(
                            sources.get(i),
                            IntStream.range(0, sources.get(i).size()).boxed().toList(),
                            restain)
                    .orElseThrow(() -> new UserError(
                            "'" + place + "' holds too little stain to be measured by " + restain.key() + ".")));
        }
        List<Place> places = new ArrayList<>();
        for (int i = 0; i < sources.size(); i++) {
            // In the stains of the next place; one place alone is given the method's reference.
            StainFit target = sources.size() > 1 ? fits.get((i + 1) % fits.size()) : restain.reference();
            places.add(new Place(sources.get(i), new Restained(sources.get(i), fits.get(i), target)));
        }
        return places;
    }

    /** What is known of all tiles. */
    private record Known(List<String> classes, int[] labels, List<String> groups, int[] centres, int centreCount) {
        LabelledFeatures with(FeatureMatrix features) {
            return new LabelledFeatures(features, labels, classes, groups);
        }
    }

    private Known known(List<Place> places) throws IOException {
        Map<String, String> renamed = renamed();
        Map<String, String> centreOf = centreTable == null ? Map.of() : centres(centreTable);
        List<String> names = new ArrayList<>();
        List<String> groups = new ArrayList<>();
        List<String> centres = new ArrayList<>();
        for (int p = 0; p < places.size(); p++) {
            TileSource tiles = places.get(p).tiles;
            for (int i = 0; i < tiles.size(); i++) {
                if (tiles.label(i) < 0) {
                    throw new UserError("Tile '" + tiles.name(i) + "' of '" + data.get(p) + "' has no class.");
                }
                String name = tiles.classes().get(tiles.label(i));
                names.add(renamed.getOrDefault(name, name));
                String group = tiles.group(i);
                groups.add(p + "/" + (group == null ? tiles.name(i) : group));
                String centre = centreTable == null ? data.get(p) : centreOf.get(key(tiles.name(i)));
                if (centre == null) {
                    throw new UserError("Tile '" + tiles.name(i) + "' has no row in '" + centreTable + "'.");
                }
                centres.add(centre);
            }
        }
        List<String> classes = names.stream().distinct().sorted().toList();
        List<String> centreNames = centres.stream().distinct().toList();
        return new Known(
                classes,
                names.stream().mapToInt(classes::indexOf).toArray(),
                groups,
                centres.stream().mapToInt(centreNames::indexOf).toArray(),
                centreNames.size());
    }

    private Map<String, String> renamed() {
        Map<String, String> renamed = new HashMap<>();
        for (String setting : sameClass) {
            String[] sides = setting.split("=", 2);
            if (sides.length < 2 || sides[0].isEmpty()) {
                throw new UserError("--same-class needs NAME=CLASS,CLASS; got '" + setting + "'.");
            }
            Arrays.stream(sides[1].split(",")).forEach(name -> renamed.put(name, sides[0]));
        }
        return renamed;
    }

    private Map<String, String> centres(Path file) throws IOException {
        CsvTable table = CsvTable.read(file);
        int tile = table.column("tile", "image", "file", "name", "path");
        int centre = table.column(centreColumn);
        Map<String, String> centres = new HashMap<>();
        for (int row = 0; row < table.rows(); row++) {
            centres.put(key(table.at(row, tile)), table.at(row, centre));
        }
        return centres;
    }

    private static String key(String name) {
        return Outputs.withoutExtension(name.substring(name.lastIndexOf('/') + 1));
    }

    private record Row(
            String name,
            String key,
            List<RobustnessIndex> indices,
            RobustnessIndex chosen,
            double plain,
            double drop) {}

    private Row judge(
            String name, String key, List<Place> places, Known known, Function<TileSource, FeatureMatrix> features) {
        FeatureMatrix own =
                joined(places.stream().map(p -> features.apply(p.tiles)).toList());
        FeatureMatrix other =
                joined(places.stream().map(p -> features.apply(p.restained)).toList());
        LabelledFeatures samples = known.with(own);
        List<RobustnessIndex> indices = RobustnessIndex.of(samples, known.centres, ks, device.name());
        RobustnessIndex chosen = RobustnessIndex.best(indices);
        StratifiedSplit parts = StratifiedSplit.draw(samples.labels(), samples.groupIds(), 0.3, seed);
        LabelledFeatures train = samples.select(parts.rest());
        LabelledFeatures test = samples.select(parts.drawn());
        double plain = accuracy(train, test, chosen.k());
        double restained = accuracy(train, known.with(other).select(parts.drawn()), chosen.k());
        System.err.printf(
                Locale.ROOT,
                "%s: index %.3f, accuracy %.3f, re-stained %.3f%n",
                name,
                chosen.index(),
                plain,
                restained);
        return new Row(name, key, indices, chosen, plain, plain - restained);
    }

    private double accuracy(LabelledFeatures train, LabelledFeatures test, int k) {
        Knn.Votes votes = new Knn(List.of(k), Knn.TEMPERATURE, device.name())
                .classify(train, test.features())
                .getFirst();
        return Scorecard.of(votes.scores(), test.labels(), test.classes()).get(ClassMetric.BALANCED_ACCURACY);
    }

    private static FeatureMatrix joined(List<FeatureMatrix> parts) {
        return parts.stream().reduce(FeatureMatrix::append).orElseThrow();
    }

    private void tell(List<Row> rows, Known known) throws IOException {
        Table.Builder table = new Table.Builder(
                String.format(
                        Locale.ROOT,
                        "Robustness over %s, %s, %s",
                        Words.count(known.centreCount, "centre"),
                        Words.count(known.classes.size(), "class", "classes"),
                        Words.count(known.labels.length, "tile")),
                List.of("features", "robustness index", "k", "SO", "OS", "balanced accuracy", "re-stained", "drop"));
        Map<String, List<Object>> found = new LinkedHashMap<>();
        for (Row row : rows) {
            table.row(List.of(
                    row.name,
                    number(row.chosen.index()),
                    Integer.toString(row.chosen.k()),
                    Long.toString(row.chosen.sameClassOtherCentre()),
                    Long.toString(row.chosen.otherClassSameCentre()),
                    number(row.plain),
                    number(row.plain - row.drop),
                    number(row.drop)));
            Map<String, Object> entry = new LinkedHashMap<>();
            entry.put("name", row.name);
            entry.put("robustness_index", row.chosen.index());
            entry.put("k", row.chosen.k());
            Map<String, Double> byK = new TreeMap<>();
            row.indices.forEach(index -> byK.put(Integer.toString(index.k()), index.index()));
            entry.put("robustness_index_by_k", byK);
            entry.put("balanced_accuracy", row.plain);
            entry.put("restained_drop", row.drop);
            found.computeIfAbsent(row.key, key -> new ArrayList<>()).add(entry);
        }
        Table done = table.note("k is that whose neighbours name the class best. SO: neighbours of the same class and"
                        + " another centre; OS: of another class and the same centre. Re-stained by " + restain.key()
                        + ".")
                .build();
        System.err.println("\n" + done.write(TableFormat.TXT));
        if (out != null) {
            Tables.write(out, "robustness", done);
        }
        Map<String, Object> numbers = new LinkedHashMap<>(found);
        numbers.put("classes", known.classes);
        numbers.put("centres", known.centreCount);
        numbers.put("tiles", known.labels.length);
        Evaluation.keep(encoders, found(done, rows, numbers));
        numbers.forEach(json::put);
        json.print();
    }

    private Evaluation.Found found(Table table, List<Row> rows, Map<String, Object> numbers) throws IOException {
        Fingerprint of = new Fingerprint();
        for (String place : data) {
            of.add(folders.open(place).fingerprint());
        }
        for (Object setting : List.of(sameClass, ks, restain, size, seed, centreColumn)) {
            of.add(setting.toString());
        }
        of.add(centreTable == null ? "" : Files.readString(centreTable));
        List<String> baselines = rows.stream()
                .filter(row -> !row.key.equals("trained"))
                .map(Row::name)
                .distinct()
                .toList();
        return new Evaluation.Found("robustness", of.hex(), String.join(", ", data), table, baselines, numbers);
    }

    private static String number(double value) {
        return Double.isNaN(value) ? "-" : String.format(Locale.ROOT, "%.3f", value);
    }
}
