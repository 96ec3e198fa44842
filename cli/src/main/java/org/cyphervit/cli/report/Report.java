package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.cyphervit.Version;
import org.cyphervit.Words;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.Palette;
import org.cyphervit.monitor.HealthFinding;
import org.jspecify.annotations.Nullable;

/**
 * One page about a run, or several compared: what was learnt in words, the phenotypes, maps over tissue, a map of the
 * tiles, results beside the baselines, health and curves, tiles and views, the recipe. It needs no network.
 *
 * @param shown tiles for the galleries and the map; of more than {@code most} some, the classes in turn
 * @param examples pictures to show phenotype maps of
 * @param most tiles on the map
 */
public record Report(TileSource shown, List<ExampleImage> examples, int most) {
    /** The page's name in a run's folder. */
    public static final String NAME = "report.html";

    private static final List<String> SCRIPTS = List.of("curves.js", "scatter.js", "blend.js", "report.js");
    private static final int THUMB = 48;
    private static final int SHEET = 24;

    /**
     * A run.
     *
     * @param folder of it
     * @param trainedOn the tiles it learnt from
     * @param knn what the head of the page is written from; null where there are no labels
     */
    public record Subject(
            Path folder, TileSource trainedOn, @Nullable KnnResult knn) {}

    /** Writes the page. */
    public void write(Path file, List<Subject> subjects) throws IOException {
        TileSource tiles = shown.size() <= most ? shown : new TileSubset(shown, ExampleTiles.of(shown, most));
        Map<String, Object> thumbs = thumbs(tiles);
        List<RunSection> sections = new ArrayList<>();
        List<Map<String, Object>> runs = new ArrayList<>();
        for (Subject subject : subjects) {
            System.err.println("Looking at " + subject.folder());
            RunSection section = new RunSection(subject.folder(), subject.trainedOn(), runs.size());
            Map<String, Object> run = section.gather(tiles, examples, subject.knn(), !thumbs.isEmpty());
            run.put("place", PageNames.place(file, subject.folder()));
            runs.add(run);
            sections.add(section);
        }
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("version", 1);
        String title = title(subjects, sections);
        page.put("title", title);
        page.put("kicker", subjects.size() == 1 ? "Report of a run" : "Comparison of " + subjects.size() + " runs");
        page.put("lede", lede(subjects, sections));
        int best = best(subjects);
        page.put(
                "verdict",
                ReportSummary.verdict(
                        subjects.get(best).knn(), sections.get(best).collapse()));
        page.put(
                "facts",
                ReportSummary.facts(
                        subjects.get(best).knn(),
                        subjects.get(best).trainedOn().size(),
                        sections.get(best).seen()));
        page.put(
                "tokenColors",
                IntStream.range(0, 64)
                        .mapToObj(k -> Palette.hex(Palette.token(k)))
                        .toList());
        page.put("classes", tiles.classes());
        if (!thumbs.isEmpty()) {
            page.put("thumbs", thumbs);
        }
        page.put("data", data(subjects.getFirst().trainedOn(), sections.getFirst()));
        page.put("runs", runs);
        page.put(
                "footer",
                "Made on " + LocalDate.now(ZoneId.systemDefault())
                        + " by " + Version.PROGRAM + " (Apache-2.0). Every number here was measured by the run or its"
                        + " evaluation. For research, not for diagnosis.");
        AtomicFiles.write(file, WebPage.fill(SCRIPTS, title, page));
    }

    private static String title(List<Subject> subjects, List<RunSection> sections) {
        if (subjects.size() > 1) {
            return "Which encoder sees more?";
        }
        return String.format(
                Locale.ROOT,
                "What %s learnt from %s",
                METHODS.getOrDefault(
                        sections.getFirst().recipe().method().provider().name(),
                        sections.getFirst().recipe().method().provider().name()),
                Words.count(subjects.getFirst().trainedOn().size(), "tile"));
    }

    private static final Map<String, String> METHODS = Map.of(
            "dino",
            "DINO",
            "ibot",
            "iBOT",
            "dinov2",
            "DINOv2",
            "moco",
            "MoCo",
            "simclr",
            "SimCLR",
            "mae",
            "MAE",
            "supervised",
            "supervised training");

    private String lede(List<Subject> subjects, List<RunSection> sections) {
        int best = best(subjects);
        Subject subject = subjects.get(best);
        RunSection.Seen seen = sections.get(best).seen();
        String words = ReportSummary.lede(
                sections.get(best).recipe().method().provider().name(),
                subject.trainedOn().size(),
                seen,
                subject.knn(),
                sections.get(best).collapse().isPresent()
                        ? ""
                        : ReportSummary.clearest(seen.gallery(), best, shown.classes()));
        String warning = warning(subjects, sections);
        if (subjects.size() == 1) {
            return warning + words;
        }
        return warning + subjects.size() + " runs looked at the same tiles. "
                + (subject.knn() == null ? "Of the first, " : "The best, ")
                + RunSection.name(subject.folder()) + ": " + words;
    }

    // Said before all else: whose results mean nothing.
    private static String warning(List<Subject> subjects, List<RunSection> sections) {
        StringBuilder words = new StringBuilder();
        for (int i = 0; i < subjects.size(); i++) {
            if (sections.get(i).collapse().isPresent()) {
                HealthFinding collapse = sections.get(i).collapse().get();
                words.append(String.format(
                        Locale.ROOT,
                        "Do not trust what follows%s: training collapsed, as was found at step %,d. %s ",
                        subjects.size() == 1
                                ? ""
                                : " of " + RunSection.name(subjects.get(i).folder()),
                        collapse.step(),
                        collapse.sentence()));
            }
        }
        return words.toString();
    }

    // The run whose features classify best; the first without results.
    private static int best(List<Subject> subjects) {
        int best = 0;
        double most = -1;
        for (int i = 0; i < subjects.size(); i++) {
            KnnResult knn = subjects.get(i).knn();
            if (knn != null && knn.accuracy() > most) {
                best = i;
                most = knn.accuracy();
            }
        }
        return best;
    }

    // Empty if a tile cannot be read: then the map has no pictures to show and is left out.
    private static Map<String, Object> thumbs(TileSource tiles) {
        List<RgbImage> pictures = new ArrayList<>();
        List<String> names = new ArrayList<>();
        int[] labels = new int[tiles.size()];
        try {
            for (int i = 0; i < tiles.size(); i++) {
                pictures.add(tiles.read(i));
                names.add(tiles.name(i));
                labels[i] = tiles.label(i);
            }
        } catch (IOException e) {
            System.err.println("The map of tiles is left out: " + e.getMessage());
            return Map.of();
        }
        Map<String, Object> thumbs = Sprite.of(pictures, THUMB, (int) Math.ceil(Math.sqrt(pictures.size())));
        thumbs.put("names", names);
        thumbs.put("labels", labels);
        return thumbs;
    }

    private static Map<String, Object> data(TileSource source, RunSection section) throws IOException {
        List<RgbImage> pictures = new ArrayList<>();
        List<String> names = new ArrayList<>();
        for (int index : ExampleTiles.of(source, SHEET)) {
            try {
                pictures.add(source.read(index));
                names.add(source.name(index));
            } catch (IOException e) {
                System.err.println("A tile is left out of the report: " + e.getMessage());
            }
        }
        int[] counts = new int[source.classes().size()];
        for (int i = 0; i < source.size(); i++) {
            if (source.label(i) >= 0) {
                counts[source.label(i)]++;
            }
        }
        List<Map<String, Object>> classes = new ArrayList<>();
        for (int c = 0; c < counts.length; c++) {
            classes.add(Map.of("name", source.classes().get(c), "count", counts[c]));
        }
        Map<String, Object> sheet = Sprite.of(pictures, 112, 6);
        sheet.put("names", names);
        return Map.of(
                "tiles",
                source.size(),
                "classes",
                classes,
                "labelled",
                section.recipe().method().provider().name().equals("supervised"),
                "sheet",
                sheet);
    }
}
