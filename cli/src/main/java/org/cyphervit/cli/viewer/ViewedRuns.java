package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.report.Report;
import org.cyphervit.cli.report.RunCurves;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.monitor.HealthFile;
import org.cyphervit.monitor.HealthFinding;
import org.cyphervit.monitor.HealthSummary;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.train.Run;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;

/** The runs in the viewer's folders, while they train and after. */
final class ViewedRuns {
    private static final int LOG_LINES = 200;

    private final SharedFolders roots;
    private final Map<Path, Read> cache = new ConcurrentHashMap<>();

    private record Read(long modified, NavigableMap<Long, Map<String, Double>> rows) {}

    ViewedRuns(SharedFolders roots) {
        this.roots = roots;
    }

    /** Every run: id, name, method, steps done, newest loss and k-NN, a curve of the loss. */
    HttpResponse list() throws IOException {
        List<Map<String, Object>> runs = new ArrayList<>();
        for (Path recipe : roots.find(file -> file.endsWith(Run.RECIPE))) {
            Path folder = recipe.getParent();
            if (folder == null) {
                continue;
            }
            Map<String, Object> run = new LinkedHashMap<>();
            run.put("id", roots.id(folder));
            run.put("name", String.valueOf(folder.getFileName()));
            try {
                Recipe parsed = Recipes.parse(Files.readString(recipe));
                NavigableMap<Long, Map<String, Double>> rows = rows(folder);
                run.put("method", parsed.method().provider().name());
                run.put(
                        "backbone",
                        parsed.backbone().width() + " wide, patch "
                                + parsed.backbone().patch());
                run.put("step", rows.isEmpty() ? 0 : rows.lastKey());
                run.put("encoder", Files.exists(folder.resolve(EncoderFile.NAME)));
                run.put("report", Files.exists(folder.resolve(Report.NAME)));
                run.put(
                        "updated",
                        Files.getLastModifiedTime(newest(folder, recipe)).toMillis());
                run.put(
                        "collapsed",
                        HealthSummary.standing(HealthFile.read(folder)).isPresent());
                run.put("loss", RunCurves.of(rows, 60).getOrDefault("loss", List.of()));
            } catch (UserError | IOException e) {
                run.put("broken", String.valueOf(e.getMessage()));
            }
            runs.add(run);
        }
        return HttpResponse.json(runs);
    }

    /** One run: its recipe, the findings about its health and the end of its log. */
    HttpResponse about(HttpRequest query) throws IOException {
        Optional<Path> found = folder(query);
        if (found.isEmpty()) {
            return HttpResponse.notFound();
        }
        Path folder = found.get();
        Path log = folder.resolve("log.txt");
        List<String> lines = Files.exists(log) ? Files.readAllLines(log) : List.of();
        return HttpResponse.json(Map.of(
                "id", roots.id(folder),
                "name", String.valueOf(folder.getFileName()),
                "recipe", Files.readString(folder.resolve(Run.RECIPE)),
                "health",
                        HealthFile.read(folder).stream()
                                .map(ViewedRuns::finding)
                                .toList(),
                "log", lines.subList(Math.max(0, lines.size() - LOG_LINES), lines.size()),
                "encoder", Files.exists(folder.resolve(EncoderFile.NAME)),
                "report", Files.exists(folder.resolve(Report.NAME))));
    }

    /** The curves of a run, thinned; {@code last} is its newest step. */
    HttpResponse metrics(HttpRequest query) throws IOException {
        Optional<Path> found = folder(query);
        if (found.isEmpty()) {
            return HttpResponse.notFound();
        }
        NavigableMap<Long, Map<String, Double>> rows = rows(found.get());
        return HttpResponse.json(
                Map.of("last", rows.isEmpty() ? 0 : rows.lastKey(), "curves", RunCurves.of(rows, RunCurves.POINTS)));
    }

    /** The report that a folder of a run or of a slide's map holds. */
    HttpResponse report(HttpRequest query) throws IOException {
        Optional<Path> page =
                roots.resolve(query.text("id") + "/" + Report.NAME).filter(Files::isRegularFile);
        return page.isEmpty()
                ? HttpResponse.notFound()
                : HttpResponse.page("text/html", Files.readAllBytes(page.get()));
    }

    private Optional<Path> folder(HttpRequest query) {
        return roots.resolve(query.text("id")).filter(path -> Files.isRegularFile(path.resolve(Run.RECIPE)));
    }

    private static Map<String, Object> finding(HealthFinding finding) {
        return Map.of("step", finding.step(), "severity", finding.severity().key(), "words", finding.sentence());
    }

    private static Path newest(Path folder, Path recipe) {
        Path metrics = folder.resolve(MetricsCsv.NAME);
        return Files.exists(metrics) ? metrics : recipe;
    }

    // Read again when the file changed.
    private NavigableMap<Long, Map<String, Double>> rows(Path folder) throws IOException {
        Path file = folder.resolve(MetricsCsv.NAME);
        if (!Files.exists(file)) {
            return new TreeMap<>();
        }
        long modified = Files.getLastModifiedTime(file).toMillis();
        Read before = cache.get(file);
        if (before == null || before.modified != modified) {
            before = new Read(modified, MetricsCsv.read(file));
            cache.put(file, before);
        }
        return before.rows;
    }
}
