package org.cyphervit.cli.command.tile;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.option.JsonOption;
import org.cyphervit.cli.option.QualityMixin;
import org.cyphervit.cli.option.SharedOutput;
import org.cyphervit.cli.option.Within;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.cli.terminal.SettingFlags;
import org.cyphervit.file.Writing;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.cohort.JobOptions;
import org.cyphervit.slide.cohort.SlideRecord;
import org.cyphervit.slide.cohort.SlideSource;
import org.cyphervit.slide.cohort.TileJob;
import org.cyphervit.slide.cohort.TileStore;
import org.cyphervit.slide.tiling.Rejection;
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
        name = "tile",
        description = {
            "Cut slides into tiles of tissue: files, tar shards or places alone, a quality picture per slide and a manifest.",
            "Run it again to go on where it was stopped; run it several times at once to share a cohort."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
public final class TileCommand implements Callable<Integer>, SharedOutput {
    private static final long SHARD_BYTES = 256L << 20;

    /** What is written of the tiles. */
    enum Layout {
        FILES,
        SHARDS,
        TRIDENT,
        CLAM
    }

    @Parameters(arity = "1..*", paramLabel = "SLIDE", description = "Slides, images, or folders of them.")
    private List<Path> slides = List.of();

    @Option(names = "--out", required = true, paramLabel = "FOLDER", description = "Where everything goes.")
    private Path out = Path.of(".");

    @Option(
            names = "--write",
            split = ",",
            defaultValue = "files",
            paramLabel = "LAYOUT",
            description =
                    "files (a file per tile), shards (tar, WebDataset), trident or clam (places alone, h5); several"
                            + " with commas. Default: files.")
    private List<Layout> layouts = List.of();

    @Option(names = "--size", defaultValue = "224", description = "Side of a tile, pixels. Default: 224.")
    @Within(least = 16, most = 8192)
    private int size = 224;

    @Option(names = "--target-mpp", paramLabel = "UM", description = "Microns per pixel of the tiles. Default: 0.5.")
    @Within(least = 0.02, most = 100)
    private @Nullable Double targetMpp;

    @Option(
            names = "--mpp",
            paramLabel = "UM",
            description = "Microns per pixel of the slides that do not say it themselves.")
    @Within(least = 0.02, most = 20)
    private @Nullable Double mpp;

    @Option(
            names = "--fields",
            description = "The CypherViT paper's recipe for photographed fields: pixels as they are (no scale is"
                    + " needed), crops from edge to edge with up to 50 %% overlap.")
    private boolean fields;

    @Option(
            names = "--overlap",
            paramLabel = "SHARE",
            description = "Share of a tile's side in common with the next, 0 to 0.9. Default: 0, with --fields 0.5.")
    @Within(most = 0.9)
    private @Nullable Double overlap;

    @Option(
            names = "--min-tissue",
            defaultValue = "0.7",
            paramLabel = "SHARE",
            description = "Least share of a tile that is tissue, 0 to 1. Default: 0.7.")
    @Within(most = 1)
    private double minTissue = 0.7;

    @Option(
            names = "--augment",
            description = "Write each tile also turned by 90 and 180 degrees and mirrored both ways: five for one.")
    private boolean augment;

    @Option(names = "--format", defaultValue = "jpg", description = "jpg or png. Default: jpg.")
    private String format = "jpg";

    @Option(
            names = "--reader",
            defaultValue = "auto",
            description = "auto, java or openslide. Default: auto, which is java where it can.")
    private SlideReader reader = SlideReader.AUTO;

    @Mixin
    private QualityMixin quality = new QualityMixin();

    @Option(names = "--redo", description = "Do slides again that were done before.")
    private boolean redo;

    @Mixin
    private JsonOption json = new JsonOption();

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws Exception {
        List<SlideSource> sources = SlideSource.find(slides);
        Set<Layout> chosen = EnumSet.copyOf(layouts);
        boolean pixels = chosen.contains(Layout.FILES) || chosen.contains(Layout.SHARDS);
        if (chosen.contains(Layout.FILES) && chosen.contains(Layout.SHARDS)) {
            throw new UserError("Tiles are written as files or as shards, not both. Choose one in --write.");
        }
        if (!pixels && augment) {
            throw new UserError("--augment turns pixels, and --write " + names(chosen) + " writes none. Add files.");
        }
        if (fields && targetMpp != null) {
            throw new UserError("--fields takes pixels as they are; leave out --target-mpp, or --fields.");
        }
        if (fields && (chosen.contains(Layout.TRIDENT) || chosen.contains(Layout.CLAM))) {
            throw new UserError("TRIDENT and CLAM tell places by magnification, which fields do not have. Write files"
                    + " or shards.");
        }
        JobOptions options =
                new JobOptions(tiling(), reader, optional(mpp), format, augment, redo, names(chosen) + " " + format);
        Writing.folder(out);
        TileJob job = new TileJob(out, options, pixels ? store(chosen, sources) : null, writers(chosen));
        System.err.printf(
                "%s to %s: %s%n",
                Words.count(sources.size(), "slide"), out, options.tiling().fingerprint());
        long begun = System.nanoTime();
        TileJob.Outcome outcome = job.run(sources, new Told());
        quality.write(out);
        return tell(outcome, (System.nanoTime() - begun) / 1e9);
    }

    private TilingOptions tiling() {
        TilingOptions usual = fields ? TilingOptions.fields() : TilingOptions.standard();
        return new TilingOptions(
                size,
                targetMpp == null ? usual.mpp() : OptionalDouble.of(targetMpp),
                overlap == null ? usual.overlap() : overlap,
                minTissue,
                usual.spread(),
                TissueOptions.standard(),
                quality.limits());
    }

    private TileStore store(Set<Layout> chosen, List<SlideSource> sources) {
        if (chosen.contains(Layout.FILES)) {
            return TileStore.files(out, format);
        }
        Map<String, Integer> classes = new TreeMap<>();
        sources.stream()
                .map(SlideSource::label)
                .filter(label -> !label.isEmpty())
                .forEach(label -> classes.put(label, 0));
        int number = 0;
        for (Map.Entry<String, Integer> entry : classes.entrySet()) {
            entry.setValue(number++);
        }
        return TileStore.shards(out, format, classes, SHARD_BYTES);
    }

    private List<TileJob.PlanWriter> writers(Set<Layout> chosen) {
        List<TileJob.PlanWriter> writers = new ArrayList<>();
        if (chosen.contains(Layout.TRIDENT)) {
            writers.add(PlaceFiles.trident(out.resolve("trident")));
        }
        if (chosen.contains(Layout.CLAM)) {
            writers.add(PlaceFiles.clam(out.resolve("clam")));
        }
        return writers;
    }

    private int tell(TileJob.Outcome outcome, double seconds) {
        Map<String, Integer> rejected = new LinkedHashMap<>();
        int kept = 0;
        int written = 0;
        for (SlideRecord record : Stream.concat(outcome.doneBefore().stream(), outcome.done().stream())
                .toList()) {
            kept += record.kept();
            record.rejected().forEach((reason, count) -> rejected.merge(reason, count, Integer::sum));
        }
        for (SlideRecord record : outcome.done()) {
            written += record.files();
        }
        System.err.printf(
                Locale.ROOT,
                "%s of %s in %s (%d done before, %d at another process, %d failed). Rejected: %s.%n",
                Words.count(kept, "tile"),
                Words.count(outcome.done().size() + outcome.doneBefore().size(), "slide"),
                out,
                outcome.doneBefore().size(),
                outcome.elsewhere().size(),
                outcome.failed().size(),
                reasons(rejected));
        outcome.failed().forEach((name, why) -> System.err.println("failed: " + name + ": " + flags(why)));
        if (kept == 0 && outcome.failed().isEmpty() && outcome.elsewhere().isEmpty()) {
            System.err.println("No tile was kept. The pictures in " + out.resolve("qc")
                    + " show why; a smaller --min-tissue, --size or --target-mpp keeps more.");
        } else if (written > 0) {
            System.err.println("Look at " + out.resolve("qc") + ", then for instance: cyphervit pretrain --data "
                    + out.resolve(layouts.contains(Layout.SHARDS) ? "shards" : "tiles") + " --out runs/mine");
        }
        return json.put("out", out.toString())
                .put("manifest", out.resolve("manifest.csv").toString())
                .put("slides", outcome.done().size())
                .put("done_before", outcome.doneBefore().size())
                .put("elsewhere", outcome.elsewhere())
                .put("failed", outcome.failed())
                .put("tiles", kept)
                .put("files", written)
                .put("rejected", rejected)
                .put("tiles_per_second", written / seconds)
                .print(
                        outcome.failed().isEmpty(),
                        Words.count(outcome.failed().size(), "slide") + " could not be cut.");
    }

    private static String reasons(Map<String, Integer> rejected) {
        return rejected.isEmpty()
                ? "none"
                : rejected.entrySet().stream()
                        .map(entry -> entry.getValue() + " "
                                + Rejection.valueOf(entry.getKey().toUpperCase(Locale.ROOT))
                                        .words())
                        .collect(Collectors.joining(", "));
    }

    private static String names(Set<Layout> layouts) {
        return layouts.stream()
                .map(layout -> layout.name().toLowerCase(Locale.ROOT))
                .collect(Collectors.joining("+"));
    }

    private static OptionalDouble optional(@Nullable Double value) {
        return value == null ? OptionalDouble.empty() : OptionalDouble.of(value);
    }

    /** A line per slide, with an ETA of the cohort, and within a large slide a counter of its tiles. */
    private String flags(String message) {
        return SettingFlags.in(message, spec.commandLine());
    }

    private final class Told implements TileJob.Listener {
        private final long begun = System.nanoTime();
        private int number;
        private int total;
        private @Nullable Progress progress;

        @Override
        public void began(SlideSource slide, int number, int total) {
            this.number = number;
            this.total = total;
            progress = null;
        }

        @Override
        public void tiles(int done, int all) {
            if (progress == null) {
                progress = new Progress("slide " + number + "/" + total + ", tiles", all);
            }
            progress.accept(done);
        }

        @Override
        public void finished(SlideRecord record) {
            double seconds = (System.nanoTime() - begun) / 1e9;
            System.err.printf(
                    Locale.ROOT,
                    "%s: %s kept; rejected: %s (%s, slide %d/%d, ETA %.0f s)%n",
                    record.slide(),
                    Words.count(record.kept(), "tile"),
                    reasons(record.rejected()),
                    record.reader(),
                    number,
                    total,
                    seconds / number * (total - number));
        }

        @Override
        public void failed(SlideSource slide, String why) {
            System.err.println(slide.name() + ": FAILED, passed over: " + flags(why));
        }
    }
}
