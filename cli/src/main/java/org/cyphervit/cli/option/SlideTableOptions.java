package org.cyphervit.cli.option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.cli.terminal.Progress;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.FeatureFolder;
import org.cyphervit.mil.bag.SlideTable;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.bag.TableOptions;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Slides to learn from: their features, their table and how it is read. */
public final class SlideTableOptions {
    @Option(names = "--features", required = true, paramLabel = "FOLDER", description = "Features of the slides.")
    private Path features = Path.of(".");

    @Option(
            names = "--table",
            required = true,
            paramLabel = "CSV",
            description = "A row for each slide, with columns slide, patient, and label or time and event.")
    private Path table = Path.of(".");

    @Option(
            names = "--task",
            defaultValue = "classes",
            description = "classes, number or survival. Default: ${DEFAULT-VALUE}.")
    private String task = "classes";

    @Option(
            names = "--slide-column",
            defaultValue = "slide",
            paramLabel = "NAME",
            description = "Column of the table that names the slide. Default: slide.")
    private String slide = "slide";

    @Option(
            names = "--patient-column",
            defaultValue = "patient",
            paramLabel = "NAME",
            description = "'none' where every slide is of a patient of its own. Default: patient.")
    private String patient = "patient";

    @Option(
            names = "--label-column",
            defaultValue = "label",
            paramLabel = "NAME",
            description = "Classes or numbers. Default: label.")
    private String label = "label";

    @Option(
            names = "--time-column",
            defaultValue = "time",
            paramLabel = "NAME",
            description = "Column of the time to the event or to the end of watching. Default: time.")
    private String time = "time";

    @Option(
            names = "--event-column",
            defaultValue = "event",
            paramLabel = "NAME",
            description = "1, true or yes where the event was seen. Default: event.")
    private String event = "event";

    @Option(
            names = "--bag",
            paramLabel = "UNIT",
            description =
                    "slide, or patient to take all slides of a patient as one bag. Default: slide; survival: patient.")
    private @Nullable String bag;

    @Option(
            names = "--leave-out",
            description = "Leave out rows without features or target, and count them, instead of refusing the table.")
    private boolean leaveOut;

    public Path features() {
        return features;
    }

    public Path table() {
        return table;
    }

    public String slideColumn() {
        return slide;
    }

    public SlideTask task() {
        return SlideTask.named(task);
    }

    /** {@link #open(Path, Path)} of {@link #features}. */
    public FeatureFolder open(Path out) throws IOException {
        return open(features, out);
    }

    /** Opens a folder of features; what must be unpacked goes into a folder beside the output. */
    public static FeatureFolder open(Path features, Path out) throws IOException {
        return FeatureFolder.open(
                features, Files.createDirectories(out.toAbsolutePath()).resolve("scratch"));
    }

    /** The cohort of a folder; tells what was not used. */
    public Cohort read(FeatureFolder features) throws IOException {
        TableOptions options = options();
        SlideTable read = SlideTable.read(table, options);
        Cohort cohort = Cohort.of(
                features,
                read,
                options,
                new Progress("looking through slides", read.rows().size()));
        Cohort.Counts counts = cohort.counts();
        System.err.printf(
                Locale.ROOT,
                "%s of %s, %s of %s%s%n",
                Words.count(counts.slides(), "slide"),
                Words.count(counts.patients(), "patient"),
                Words.count(counts.tiles(), "tile"),
                Words.count(cohort.width(), "feature"),
                cohort.encoder() == null ? "" : " of the encoder " + cohort.encoder());
        if (counts.withoutFeatures() + counts.withoutTarget() + counts.notInTable() > 0) {
            System.err.printf(
                    "Not used: %s without features, %s without a target, %s that the table does not name%n",
                    Words.count(counts.withoutFeatures(), "row"),
                    Words.count(counts.withoutTarget(), "row"),
                    Words.count(counts.notInTable(), "slide"));
        }
        return cohort;
    }

    private TableOptions options() {
        String unit = bag != null ? bag : task() == SlideTask.SURVIVAL ? "patient" : "slide";
        if (!unit.equals("slide") && !unit.equals("patient")) {
            throw new UserError("--bag is slide or patient; got '" + unit + "'.");
        }
        boolean known = !patient.equals("none");
        return new TableOptions(
                task(),
                slide,
                known ? patient : null,
                label,
                time,
                event,
                unit.equals("patient") && (known || bag != null),
                leaveOut);
    }

    /** What stands beside every result. */
    public static Map<String, Object> counts(Cohort cohort) {
        Cohort.Counts counts = cohort.counts();
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bags", counts.examples());
        json.put("slides", counts.slides());
        json.put("patients", counts.patients());
        json.put("tiles", counts.tiles());
        json.put("without_features", counts.withoutFeatures());
        json.put("without_target", counts.withoutTarget());
        json.put("not_in_table", counts.notInTable());
        return json;
    }
}
