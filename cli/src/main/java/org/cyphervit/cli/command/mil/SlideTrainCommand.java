package org.cyphervit.cli.command.mil;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.cyphervit.Encoder;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideFitOptions;
import org.cyphervit.cli.option.SlideTableOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.fit.Fitting;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.mil.protocol.Folds;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = {
            "Train an aggregator on all slides of a table, a fifth of the patients choosing its settings, and keep it.",
            "'slide evaluate' tells how good such models are on new patients."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class SlideTrainCommand implements Callable<Integer> {
    @Mixin
    private SlideTableOptions table = new SlideTableOptions();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where the model goes.")
    private Path out = Path.of(".");

    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            description = "The encoder that made the features: kept beside the model, so that it can be shown slides.")
    private @Nullable Path encoder;

    @Option(
            names = "--tile-mpp",
            paramLabel = "UM",
            defaultValue = "0.5",
            description = "Of --encoder: microns per pixel of its tiles. Default: ${DEFAULT-VALUE}.")
    @Within(least = 0.02, most = 100)
    private double tileMpp;

    @Mixin
    private SlideFitOptions aggregator = new SlideFitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        try (FeatureFolder folder = table.open(out)) {
            Cohort cohort = table.read(folder);
            requireEncoder(cohort.width());
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
                    fitted.median(),
                    encoder == null ? 0 : tileMpp);
            keepEncoder();
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

    // Before anything is trained in vain.
    private void requireEncoder(int width) throws IOException {
        if (encoder == null) {
            return;
        }
        try (Encoder read = Encoder.load(encoder)) {
            if (read.width() != width) {
                throw new UserError("'" + encoder + "' gives " + read.width() + " numbers a tile, and the features in '"
                        + table.features() + "' have " + width + "; name the encoder that made them.");
            }
        }
    }

    private void keepEncoder() throws IOException {
        if (encoder != null) {
            Path kept = out.resolve(EncoderFile.NAME);
            Path file = EncoderFile.locate(encoder);
            if (!Files.exists(kept) || !Files.isSameFile(file, kept)) {
                long size = Files.size(file);
                try (FileChannel source = FileChannel.open(file)) {
                    AtomicFiles.write(kept, size, channel -> {
                        for (long at = 0; at < size; ) {
                            at += source.transferTo(at, size - at, channel);
                        }
                    });
                }
            }
        }
    }
}
