package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.VisionTransformer;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.TileSource;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.protocol.Judged;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.ContactSheet;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.train.MetricsCsv;
import org.cyphervit.train.Recipe;
import org.cyphervit.train.Recipes;
import org.cyphervit.train.Run;
import org.cyphervit.view.ViewSpec;
import org.cyphervit.view.Views;

/** Gathers a run's report: recipe, tiles, views, curves, results beside the floors, token maps. */
final class RunReport {
    static final String NAME = "report.html";

    private static final int CURVE_POINTS = 240;

    private final Path run;
    private final TileSource source;
    private final Recipe recipe;

    RunReport(Path run, TileSource source) throws IOException {
        this.run = run;
        this.source = source;
        this.recipe = Recipes.parse(Files.readString(run.resolve(Run.RECIPE)));
    }

    /**
     * Writes {@code report.html}.
     *
     * @param results k-NN of trained, untrained and floors; empty where there are no labels
     * @param examples images to show maps of
     */
    Path write(List<Judged> results, List<RgbImage> examples) throws IOException {
        HtmlReport page = new HtmlReport(
                recipe.method().kind().name().toUpperCase(Locale.ROOT) + " on " + source.size() + " tiles",
                "Run " + run + " - every number here was measured by this run or its evaluation.");
        if (!results.isEmpty()) {
            page.section("Is it better than the floors?");
            page.text(
                    "k-nearest neighbours on frozen features; k chosen among training tiles alone. What is learnt must"
                            + " beat colour: a colour histogram sees stain, not tissue.");
            results(page, results);
        }
        curves(page);
        page.section("What each token holds");
        maps(page, examples);
        page.section("The tiles");
        page.picture(tiles(), "Tiles drawn from the data, the classes in turn where there are any.");
        page.section("What the model sees");
        page.picture(views(), "One tile per row: as it is, then its views.");
        page.section("Recipe").preformatted(Recipes.write(recipe));
        Path file = run.resolve(NAME);
        page.write(file);
        return file;
    }

    private static void results(HtmlReport page, List<Judged> results) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("features", "accuracy", "balanced accuracy", "k"));
        int best = 1;
        double top = -1;
        for (Judged row : results) {
            rows.add(List.of(
                    row.name(),
                    row.headline().toString(),
                    row.summary(ClassMetric.BALANCED_ACCURACY.key()).toString(),
                    row.first().chosen()));
            if (row.headline().mean() > top) {
                top = row.headline().mean();
                best = rows.size() - 1;
            }
        }
        page.table(rows, best);
        var confusion =
                Objects.requireNonNull(results.getFirst().first().scorecard()).confusion();
        List<List<String>> table = new ArrayList<>();
        List<String> head = new ArrayList<>(List.of("true \\ predicted"));
        head.addAll(confusion.classes());
        head.add("recall");
        table.add(head);
        for (int c = 0; c < confusion.classes().size(); c++) {
            List<String> row = new ArrayList<>(List.of(confusion.classes().get(c)));
            for (int count : confusion.confusion()[c]) {
                row.add(Integer.toString(count));
            }
            row.add("%.3f".formatted(confusion.recall(c)));
            table.add(row);
        }
        page.table(table, -1);
    }

    private void curves(HtmlReport page) throws IOException {
        Path file = run.resolve(MetricsCsv.NAME);
        if (!Files.exists(file)) {
            return;
        }
        NavigableMap<Long, Map<String, Double>> rows = MetricsCsv.read(file);
        Map<String, List<double[]>> curves = new LinkedHashMap<>();
        rows.forEach((step, row) -> row.forEach((name, value) -> {
            if (!name.equals("step") && !name.equals("epoch") && Double.isFinite(value)) {
                curves.computeIfAbsent(name, key -> new ArrayList<>()).add(new double[] {step, value});
            }
        }));
        curves.replaceAll((name, points) -> thin(points));
        page.section("How training went").charts(curves);
    }

    // Means of neighbouring steps, so that a curve can be read.
    private static List<double[]> thin(List<double[]> points) {
        int bucket = (points.size() + CURVE_POINTS - 1) / CURVE_POINTS;
        List<double[]> thinned = new ArrayList<>();
        for (int i = 0; i < points.size(); i += bucket) {
            List<double[]> part = points.subList(i, Math.min(points.size(), i + bucket));
            thinned.add(new double[] {
                part.getLast()[0],
                part.stream().mapToDouble(p -> p[1]).average().orElse(Double.NaN)
            });
        }
        return thinned;
    }

    private void maps(HtmlReport page, List<RgbImage> examples) throws IOException {
        try (Backbone backbone = EncoderFile.read(run, new Device("cpu"))) {
            String what = backbone instanceof VisionTransformer ? "head" : "token";
            List<ContactSheet.Row> rows = new ArrayList<>();
            int tokens = 0;
            for (RgbImage example : examples) {
                PhenotypeMaps maps = PhenotypeMaps.of(backbone, example, 4, new Device("cpu"));
                tokens = maps.tokens();
                rows.add(ContactSheet.row("", maps));
            }
            page.picture(
                    ContactSheet.draw(ContactSheet.titles(tokens, what), rows, 168, tokens),
                    what.equals("token")
                            ? "Bright where a token holds much of the tissue (roll-out of the assignments), and the token"
                                    + " that holds most of each pixel."
                            : "Attention of the [cls] token in the last block, head by head.");
        }
    }

    private RgbImage tiles() throws IOException {
        List<ContactSheet.Row> rows = new ArrayList<>();
        int columns = 9;
        List<Integer> chosen = Examples.of(source, 4 * columns);
        for (int r = 0; r < 4; r++) {
            List<RgbImage> pictures = new ArrayList<>();
            for (int c = 0; c < columns; c++) {
                pictures.add(source.read(chosen.get((r * columns + c) % chosen.size())));
            }
            rows.add(new ContactSheet.Row("", pictures, List.of()));
        }
        return ContactSheet.draw(List.of("", "", "", "", "", "", "", "", ""), rows, 110, 0);
    }

    private RgbImage views() throws IOException {
        List<ViewSpec> specs =
                recipe.method().kind().views().apply(recipe.views()).expanded();
        List<String> titles = new ArrayList<>(List.of("tile"));
        specs.forEach(spec -> titles.add(spec.name()));
        List<ContactSheet.Row> rows = new ArrayList<>();
        List<Integer> chosen = Examples.of(source, 4);
        for (int r = 0; r < 4; r++) {
            RgbImage tile = source.read(chosen.get(r % chosen.size()));
            List<RgbImage> pictures = new ArrayList<>(List.of(tile));
            SplittableRandom random = new SplittableRandom(recipe.run().seed() + r);
            specs.forEach(spec -> pictures.add(Views.draw(tile, spec, random)));
            rows.add(new ContactSheet.Row("", pictures, List.of()));
        }
        return ContactSheet.draw(titles, rows, 110, 0);
    }
}
