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
import org.cyphervit.Words;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SlideFitOptions;
import org.cyphervit.cli.option.SlideTableOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.report.SlideLevelPage;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.eval.table.Table;
import org.cyphervit.eval.table.TableFormat;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.protocol.CrossValidation;
import org.cyphervit.mil.protocol.Folds;
import org.cyphervit.mil.protocol.ReliabilityBin;
import org.cyphervit.mil.protocol.RiskGroups;
import org.cyphervit.mil.protocol.Scores;
import org.cyphervit.mil.protocol.ValidatedModel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

@Command(
        name = "evaluate",
        description = {
            "Cross-validate an aggregator by patient, beside mean pooling, permuted labels and the majority.",
            "Settings are chosen among the training patients of each fold; intervals are of 1,000 draws of patients.",
            "With --compare, features of another encoder are judged on the same folds."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class SlideEvaluateCommand implements Callable<Integer> {
    @Mixin
    private SlideTableOptions table = new SlideTableOptions();

    @Option(names = "--compare", paramLabel = "FOLDER", description = "Features of the same slides by another encoder.")
    private @Nullable Path compare;

    @Option(
            names = "--slides",
            arity = "1..*",
            paramLabel = "SLIDE",
            description =
                    "The slides, or folders of them: adds what the colours of their tiles say by mean pooling, as a floor.")
    private List<Path> slides = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Tables, predictions and a page.")
    private Path out = Path.of(".");

    @Option(
            names = "--encoder",
            paramLabel = "RUN",
            description =
                    "The run whose encoder made --features: what is found is kept there, where 'report' finds it.")
    private @Nullable Path encoder;

    @Option(
            names = "--folds",
            paramLabel = "K",
            defaultValue = "5",
            description = "Parts that patients are dealt into, each judged by a model of the others. Default: 5.")
    @Within(least = 2, most = 1000)
    private int folds;

    @Option(
            names = "--fold-column",
            paramLabel = "NAME",
            description = "Of the table: each slide's fold, instead of folds that are drawn.")
    private @Nullable String foldColumn;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "3",
            description = "Repetitions with other folds and weights. Default: 3.")
    @Within(least = 1, most = 1000)
    private int seeds;

    @Mixin
    private SlideFitOptions aggregator = new SlideFitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        if (encoder != null) {
            EncoderFile.locate(encoder); // before anything is trained in vain
        }
        try (FeatureFolder folder = table.open(out)) {
            Cohort cohort = table.read(folder);
            FitOptions options = aggregator.options(cohort.task());
            BagMoments moments = BagMoments.of(cohort, new Progress("measuring bags", cohort.size()));
            CrossValidation validation =
                    new CrossValidation(cohort, folds(cohort), aggregator.seed(), System.err::println);
            List<ValidatedModel> rows = new ArrayList<>();
            rows.add(validation.train("trained", aggregator.name(), moments, options));
            if (compare != null) {
                rows.add(compared(validation, "compared", compare.toString(), options, compare));
            }
            if (options.kind() != AggregatorKind.MEAN) {
                rows.add(validation.train("mean_pooling", "mean pooling", moments, options.with(AggregatorKind.MEAN)));
            }
            if (!slides.isEmpty()) {
                rows.add(colours(validation, cohort, options));
            }
            rows.add(validation.permuted(moments, options));
            rows.add(validation.majority());
            tell(cohort, validation, rows);
        }
        return 0;
    }

    private List<Folds> folds(Cohort cohort) throws IOException {
        List<Folds> all = new ArrayList<>();
        for (int s = 0; s < seeds; s++) {
            all.add(
                    foldColumn == null
                            ? Folds.draw(cohort, folds, aggregator.seed() + s)
                            : Folds.read(cohort, table.table(), table.slideColumn(), foldColumn));
        }
        return all;
    }

    private ValidatedModel compared(CrossValidation validation, String key, String name, FitOptions options, Path place)
            throws IOException {
        try (FeatureFolder folder = SlideTableOptions.open(place, out.resolve(key))) {
            Cohort other = table.read(folder);
            BagMoments moments = BagMoments.of(other, new Progress("measuring bags", other.size()));
            return validation.train(key, name, other, moments, options);
        }
    }

    private ValidatedModel colours(CrossValidation validation, Cohort cohort, FitOptions options) throws IOException {
        String key = "color_histogram";
        Path features = out.resolve(key).resolve("features");
        ColourFloor.write(cohort, slides, features);
        return compared(validation, key, "colour histogram, mean pooling", options.with(AggregatorKind.MEAN), features);
    }

    private void tell(Cohort cohort, CrossValidation validation, List<ValidatedModel> rows) throws IOException {
        ValidatedModel trained = rows.getFirst();
        Map<String, Object> found = new LinkedHashMap<>();
        List<String> sentences = new ArrayList<>();
        rows.forEach(row -> found.put(row.key(), row.json()));
        for (ValidatedModel row : rows.subList(1, rows.size())) {
            CrossValidation.Comparison comparison = validation.compare(trained, row);
            found.put("p_" + row.key(), comparison.result().p());
            sentences.add(String.format(
                    Locale.ROOT,
                    "%s against %s: %s, corrected t-test over %d folds, p = %.3g.",
                    trained.name(),
                    row.name(),
                    comparison.metric().replace('_', ' '),
                    seeds * trained.scores().seeds().getFirst().folds().count(),
                    comparison.result().p()));
        }
        List<Table> tables = new ArrayList<>(List.of(results(cohort, rows)));
        Scores.Seed seed = trained.scores().seeds().getFirst();
        if (cohort.task() == SlideTask.CLASSES) {
            tables.add(Tables.confusion(
                    trained.name() + ", first seed, by class", trained.scores().card(seed)));
            found.put("classes", cohort.classes());
            found.put("confusion", trained.scores().card(seed).confusion().confusion());
            found.put(
                    "calibration",
                    ReliabilityBin.curve(trained.scores().probabilities(seed), cohort.labels(), SlideLevelPage.BINS));
        }
        if (cohort.task() == SlideTask.SURVIVAL) {
            RiskGroups groups = RiskGroups.of(cohort, seed);
            found.put("log_rank_p", groups.logRank().p());
            found.put(
                    "kaplan_meier",
                    Map.of(
                            "low",
                            groups.lowCurve().steps(),
                            "high",
                            groups.highCurve().steps()));
            sentences.add(String.format(
                    Locale.ROOT,
                    "Of %d patients predicted at low risk %d had the event, of %d at high risk %d; log-rank p = %.3g"
                            + " (first seed).",
                    groups.low().size(),
                    groups.low().count(),
                    groups.high().size(),
                    groups.high().count(),
                    groups.logRank().p()));
        }
        for (Table each : tables) {
            System.err.println("\n" + each.write(TableFormat.TXT));
        }
        sentences.forEach(System.err::println);
        write(cohort, trained, tables, sentences);
        found.put("counts", SlideTableOptions.counts(cohort));
        if (encoder != null) {
            Evaluation.keep(List.of(encoder), kept(rows, tables.getFirst(), sentences, found));
        }
        AtomicFiles.write(
                out.resolve("results.json"),
                new ObjectMapper().writerWithDefaultPrettyPrinter().writeValueAsString(found) + "\n");
        found.forEach(json::put);
        json.put("page", out.resolve("report.html").toString()).print();
    }

    private Evaluation.Found kept(
            List<ValidatedModel> rows, Table results, List<String> sentences, Map<String, Object> numbers)
            throws IOException {
        Fingerprint of = new Fingerprint();
        of.add(table.features().toAbsolutePath().normalize().toString());
        of.add(Files.readString(table.table()));
        of.add(aggregator.options(table.task()).toString());
        of.add(folds + " " + foldColumn + " " + seeds + " " + aggregator.seed() + " " + compare + " " + slides);
        List<String> notes = new ArrayList<>(results.notes());
        notes.addAll(sentences);
        return new Evaluation.Found(
                "slide-" + aggregator.name(),
                of.hex(),
                table.table() + ", " + table.task().key(),
                new Table(results.title(), results.header(), results.rows(), notes),
                rows.stream()
                        .filter(row -> !List.of("trained", "compared").contains(row.key()))
                        .map(ValidatedModel::name)
                        .toList(),
                numbers);
    }

    private Table results(Cohort cohort, List<ValidatedModel> rows) {
        List<String> header = new ArrayList<>(List.of("aggregator"));
        rows.getFirst().metrics().keySet().forEach(metric -> header.add(metric.replace('_', ' ')));
        String title = String.format(
                Locale.ROOT,
                "%s of %s of %s, %s by patient, %s",
                cohort.task() == SlideTask.SURVIVAL
                        ? "Survival"
                        : cohort.task() == SlideTask.NUMBER ? "Numbers" : "Classes",
                Words.count(cohort.size(), "bag"),
                Words.count(cohort.counts().patients(), "patient"),
                Words.count(rows.getFirst().scores().seeds().getFirst().folds().count(), "fold"),
                Words.count(seeds, "seed"));
        Table.Builder built = new Table.Builder(title, header);
        for (ValidatedModel row : rows) {
            List<String> cells = new ArrayList<>(List.of(row.name()));
            row.metrics().forEach((metric, value) -> {
                var interval = row.intervals().get(metric);
                cells.add(
                        interval == null || Double.isNaN(value)
                                ? "-"
                                : String.format(
                                        Locale.ROOT, "%.3f (%.3f to %.3f)", value, interval.low(), interval.high()));
            });
            built.row(cells);
        }
        return built.note("In brackets: 95 % of 1,000 draws of patients.").build();
    }

    private void write(Cohort cohort, ValidatedModel trained, List<Table> tables, List<String> sentences)
            throws IOException {
        for (TableFormat format : TableFormat.values()) {
            if (format != TableFormat.HTML) {
                tables.getFirst().write(out.resolve("results." + format.extension()));
            }
        }
        List<List<String>> lines = new ArrayList<>();
        List<Scores.Seed> all = trained.scores().seeds();
        for (int s = 0; s < all.size(); s++) {
            for (int i = 0; i < cohort.size(); i++) {
                List<String> line = new ArrayList<>(List.of(
                        cohort.examples().get(i).name(),
                        cohort.examples().get(i).patient(),
                        String.valueOf(s),
                        String.valueOf(all.get(s).folds().of()[i] + 1)));
                for (double output : all.get(s).outputs()[i]) {
                    line.add(String.valueOf(output));
                }
                lines.add(line);
            }
        }
        List<String> head = new ArrayList<>(List.of("bag", "patient", "seed", "fold"));
        head.addAll(SlidePredictCommand.outputs(cohort.task(), cohort.classes()));
        CsvTable.write(out.resolve("predictions.csv"), head, lines);
        String title = "What " + trained.name() + " says of slides";
        new SlideLevelPage(title, tables, sentences).write(out.resolve("report.html"), trained);
    }
}
