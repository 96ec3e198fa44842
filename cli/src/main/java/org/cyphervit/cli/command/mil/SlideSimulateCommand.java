package org.cyphervit.cli.command.mil;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideFitOptions;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.protocol.CrossValidation;
import org.cyphervit.mil.protocol.ValidatedModel;
import org.cyphervit.mil.simulate.AttentionTruth;
import org.cyphervit.mil.simulate.SimulatedSlides;
import org.cyphervit.mil.simulate.SimulationOptions;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "simulate",
        description = {
            "Mix slides from labelled tiles with few tumour tiles, and see whether aggregators say which tumour it is and"
                    + " attention finds its tiles.",
            "Tiles are split by group (patient, slide or cluster of copies) before slides are mixed, so nothing is tested on"
                    + " what was learnt."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class SlideSimulateCommand implements Callable<Integer> {
    @Option(names = "--data", required = true, arity = "1..*", paramLabel = "TILES", description = FolderOptions.PLACES)
    private List<String> data = List.of();

    @Option(names = "--normal", required = true, paramLabel = "CLASS", description = "The tiles that are no tumour.")
    private String normal = "";

    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            description =
                    "A run's folder, an encoder file, or the name of an imported encoder. Default: colour histograms.")
    private @Nullable Path encoder;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "The table goes there.")
    private Path out = Path.of(".");

    @Option(
            names = "--shares",
            split = ",",
            defaultValue = "0.01,0.05,0.2",
            description = "Of tumour tiles in a tumour slide. Default: ${DEFAULT-VALUE}.")
    @Within(most = 1, above = true)
    private List<Double> shares = List.of();

    @Option(names = "--slides", paramLabel = "N", defaultValue = "150", description = "Number of slides. Default: 150.")
    @Within(least = 2, most = 1_000_000)
    private int slides;

    @Option(names = "--tiles", paramLabel = "N", defaultValue = "200", description = "Of a slide. Default: 200.")
    @Within(least = 1, most = 1_000_000)
    private int tiles;

    @Option(
            names = "--folds",
            paramLabel = "K",
            defaultValue = "5",
            description = "Parts that patients are dealt into, each judged by a model of the others. Default: 5.")
    @Within(least = 2, most = 1000)
    private int folds;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Repetitions with tiles, slides and weights drawn anew. Default: 3.")
    @Within(least = 1, most = 1000)
    private int seeds;

    @Option(names = "--size", description = "Side of --encoder's images, pixels. Default: the encoder's.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int size;

    @Mixin
    private SlideFitOptions aggregator = new SlideFitOptions();

    @Mixin
    private TileOptions source = new TileOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        FitOptions options = aggregator.options(SlideTask.CLASSES);
        if (!options.kind().attends()) {
            throw new UserError("--aggregator " + aggregator.name() + " does not attend; take abmil or clam_sb.");
        }
        LabelledFeatures features = features();
        if (features.groups() == null) {
            System.err.println("Warning: groups of these tiles are unknown, so copies of a tile may be in two folds.");
        }
        Table.Builder table = new Table.Builder(
                String.format(
                        Locale.ROOT,
                        "%s of %s, %s, %s",
                        Words.count(slides, "slide"),
                        Words.count(tiles, "tile"),
                        Words.count(folds, "fold"),
                        Words.count(seeds, "seed")),
                List.of(
                        "tumour tiles",
                        aggregator.name() + " AUROC",
                        "balanced accuracy",
                        "attention AUROC",
                        "mean pooling AUROC",
                        "balanced accuracy"));
        List<Map<String, Object>> rows = new ArrayList<>();
        Path scratch = out.resolve("tiles.npy");
        for (double share : shares) {
            List<Mixture> mixtures = new ArrayList<>();
            for (int s = 0; s < seeds; s++) {
                mixtures.add(mixture(features, share, aggregator.seed() + s, options, scratch));
            }
            table.row(List.of(
                    String.format(Locale.ROOT, "%.3g %%", 100 * share),
                    over(mixtures, Mixture::attending, "auroc").toString(),
                    over(mixtures, Mixture::attending, "balanced_accuracy").toString(),
                    attention(mixtures).toString(),
                    over(mixtures, Mixture::mean, "auroc").toString(),
                    over(mixtures, Mixture::mean, "balanced_accuracy").toString()));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("share", share);
            row.put("trained", metrics(mixtures, Mixture::attending));
            row.put("mean_pooling", metrics(mixtures, Mixture::mean));
            row.put("attention_auroc", attention(mixtures).mean());
            row.put(
                    "attention_auroc_by_seed",
                    mixtures.stream().map(m -> m.attention.mean()).toList());
            row.put(
                    "attention_auroc_std_over_slides",
                    mixtures.stream().map(m -> m.attention.std()).toList());
            row.put(
                    "seeds",
                    mixtures.stream()
                            .map(m -> Map.of("trained", m.attending.json(), "mean_pooling", m.mean.json()))
                            .toList());
            rows.add(row);
        }
        Files.deleteIfExists(scratch);
        Table done = table.note(
                        "Mean and standard deviation over seeds, each with tiles parted, slides mixed and weights drawn"
                                + " anew; attention: the mean over its tumour slides.")
                .build();
        System.err.println("\n" + done.write(TableFormat.TXT));
        done.write(out.resolve("simulated.md"));
        done.write(out.resolve("simulated.csv"));
        json.put("shares", rows)
                .put("classes", features.classes())
                .put("normal", normal)
                .print();
        return 0;
    }

    /** What one seed came to. */
    private record Mixture(ValidatedModel attending, ValidatedModel mean, Summary attention) {}

    private Mixture mixture(LabelledFeatures features, double share, long seed, FitOptions options, Path scratch)
            throws IOException {
        SimulationOptions mixture = new SimulationOptions(normal, slides, tiles, share, folds, seed);
        SimulatedSlides simulated = SimulatedSlides.mix(features, mixture, scratch);
        BagMoments moments = BagMoments.of(simulated.cohort(), done -> {});
        CrossValidation validation =
                new CrossValidation(simulated.cohort(), List.of(simulated.folds()), seed, System.err::println);
        AttentionTruth truth = new AttentionTruth(simulated);
        return new Mixture(
                validation.train("trained", aggregator.name(), moments, options, truth),
                validation.train("mean_pooling", "mean pooling", moments, options.with(AggregatorKind.MEAN)),
                truth.auroc());
    }

    private static Summary attention(List<Mixture> mixtures) {
        return Summary.of(mixtures.stream().mapToDouble(m -> m.attention.mean()).toArray());
    }

    private static Summary over(List<Mixture> mixtures, Function<Mixture, ValidatedModel> row, String metric) {
        return Summary.of(mixtures.stream()
                .mapToDouble(m -> row.apply(m).metrics().getOrDefault(metric, Double.NaN))
                .toArray());
    }

    private static Map<String, Double> metrics(List<Mixture> mixtures, Function<Mixture, ValidatedModel> row) {
        Map<String, Double> means = new LinkedHashMap<>();
        row.apply(mixtures.getFirst())
                .metrics()
                .keySet()
                .forEach(metric -> means.put(metric, over(mixtures, row, metric).mean()));
        return means;
    }

    private LabelledFeatures features() throws IOException {
        TileSource tileSource = source.openAll(data);
        if (encoder == null) {
            return LabelledFeatures.of(tileSource, Baselines.colorHistograms(tileSource));
        }
        Device where = Scope.keep(Engine.device(aggregator.device()));
        try (Backbone backbone = EncoderFile.read(encoder, where)) {
            return LabelledFeatures.of(
                    tileSource,
                    Embedder.of(backbone, size, aggregator.device(), FeatureChoice.POOLED)
                            .embed(backbone, tileSource, new Progress("embedding", tileSource.size())));
        }
    }
}
