package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Consumer;
import java.util.zip.CRC32;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.eval.table.Table;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.train.Run;
import tools.jackson.databind.JsonNode;

/**
 * An evaluation as it lies in the folder {@code results} of a run that it judged, where reports find it.
 *
 * @param version of this form
 * @param evaluation its name, such as {@code linear} or {@code maps}
 * @param of what it depends on besides the encoders: fingerprints of the tiles, settings
 * @param on the tiles, for people
 * @param made when, ISO local time
 * @param step of the run that was judged, 0 where it measured none: an encoder that learnt on is another
 * @param encoders names of those judged together, such as seeds
 * @param table for people, with what is to be said below it
 * @param floors names of the table's rows that the others must beat
 * @param numbers what {@code evaluate --json} prints
 */
public record Evaluation(
        int version,
        String evaluation,
        String of,
        String on,
        String made,
        long step,
        List<String> encoders,
        Table table,
        List<String> floors,
        JsonNode numbers) {
    private static final String FOLDER = "results";

    /** What a command found, to be kept by the runs it judged. */
    public record Found(
            String evaluation, String of, String on, Table table, List<String> floors, Map<String, Object> numbers) {}

    /** Writes it into each run's folder; files of weights without a run have no such place and are passed over. */
    public static void keep(List<Path> encoders, Found found) throws IOException {
        List<String> names = encoders.stream().map(RunSection::name).toList();
        String made = LocalDateTime.now(ZoneId.systemDefault())
                .truncatedTo(ChronoUnit.SECONDS)
                .toString();
        for (Path run : encoders) {
            if (Files.exists(run.resolve(Run.RECIPE))) {
                Evaluation kept = new Evaluation(
                        1,
                        found.evaluation,
                        found.of,
                        found.on,
                        made,
                        step(run),
                        names,
                        found.table,
                        found.floors,
                        ConfigTree.of(found.numbers));
                AtomicFiles.write(
                        run.resolve(FOLDER).resolve(kept.file()),
                        ConfigTree.of(kept).toPrettyString() + "\n");
            }
        }
    }

    /**
     * Those of a run's encoder as it is now, the newest first.
     *
     * @param tell is told of what is left out, and why
     */
    public static List<Evaluation> all(Path run, Consumer<String> tell) throws IOException {
        List<Evaluation> all = new ArrayList<>();
        Path folder = run.resolve(FOLDER);
        if (!Files.isDirectory(folder)) {
            return all;
        }
        long now = step(run);
        try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.json")) {
            for (Path file : files) {
                try {
                    Evaluation kept =
                            ConfigTree.to(ConfigTree.parse(Files.readString(file)), Evaluation.class, file.toString());
                    if (kept.step == now) {
                        all.add(kept);
                    } else {
                        tell.accept("%s is left out: it judged step %d, and the run is at %d now. Evaluate again."
                                .formatted(file, kept.step, now));
                    }
                } catch (UserError e) {
                    tell.accept(file + " is left out: " + e.getMessage());
                }
            }
        }
        all.sort(Comparator.comparing(Evaluation::made).reversed().thenComparing(Evaluation::file));
        return all;
    }

    // The same evaluation of the same encoders on the same tiles again takes the place of the one before.
    private String file() {
        CRC32 sum = new CRC32();
        sum.update((of + encoders).getBytes(StandardCharsets.UTF_8));
        return String.format(Locale.ROOT, "%s-%08x.json", evaluation, sum.getValue());
    }

    private static long step(Path run) throws IOException {
        Path file = run.resolve(MetricsCsv.NAME);
        var rows = Files.exists(file) ? MetricsCsv.read(file) : null;
        return rows == null || rows.isEmpty() ? 0 : rows.lastKey();
    }
}
