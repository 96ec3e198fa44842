package org.cyphervit.cli.command.interpret;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import javax.imageio.ImageIO;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.PoolOption;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.embed.EmbeddedTiles;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.interpret.umap.DistanceMetric;
import org.cyphervit.interpret.umap.ScatterPlot;
import org.cyphervit.interpret.umap.Trustworthiness;
import org.cyphervit.interpret.umap.Umap;
import org.cyphervit.interpret.umap.UmapOptions;
import org.cyphervit.torch.Engine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "umap",
        description = {
            "Draw features as points of a plane, similar tiles near each other, coloured by class.",
            "Give encoders and tiles, or folders that 'embed' wrote; several make pictures side by side."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class UmapCommand implements Callable<Integer> {
    @Option(
            names = "--encoder",
            arity = "1..*",
            paramLabel = "RUN",
            description = "Runs' folders, encoder files or names of imported encoders.")
    private List<Path> encoders = List.of();

    @Option(names = "--data", arity = "1..*", paramLabel = "TILES", description = FolderOptions.PLACES)
    private List<String> data = List.of();

    @Option(names = "--features", arity = "1..*", paramLabel = "FOLDER", description = "Folders that 'embed' wrote.")
    private List<Path> features = List.of();

    @Option(
            names = "--out",
            required = true,
            paramLabel = "FOLDER",
            description = "Where umap.png, umap.svg and the points (umap-1.csv, ...) go.")
    private Path out = Path.of(".");

    @Option(
            names = "--neighbours",
            defaultValue = "15",
            description =
                    "Neighbours of each tile: few show fine structure, many the coarse. Default: ${DEFAULT-VALUE}.")
    @Within(least = 2, most = 1_000_000)
    private int neighbours;

    @Option(
            names = "--min-dist",
            defaultValue = "0.1",
            description = "How close points may lie, 0 to below 1. Default: ${DEFAULT-VALUE}.")
    @Within(most = 1, below = true)
    private double minDist;

    @Option(names = "--metric", defaultValue = "cosine", description = "cosine or euclidean. Default: cosine.")
    private DistanceMetric metric = DistanceMetric.COSINE;

    @Option(
            names = "--limit",
            defaultValue = "20000",
            description = "Of more tiles than this, so many are drawn at random. Default: ${DEFAULT-VALUE}.")
    @Within(least = 2, most = 100_000_000)
    private int limit;

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Seed of everything that is drawn. Default: ${DEFAULT-VALUE}.")
    private long seed;

    @Mixin
    private PoolOption pool = new PoolOption();

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Mixin
    private TileOptions tiles = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    private record Named(String name, EmbeddedTiles tiles) {}

    private final SortedSet<String> unreadable = new TreeSet<>();

    @Override
    public Integer call() throws Exception {
        if (features.isEmpty() == encoders.isEmpty() || encoders.isEmpty() != data.isEmpty()) {
            throw new UserError(
                    "Give either --features with folders that 'cyphervit embed' wrote, or --encoder with" + " --data.");
        }
        List<Named> sets = features.isEmpty() ? embedded() : read();
        TreeSet<String> known = new TreeSet<>();
        sets.forEach(set -> known.addAll(set.tiles.classes()));
        known.remove("");
        List<String> classes = List.copyOf(known);
        UmapOptions options = UmapOptions.standard()
                .withNeighbours(neighbours, minDist)
                .withMetric(metric)
                .withSeed(seed);
        List<ScatterPlot.Panel> panels = new ArrayList<>();
        List<Double> trust = new ArrayList<>();
        for (Named set : sets) {
            long begun = System.nanoTime();
            FeatureMatrix plane = Umap.of(set.tiles.features(), options);
            double seconds = (System.nanoTime() - begun) / 1e9;
            int k = Math.min(15, (set.tiles.features().rows() - 1) / 2);
            double trustworthiness = Trustworthiness.of(set.tiles.features(), plane, k, metric);
            trust.add(trustworthiness);
            int[] labels =
                    set.tiles.classes().stream().mapToInt(classes::indexOf).toArray();
            String caption = String.format(
                    Locale.ROOT, "%,d tiles, trustworthiness %.3f (k = %d)", labels.length, trustworthiness, k);
            panels.add(new ScatterPlot.Panel(set.name, caption, plane, labels));
            AtomicFiles.write(out.resolve("umap-" + panels.size() + ".csv"), csv(set.tiles, plane));
            System.err.printf(Locale.ROOT, "%s: %s, %.1f s%n", set.name, caption, seconds);
        }
        Path picture = draw(new ScatterPlot(panels, classes, panels.size() == 1 ? 720 : 460));
        System.err.println("Look at " + picture);
        json.put("picture", picture.toString())
                .put("trustworthiness", trust)
                .put("unreadable", List.copyOf(unreadable))
                .put(
                        "tiles",
                        panels.stream().map(panel -> panel.labels().length).toList())
                .print();
        return 0;
    }

    private Path draw(ScatterPlot plot) throws IOException {
        AtomicFiles.write(out.resolve("umap.svg"), plot.svg());
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(plot.image(), "png", png);
        Path picture = out.resolve("umap.png");
        AtomicFiles.write(picture, png.size(), channel -> {
            ByteBuffer bytes = ByteBuffer.wrap(png.toByteArray());
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
        });
        return picture;
    }

    private List<Named> read() throws IOException {
        List<Named> sets = new ArrayList<>();
        for (Path folder : features) {
            EmbeddedTiles all = EmbeddedTiles.read(folder);
            sets.add(new Named(name(folder), all.select(sample(all.names().size()))));
        }
        return sets;
    }

    private List<Named> embedded() throws IOException {
        TileSource all = tiles.openAll(data);
        TileSource source = all.size() <= limit
                ? all
                : new TileSubset(all, Arrays.stream(sample(all.size())).boxed().toList());
        List<Named> sets = new ArrayList<>();
        for (Path place : encoders) {
            try (Backbone backbone = EncoderFile.read(place, Engine.device(device.name()))) {
                Progress progress = new Progress("embedding " + name(place), source.size());
                Embedder.Result embedded =
                        Embedder.of(backbone, 0, device.name(), pool.choice()).embed(backbone, source, progress);
                unreadable.addAll(embedded.unreadable());
                sets.add(new Named(name(place), EmbeddedTiles.of(source, embedded)));
            }
        }
        Tell.unreadable(List.copyOf(unreadable));
        return sets;
    }

    // Rising numbers, drawn without replacement; the same for every encoder.
    private int[] sample(int size) {
        List<Integer> all = new ArrayList<>();
        for (int i = 0; i < size; i++) {
            all.add(i);
        }
        Collections.shuffle(all, new Random(seed));
        return all.stream().limit(limit).sorted().mapToInt(Integer::intValue).toArray();
    }

    private static String name(Path place) {
        return String.valueOf(place.toAbsolutePath().normalize().getFileName());
    }

    private static String csv(EmbeddedTiles tiles, FeatureMatrix plane) {
        StringBuilder csv = new StringBuilder("x,y,tile,class\n");
        for (int i = 0; i < plane.rows(); i++) {
            csv.append(plane.values()[2 * i])
                    .append(',')
                    .append(plane.values()[2 * i + 1])
                    .append(',');
            csv.append(CsvTable.quote(tiles.names().get(i))).append(',');
            csv.append(CsvTable.quote(tiles.classes().get(i))).append('\n');
        }
        return csv.toString();
    }
}
