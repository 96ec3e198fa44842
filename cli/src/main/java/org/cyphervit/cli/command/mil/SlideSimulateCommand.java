package org.cyphervit.cli.command.mil;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.FolderOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideFitOptions;
import org.cyphervit.cli.option.TileOptions;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.protocol.Contestant;
import org.cyphervit.mil.protocol.CrossValidation;
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
            "Tiles are parted by group (patient, slide or cluster of copies) before slides are mixed, so nothing is tested on"
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
            description = "A run's folder or encoder file. Default: colour histograms.")
    private @Nullable Path encoder;

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "The table goes there.")
    private Path out = Path.of(".");

    @Option(
            names = "--shares",
            split = ",",
            defaultValue = "0.01,0.05,0.2",
            description = "Of tumour tiles in a tumour slide. Default: ${DEFAULT-VALUE}.")
    private List<Double> shares = List.of();

    @Option(names = "--slides", paramLabel = "N", defaultValue = "150", description = "Default: 150.")
    private int slides;

    @Option(names = "--tiles", paramLabel = "N", defaultValue = "200", description = "Of a slide. Default: 200.")
    private int tiles;

    @Option(names = "--folds", paramLabel = "K", defaultValue = "5", description = "Default: 5.")
    private int folds;

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
                String.format(Locale.ROOT, "%d slides of %d tiles, %d folds", slides, tiles, folds),
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
            SimulationOptions mixture = new SimulationOptions(normal, slides, tiles, share, folds, aggregator.seed());
            SimulatedSlides simulated = SimulatedSlides.mix(features, mixture, scratch);
            BagMoments moments = BagMoments.of(simulated.cohort(), done -> {});
            CrossValidation validation = new CrossValidation(
                    simulated.cohort(), List.of(simulated.folds()), aggregator.seed(), System.err::println);
            AttentionTruth truth = new AttentionTruth(simulated);
            Contestant attending = validation.train("trained", aggregator.name(), moments, options, truth);
            Contestant mean =
                    validation.train("mean_pooling", "mean pooling", moments, options.with(AggregatorKind.MEAN));
            Summary attention = truth.auroc();
            table.row(List.of(
                    String.format(Locale.ROOT, "%.3g %%", 100 * share),
                    with(attending, "auroc"),
                    with(attending, "balanced_accuracy"),
                    attention.toString(),
                    with(mean, "auroc"),
                    with(mean, "balanced_accuracy")));
            Map<String, Object> row = new LinkedHashMap<>();
            row.put("share", share);
            row.put("trained", attending.json());
            row.put("mean_pooling", mean.json());
            row.put("attention_auroc", attention.mean());
            row.put("attention_auroc_std", attention.std());
            rows.add(row);
        }
        java.nio.file.Files.deleteIfExists(scratch);
        Table done = table.note(
                        "In brackets: 95 % of 1,000 draws of slides; attention: mean and spread over tumour slides.")
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

    private static String with(Contestant row, String metric) {
        var interval = row.intervals().get(metric);
        return interval == null
                ? "-"
                : String.format(
                        Locale.ROOT,
                        "%.3f (%.3f to %.3f)",
                        row.metrics().getOrDefault(metric, Double.NaN),
                        interval.low(),
                        interval.high());
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
                    Embedder.of(backbone, aggregator.device())
                            .embed(backbone, tileSource, new Progress("embedding", tileSource.size())));
        }
    }
}
