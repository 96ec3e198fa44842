package org.cyphervit.cli.command.tile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.concurrent.Callable;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.QualityMixin;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.SettingFlags;
import org.cyphervit.file.CsvTable;
import org.cyphervit.interpret.map.QualityMap;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.cohort.QualityCheck;
import org.cyphervit.slide.cohort.SlideSource;
import org.cyphervit.slide.tiling.QualityTrial;
import org.cyphervit.slide.tiling.TilingOptions;
import org.cyphervit.slide.tissue.TissueOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "qc",
        description = {
            "Check the tissue of slides for pen, folds, air bubbles and blur: a picture, a table of tiles and"
                    + " layers for 'serve' per slide.",
            "With --trial: paint artefacts over the slides and count how many are found."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class QcCommand implements Callable<Integer> {
    @Parameters(arity = "1..*", paramLabel = "SLIDE", description = "Slides, images, or folders of them.")
    private List<Path> slides = List.of();

    @Option(names = "--out", paramLabel = "FOLDER", description = "Where pictures and tables go. Default: qc.")
    private Path out = Path.of("qc");

    @Option(names = "--size", defaultValue = "224", description = "Side of a tile, pixels. Default: 224.")
    @Within(least = 16, most = 8192)
    private int size = 224;

    @Option(names = "--target-mpp", paramLabel = "UM", description = "Microns per pixel of the tiles. Default: 0.5.")
    @Within(least = 0.02, most = 100)
    private double targetMpp = 0.5;

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description = "Microns per pixel of the slides that do not say it themselves.")
    @Within(least = 0.02, most = 20)
    private @Nullable Double mpp;

    @Option(
            names = "--trial",
            paramLabel = "N",
            description = "Paint N artefacts of each kind over each slide, one at a time, and count; writes nothing.")
    @Within(least = 1, most = 100_000)
    private int trial;

    @Option(names = "--seed", defaultValue = "1", description = "Seed of the trial. Default: 1.")
    private long seed = 1;

    @Mixin
    private QualityMixin quality = new QualityMixin();

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        TilingOptions options = new TilingOptions(
                size, OptionalDouble.of(targetMpp), 0, 0.7, false, TissueOptions.standard(), quality.limits());
        OptionalDouble given = mpp == null ? OptionalDouble.empty() : OptionalDouble.of(mpp);
        List<SlideSource> sources = SlideSource.find(slides);
        return trial > 0 ? tryOut(sources, options, given) : check(sources, options, given);
    }

    private int check(List<SlideSource> sources, TilingOptions options, OptionalDouble given) throws Exception {
        quality.write(out);
        Map<String, String> failed = new LinkedHashMap<>();
        List<QualityCheck> checked = new ArrayList<>();
        List<List<String>> rows = new ArrayList<>();
        Progress progress = new Progress("slides", sources.size());
        for (SlideSource source : sources) {
            try {
                QualityCheck check = QualityCheck.of(
                        source,
                        options,
                        SlideReader.AUTO,
                        given,
                        out,
                        plan -> QualityMap.write(out.resolve("maps").resolve(source.name()), plan));
                checked.add(check);
                rows.add(List.of(
                        check.slide(),
                        String.valueOf(check.tissueTiles()),
                        String.valueOf(check.usable()),
                        String.format(Locale.ROOT, "%.4f", check.usableShare()),
                        Double.isNaN(check.focus()) ? "" : String.format(Locale.ROOT, "%.3f", check.focus()),
                        check.rejected().toString()));
                System.err.printf(
                        Locale.ROOT,
                        "%s: %d of %s with tissue usable; median focus %.2f; rejected: %s%n",
                        check.slide(),
                        check.usable(),
                        Words.count(check.tissueTiles(), "tile"),
                        check.focus(),
                        check.rejected());
            } catch (UserError e) {
                String why = SettingFlags.in(String.valueOf(e.getMessage()), spec.commandLine());
                failed.put(source.name(), why);
                System.err.println(source.name() + ": FAILED, passed over: " + why);
            }
            progress.accept(checked.size() + failed.size());
        }
        if (!checked.isEmpty()) {
            CsvTable.write(
                    out.resolve("qc.csv"),
                    List.of("slide", "tissue_tiles", "usable", "usable_share", "focus", "rejected"),
                    rows);
        }
        return json.put("out", out.toString())
                .put("slides", checked)
                .put("failed", failed)
                .print(failed.isEmpty(), Words.count(failed.size(), "slide") + " could not be checked.");
    }

    private int tryOut(List<SlideSource> sources, TilingOptions options, OptionalDouble given) {
        List<Slide> opened = new ArrayList<>();
        try {
            sources.forEach(source -> opened.add(Slide.open(source.file(), SlideReader.AUTO, given)));
            int paintings = opened.size() * QualityTrial.Kind.values().length * trial;
            Map<QualityTrial.Kind, QualityTrial.Outcome> outcomes =
                    QualityTrial.run(opened, options, trial, seed, new Progress("paintings", paintings));
            System.err.printf(
                    "%-10s %7s %8s %8s %7s %9s%n", "artefact", "spoilt", "found", "named", "clean", "rejected");
            outcomes.forEach((kind, outcome) -> System.err.printf(
                    Locale.ROOT,
                    "%-10s %7d %7.1f%% %7.1f%% %7d %8.2f%%%n",
                    kind.name().toLowerCase(Locale.ROOT),
                    outcome.spoilt(),
                    100 * outcome.recall(),
                    100.0 * outcome.named() / Math.max(1, outcome.spoilt()),
                    outcome.clean(),
                    100 * outcome.falsePositives()));
            json.put("trial", outcomes).print();
            return 0;
        } finally {
            opened.forEach(Slide::close);
        }
    }
}
