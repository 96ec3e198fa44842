package org.cyphervit.cli.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicReference;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SplitOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.terminal.Machine;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.data.Split;
import org.cyphervit.eval.UntrainedBaseline;
import org.cyphervit.eval.finetune.FewLabels;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.torch.EngineSettings;
import org.cyphervit.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "finetune",
        description = {
            "Fine-tune the whole network with few of the labels, against the same network from scratch.",
            "The labels are drawn evenly over the classes, fewer being part of more; a fifth of them decides when to stop, the"
                    + " test tiles are looked at once."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class EvaluateFinetuneCommand implements Callable<Integer> {
    @Option(
            names = "--encoder",
            defaultValue = EncoderBox.NAME,
            arity = "1..*",
            paramLabel = "RUN",
            description =
                    "Runs' folders, encoder files or names of imported encoders; runs that differ by seed are averaged."
                            + " Default: the encoder that comes with this program.")
    private List<Path> encoders = List.of();

    @Option(
            names = "--shares",
            split = ",",
            defaultValue = "0.01,0.05,0.1,0.2,0.5,1",
            description = "Shares of the labels. Default: ${DEFAULT-VALUE}.")
    @Within(most = 1, above = true)
    private List<Double> shares = List.of();

    @Option(names = "--epochs", defaultValue = "30", description = "Passes over the labelled tiles. Default: 30.")
    @Within(most = 1_000_000, above = true)
    private double epochs;

    @Option(names = "--min-steps", defaultValue = "200", description = "Least number of training steps. Default: 200.")
    @Within(least = 1, most = 1_000_000_000)
    private long minimumSteps;

    @Option(
            names = "--layer-decay",
            defaultValue = "0.75",
            description = "Factor by which learning rates fall from layer to layer. Default: 0.75.")
    @Within(most = 1, above = true)
    private double layerDecay;

    @Option(names = "--precision", defaultValue = "fp32", description = "fp32 or bf16. Default: fp32.")
    private String precision = "fp32";

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(
            names = "--seed",
            defaultValue = "0",
            description = "Seed of labels, head and views; one more for each encoder. Default: 0.")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE|FOLDER", description = Tables.OUT)
    private @Nullable Path out;

    @Mixin
    private SplitOptions options = new SplitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    private final SortedSet<String> unreadable = new TreeSet<>();

    @Override
    public Integer call() throws Exception {
        if (shares.stream().anyMatch(share -> !(share > 0 && share <= 1))) {
            throw new UserError("Shares of labels lie in (0, 1]; got " + shares + ".");
        }
        Split split = options.open();
        Precision arithmetic = Precision.parse(precision);
        EngineSettings.expect(arithmetic);
        FineTuneOptions tuning = FineTuneOptions.standard(device.name(), arithmetic)
                .withLength(epochs, minimumSteps)
                .withLayerDecay(layerDecay);
        Map<Double, List<Double>> tuned = new LinkedHashMap<>();
        Map<Double, List<Double>> scratch = new LinkedHashMap<>();
        Device where = device.open();
        for (double share : shares) {
            for (int e = 0; e < encoders.size(); e++) {
                Path encoder = encoders.get(e);
                FineTuneOptions seeded = tuning.withSeed(seed + e);
                Backbone trained = EncoderFile.read(encoder, where);
                Backbone twin = UntrainedBaseline.of(encoder, trained, where);
                note(tuned, share, learn("fine-tuning", new FewLabels(split, seeded), trained, share));
                note(
                        scratch,
                        share,
                        learn("from scratch", new FewLabels(split, seeded.withLayerDecay(1)), twin, share));
            }
        }
        List<String> header = new ArrayList<>(List.of("accuracy"));
        shares.forEach(share -> header.add(percent(share)));
        Table table = new Table.Builder("Accuracy on test tiles by share of the labels", header)
                .row(row("fine-tuned", tuned))
                .row(row("from scratch", scratch))
                .build();
        System.err.println("\n" + table.write(TableFormat.TXT));
        Tell.unreadable(List.copyOf(unreadable));
        if (out != null) {
            Tables.write(out, "finetune", table);
        }
        Map<String, Object> numbers = new LinkedHashMap<>();
        numbers.put("shares", shares);
        numbers.put("fine_tuned", List.copyOf(tuned.values()));
        numbers.put("from_scratch", List.copyOf(scratch.values()));
        numbers.put("unreadable", List.copyOf(unreadable));
        String of = String.join(
                " ",
                "1",
                split.train().fingerprint(),
                split.test().fingerprint(),
                tuning.toString(),
                "shares " + shares,
                "seed " + seed);
        Evaluation.keep(
                encoders,
                new Evaluation.Found("finetune", of, options.words(), table, List.of("from scratch"), numbers));
        numbers.forEach(json::put);
        json.print();
        return 0;
    }

    private static FewLabels.Outcome learn(String what, FewLabels study, Backbone backbone, double share) {
        long begun = System.nanoTime();
        AtomicReference<@Nullable Progress> progress = new AtomicReference<>();
        FewLabels.Outcome outcome = study.learn(backbone, share, (step, steps) -> {
            Progress counter = progress.updateAndGet(before -> before != null
                    ? before
                    : new Progress(
                            what + " with " + percent(share) + " of the labels, steps (it may stop before)",
                            Math.toIntExact(steps)));
            Objects.requireNonNull(counter).accept(Math.toIntExact(step));
        });
        System.err.printf(
                Locale.ROOT,
                "%s%s with %s of the labels (%s): accuracy %.3f after %s, %.0f s%n",
                Machine.hasTerminal() ? "\r" : "",
                what,
                percent(share),
                Words.count(outcome.tiles(), "tile"),
                outcome.test().get(ClassMetric.ACCURACY),
                Words.count(outcome.steps(), "step"),
                (System.nanoTime() - begun) / 1e9);
        return outcome;
    }

    private void note(Map<Double, List<Double>> results, double share, FewLabels.Outcome outcome) {
        unreadable.addAll(outcome.unreadable());
        results.computeIfAbsent(share, key -> new ArrayList<>())
                .add(outcome.test().get(ClassMetric.ACCURACY));
    }

    private static List<String> row(String name, Map<Double, List<Double>> results) {
        List<String> row = new ArrayList<>(List.of(name));
        results.values()
                .forEach(values -> row.add(Summary.of(
                                values.stream().mapToDouble(Double::doubleValue).toArray())
                        .toString()));
        return row;
    }

    private static String percent(double share) {
        return String.format(Locale.ROOT, "%.3g %%", 100 * share);
    }
}
