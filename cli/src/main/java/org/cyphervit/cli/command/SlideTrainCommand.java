package org.cyphervit.cli.command;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.cli.option.SlideFitOptions;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideTableOptions;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.fit.Fitting;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.mil.protocol.Folds;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = {
            "Train an aggregator on all slides of a table, a fifth of the patients choosing its settings, and keep it.",
            "How good such models are on new patients says 'slide evaluate'."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class SlideTrainCommand implements Callable<Integer> {
    @Option(names = "--features", required = true, paramLabel = "FOLDER", description = "Features of the slides.")
    private Path features = Path.of(".");

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the model goes.")
    private Path out = Path.of(".");

    @Mixin
    private SlideTableOptions table = new SlideTableOptions();

    @Mixin
    private SlideFitOptions aggregator = new SlideFitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        try (FeatureFolder folder = SlideTableOptions.open(features, out)) {
            Cohort cohort = table.read(folder);
            FitOptions options = aggregator.options(cohort.task());
            BagMoments moments = BagMoments.of(cohort, new Progress("measuring bags", cohort.size()));
            StratifiedSplit parts = Folds.parts(cohort, aggregator.seed());
            Fitting.Fitted fitted = new Fitting(cohort, cohort.labels(), moments, options)
                    .fit(parts.rest(), parts.drawn(), aggregator.seed());
            Path file = out.resolve(TrainedAggregator.NAME);
            TrainedAggregator.Config config = new TrainedAggregator.Config(
                    1,
                    options.kind(),
                    options.aggregator(),
                    cohort.task(),
                    cohort.classes(),
                    cohort.width(),
                    Objects.requireNonNullElse(cohort.encoder(), ""),
                    fitted.median());
            Map<String, String> notes = new LinkedHashMap<>();
            notes.put("fit", ConfigTree.of(options).toString());
            notes.put("counts", ConfigTree.of(SlideTableOptions.counts(cohort)).toString());
            notes.put("seed", Long.toString(aggregator.seed()));
            try (TrainedAggregator model = new TrainedAggregator(fitted.net(), config)) {
                model.write(file, notes);
            }
            System.err.printf(
                    "%s of %d bags, %d more chose learning rate %.0e and epoch %d: %s%n",
                    aggregator.name(),
                    parts.rest().length,
                    parts.drawn().length,
                    fitted.learningRate(),
                    fitted.epoch(),
                    file);
            json.put("model", file.toString())
                    .put("learning_rate", fitted.learningRate())
                    .put("epoch", fitted.epoch())
                    .put("validation_loss", fitted.validationLoss())
                    .put("trained_on", parts.rest().length)
                    .put("chosen_on", parts.drawn().length)
                    .put("counts", SlideTableOptions.counts(cohort))
                    .print();
        }
        return 0;
    }
}
