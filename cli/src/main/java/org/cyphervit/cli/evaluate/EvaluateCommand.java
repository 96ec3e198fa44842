package org.cyphervit.cli.evaluate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.cli.Tell;
import org.cyphervit.cli.option.DeviceOption;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.PoolOption;
import org.cyphervit.cli.option.SplitOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.cli.terminal.Waiting;
import org.cyphervit.compare.Candidate;
import org.cyphervit.compare.CandidateResults;
import org.cyphervit.compare.Comparison;
import org.cyphervit.data.Split;
import org.cyphervit.data.stain.ColorNeutral;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Samples;
import org.cyphervit.eval.TargetTable;
import org.cyphervit.eval.Task;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.Protocols;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Measure how good frozen features are by one or more protocols, always beside the same backbone untrained, colour"
                    + " histograms and 8 x 8 thumbnails.",
            "Protocols for classes: knn, linear (SGD), logistic, prototypes (few shots), clusters, retrieval; for numbers, which"
                    + " the data set knows or --targets gives: least-squares, ridge, knn-regression.",
            "What is found is also kept in the runs' folders, where 'report' finds it.",
            "Settings are chosen among the training tiles alone. Several encoders (seeds) give mean ± std and a paired"
                    + " t-test."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true,
        subcommands = {
            EvaluateDenseCommand.class,
            EvaluateFinetuneCommand.class,
            EvaluateMapsCommand.class,
            EvaluateRobustnessCommand.class,
            EvaluateTokenTargetsCommand.class
        })
public final class EvaluateCommand implements Callable<Integer> {
    private static final List<String> REGRESSIONS = Protocols.regression(Protocols.Options.standard()).stream()
            .map(Protocol::name)
            .toList();

    @Parameters(arity = "0..*", paramLabel = "PROTOCOL", description = "Such as knn, or knn linear retrieval.")
    private List<String> protocols = new ArrayList<>();

    @Option(
            names = "--encoder",
            arity = "1..*",
            paramLabel = "RUN",
            defaultValue = EncoderBox.NAME,
            description =
                    "Folders of runs, encoder files or names of imported encoders; runs that differ by seed are averaged."
                            + " Default: the encoder that comes with this program.")
    private List<Path> encoders = new ArrayList<>();

    @Option(
            names = "--against",
            arity = "1..*",
            paramLabel = "RUN",
            description = "Other encoders to compare with, such as the same runs with another backbone.")
    private List<Path> against = new ArrayList<>();

    @Mixin
    private PoolOption pool = new PoolOption();

    @Option(names = "--features", hidden = true, description = "The old name of --pool.")
    private @Nullable String features;

    @Option(
            names = "--resplits",
            paramLabel = "N",
            defaultValue = "0",
            description = "Join both parts and split them anew, N times, in the same proportion. Default: as given.")
    @Within(most = 100_000)
    private int resplits;

    @Option(
            names = "--neutral",
            paramLabel = "KIND",
            arity = "0..1",
            fallbackValue = "restain",
            description =
                    "Take colour away from all tiles first, so that shape alone can tell classes: restain (each tile"
                            + " anew, at random) or haematoxylin (its amount, as grey). Without a value: restain.")
    private @Nullable String neutral;

    @Option(
            names = "--k",
            split = ",",
            defaultValue = "5,10,20,50,100",
            description = "Numbers of neighbours to choose among. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000)
    private List<Integer> ks = List.of();

    @Option(names = "--size", description = "Side of the images, pixels. Default: the backbone's.")
    @Within(most = Ranges.LARGEST_SIDE)
    private int size;

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--seed", defaultValue = "0", description = "Seed of probes, re-splits and intervals. Default: 0.")
    private long seed;

    @Option(names = "--out", paramLabel = "FILE|FOLDER", description = Tables.OUT)
    private @Nullable Path out;

    @Option(
            names = "--targets",
            paramLabel = "CSV",
            description =
                    "A table with a number per tile, for regression; tiles are found by their file names in its column"
                            + " image, tile, file, name or path.")
    private @Nullable Path targets;

    @Option(names = "--column", paramLabel = "NAME", description = "The column of --targets that holds the numbers.")
    private @Nullable String column;

    @Option(
            names = "--group",
            paramLabel = "NAME",
            description = "The column of --targets that names patient, slide or field, for splits and intervals.")
    private @Nullable String group;

    @Mixin
    private SplitOptions options = new SplitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        if (protocols.isEmpty()) {
            throw new CommandLine.ParameterException(
                    spec.commandLine(),
                    "By which protocol? Name some of " + String.join(", ", Protocols.names()) + ", or a subcommand.");
        }
        if (resplits < 0 || resplits == 1) {
            throw new UserError("--resplits needs 2 or more, or 0 to take the tiles as given; got " + resplits + ".");
        }
        if (features != null) {
            System.err.println("Warning: --features is now called --pool; the old name goes in a later version.");
        }
        Protocols.Options shared = new Protocols.Options(ks, device.name(), seed);
        if (targets == null && protocols.stream().noneMatch(REGRESSIONS::contains)) {
            judge(Task.ofClasses(shown(options.open())), Protocols.classification(shared), shared);
        } else if (targets == null) {
            judge(Task.ofTargets(shown(options.openParts())), Protocols.regression(shared), shared);
        } else if (column == null) {
            throw new UserError("Which numbers of '" + targets + "'? Give --column NAME.");
        } else {
            judge(
                    new Task<>(shown(options.openParts()), new TargetTable(targets, column, group)),
                    Protocols.regression(shared),
                    shared);
        }
        return 0;
    }

    private Split shown(Split split) {
        return neutral == null ? split : ColorNeutral.of(split, ColorNeutral.Kind.named(neutral), seed);
    }

    private <S extends Samples<S>> void judge(Task<S> task, List<Protocol<S>> known, Protocols.Options shared)
            throws Exception {
        List<Protocol<S>> wanted =
                protocols.stream().map(name -> Protocols.named(known, name)).toList();
        Candidate.Embedding embedding = new Candidate.Embedding(size, device.name(), choice());
        List<Candidate<S>> candidates = Candidate.of(encoders, against, task, embedding, Progress::new);
        options.tiles().tellUnchanged();
        S train = candidates.getFirst().features().getFirst().train();
        S test = candidates.getFirst().features().getFirst().test();
        List<String> unreadable = candidates.getFirst().features().getFirst().unreadable();
        Tell.unreadable(unreadable);
        System.err.printf(
                "%s to learn from, %d to test on%s%n%n",
                Words.count(train.size(), "tile"), test.size(), classes(train));
        if (train.groups() == null && (resplits > 0 || options.isDrawn())) {
            System.err.println("Warning: patients or slides of these tiles are unknown, so tiles of one may be on both"
                    + " sides of a split and results too good. See --labels parent and --clusters.\n");
        }
        List<Candidate<S>> compared = resplits == 0
                ? candidates
                : candidates.stream().map(c -> c.resplit(resplits, seed)).toList();
        String of = embedding.of(task.split(), shared, resplits, targets, column, against);
        Map<String, Map<String, Object>> all = new LinkedHashMap<>();
        for (Protocol<S> protocol : wanted) {
            List<CandidateResults> rows;
            try (Waiting waiting = Waiting.on("measuring by " + protocol.name())) {
                rows = compared.stream().map(c -> c.judge(protocol)).toList();
            }
            show(protocol.name(), rows);
            Comparison comparison = new Comparison(
                    rows, encoders.size(), candidates.getFirst().features().getFirst(), resplits, seed);
            ComparisonOutput output = new ComparisonOutput(comparison);
            output.sentences().forEach(System.err::println);
            System.err.println();
            all.put(protocol.name(), output.json());
            Evaluation.keep(encoders, output.found(of, on()));
        }
        if (all.size() == 1) {
            all.values().iterator().next().forEach(json::put);
        } else {
            json.put("protocols", all);
        }
        json.put("tiles_train", train.size())
                .put("tiles_test", test.size())
                .put("unreadable", unreadable)
                .put("duplicates", options.duplicates())
                .print();
    }

    private FeatureChoice choice() {
        return features == null ? pool.choice() : FeatureChoice.parse(features);
    }

    // For people: the tiles, and what else is not as usual.
    private String on() {
        List<String> words = new ArrayList<>(List.of(options.words()));
        if (!choice().equals(FeatureChoice.POOLED)) {
            words.add("features: " + choice());
        }
        if (neutral != null) {
            words.add("colour-neutral: " + neutral);
        }
        if (column != null) {
            words.add("numbers: " + column);
        }
        if (!against.isEmpty()) {
            words.add("against: "
                    + String.join(", ", against.stream().map(Path::toString).toList()));
        }
        return String.join("; ", words);
    }

    private void show(String protocol, List<CandidateResults> rows) throws Exception {
        String over = resplits > 0 ? ", " + resplits + " re-splits" : "";
        Map<String, Table> tables = new LinkedHashMap<>();
        tables.put(protocol, Tables.metrics(protocol + over, rows));
        if (rows.getFirst().first().sweep().size() > 1) {
            tables.put(protocol + "-sweep", Tables.sweep(rows));
        }
        var card = rows.getFirst().first().scorecard();
        if (card != null) {
            tables.put(protocol + "-classes", Tables.confusion("trained, by class", card));
        }
        for (Map.Entry<String, Table> table : tables.entrySet()) {
            System.err.println(table.getValue().write(TableFormat.TXT));
            if (out != null) {
                Tables.write(
                        place(table.getKey(), tables.keySet().iterator().next()), table.getKey(), table.getValue());
            }
        }
    }

    // A file that --out names is that of the metrics; sweep and classes go beside it.
    private Path place(String name, String first) {
        Path where = Objects.requireNonNull(out);
        String file = String.valueOf(where.getFileName());
        int dot = file.lastIndexOf('.');
        return name.equals(first) || !Tables.isFile(where)
                ? where
                : where.resolveSibling(file.substring(0, dot) + name.substring(first.length()) + file.substring(dot));
    }

    private static String classes(Samples<?> samples) {
        return samples instanceof LabelledFeatures labelled
                ? ", " + labelled.classes().size() + " classes"
                : "";
    }
}
