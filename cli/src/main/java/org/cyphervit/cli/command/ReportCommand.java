package org.cyphervit.cli.command;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.cli.evaluate.KnnComparison;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.SplitOptions;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.report.ExampleImage;
import org.cyphervit.cli.report.KnnResult;
import org.cyphervit.cli.report.Report;
import org.cyphervit.cli.terminal.Waiting;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.train.Run;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = {
            "Write one self-contained page about a run, or about several compared: what it learnt, phenotypes, a map of the"
                    + " tiles, results beside the baselines, health, curves, views, recipe.",
            "It shows what 'evaluate' found about the run. Give labelled tiles (--train and --test, or --data) to have k-NN"
                    + " measured where it is not there yet."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class ReportCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "RUN", description = "Folders of runs.")
    private List<Path> runs = List.of();

    @Option(
            names = "--out",
            paramLabel = "FILE|FOLDER",
            description = "The page, or a folder in which it is called report.html. Default: the (first) run's folder.")
    private @Nullable Path out;

    @Option(
            names = "--tiles",
            defaultValue = "1200",
            description = "Tiles on the map and in the galleries; each adds some 2 kB. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 1_000_000)
    private int most;

    @Option(
            names = "--examples",
            defaultValue = "8",
            description = "Tiles shown under their maps. Default: ${DEFAULT-VALUE}.")
    @Within(least = 1, most = 10_000)
    private int examples;

    @Mixin
    private SplitOptions labelled = new SplitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Split split = labelled.given() ? labelled.open() : null;
        for (Path run : runs) {
            if (!Files.exists(run.resolve(Run.RECIPE))) {
                throw new UserError("'" + run + "' is no run: there is no " + Run.RECIPE + " in it.");
            }
        }
        String of = split == null ? "" : KnnComparison.of(split);
        List<Report.Subject> subjects = new ArrayList<>();
        for (Path run : runs) {
            subjects.add(subject(run, split, of));
        }
        if (split == null) {
            of = common(subjects.getFirst().trainedOn().classes());
            List<Report.Subject> judged = new ArrayList<>();
            for (Report.Subject subject : subjects) {
                judged.add(new Report.Subject(
                        subject.folder(), subject.trainedOn(), KnnComparison.kept(subject.folder(), of)));
            }
            subjects = judged;
        }
        TileSource shown = split != null ? split.test() : subjects.getFirst().trainedOn();
        Path file = Outputs.file(out != null ? out : runs.getFirst(), Report.NAME);
        try (Waiting waiting = Waiting.on("writing the report")) {
            new Report(shown, ExampleImage.of(shown, examples), most).write(file, subjects);
        }
        System.err.println("Look at " + file.toAbsolutePath());
        json.put("report", file.toString()).print();
        return 0;
    }

    private Report.Subject subject(Path run, @Nullable Split split, String of) throws IOException {
        Recipe recipe = Recipes.parse(Files.readString(run.resolve(Run.RECIPE)));
        TileSource source = labelled.tiles().openAll(recipe.data());
        if (split != null && KnnComparison.kept(run, of) == null) {
            KnnComparison.judge(run, split, labelled.words());
        }
        return new Report.Subject(run, source, KnnComparison.kept(run, of));
    }

    // Runs are compared on the same tiles: the newest comparison of the first that all have; empty for none. Where the
    // tiles that it was trained on have classes, an evaluation of other classes is of other data and no head of its
    // page.
    private String common(List<String> classes) throws IOException {
        for (KnnResult knn : KnnComparison.kept(runs.getFirst())) {
            if (!classes.isEmpty() && !knn.classes().equals(classes)) {
                continue;
            }
            String of = knn.from().of();
            boolean all = true;
            for (Path run : runs) {
                all &= KnnComparison.kept(run, of) != null;
            }
            if (all) {
                return of;
            }
        }
        return "";
    }
}
