package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.file.FileClaim;
import org.cyphervit.slide.tiling.SlidePlan;
import org.jspecify.annotations.Nullable;

/**
 * Tiles a cohort, slide by slide. A slide that is done leaves a record and is not done again; several processes may share an
 * output folder, each slide being claimed by one. A broken slide is told and passed over.
 */
public final class TileJob {
    private final Path out;
    private final JobOptions options;
    private final SlideCutter cutter;

    /** Writes the places of a slide's tiles in another program's layout. */
    @FunctionalInterface
    public interface PlanWriter {
        void write(SlideSource slide, SlidePlan plan) throws IOException;
    }

    /** Hears how the job gets on. */
    public interface Listener {
        /** A slide is taken up; {@code number} counts from 1. */
        void began(SlideSource slide, int number, int total);

        /** So many tiles of it are done. */
        void tiles(int done, int total);

        /** A slide is done. */
        void finished(SlideRecord record);

        /** A slide could not be read. */
        void failed(SlideSource slide, String why);
    }

    /**
     * What became of a cohort.
     *
     * @param done in this run
     * @param doneBefore records of earlier runs
     * @param elsewhere names of slides that another process is doing
     * @param failed messages by name of the slide
     */
    public record Outcome(
            List<SlideRecord> done, List<SlideRecord> doneBefore, List<String> elsewhere, Map<String, String> failed) {}

    /**
     * A job.
     *
     * @param out the output folder
     * @param store where tiles go; null to write places only
     * @param writers of further layouts
     */
    public TileJob(Path out, JobOptions options, @Nullable TileStore store, List<PlanWriter> writers) {
        this.out = out;
        this.options = options;
        this.cutter = new SlideCutter(out, options, store, writers);
    }

    /**
     * Does the slides that are not done.
     *
     * @throws UserError if the folder holds slides that were tiled by other options
     */
    public Outcome run(List<SlideSource> slides, Listener listener) throws IOException {
        Outcome outcome = new Outcome(new ArrayList<>(), new ArrayList<>(), new ArrayList<>(), new LinkedHashMap<>());
        refuseOthers(slides);
        List<SlideSource> waiting = new ArrayList<>();
        int number = 0;
        for (SlideSource slide : slides) {
            if (!attempt(slide, ++number, slides.size(), listener, outcome)) {
                waiting.add(slide);
            }
        }
        // Who had them may have been killed since.
        for (SlideSource slide : waiting) {
            if (!attempt(slide, number, slides.size(), listener, outcome)) {
                outcome.elsewhere.add(slide.name());
            }
        }
        assemble(slides);
        return outcome;
    }

    private void refuseOthers(List<SlideSource> slides) throws IOException {
        for (SlideSource slide : options.redo() ? List.<SlideSource>of() : slides) {
            Optional<SlideRecord> record = SlideRecord.read(record(slide));
            if (record.isPresent() && !tells(record.get()).equals(options.fingerprint() + scale(record.get()))) {
                throw new UserError("'" + out + "' holds tiles of '" + slide.name() + "' cut by other options ("
                        + tells(record.get()) + "; now " + options.fingerprint() + scale(record.get())
                        + "). Choose another folder, or cut all again (setting 'redo').");
            }
        }
    }

    private static String tells(SlideRecord record) {
        return record.options() + (record.givenMpp() == null ? "" : "; scale given: " + record.givenMpp());
    }

    // The scale that the user gives matters to the slides that do not say their scale, and to no other.
    private String scale(SlideRecord record) {
        return record.givenMpp() == null ? "" : "; scale given: " + Manifest.text(Manifest.boxed(options.mpp()));
    }

    // False if another process has it.
    private boolean attempt(SlideSource slide, int number, int total, Listener listener, Outcome outcome)
            throws IOException {
        Optional<SlideRecord> before = finished(slide);
        if (before.isPresent() && !options.redo()) {
            outcome.doneBefore.add(before.get());
            return true;
        }
        try (FileClaim claim = FileClaim.take(out.resolve(".claims").resolve(slide.name() + ".lock"))
                .orElse(null)) {
            if (claim == null) {
                return false;
            }
            before = finished(slide); // another process may have come first
            if (before.isPresent() && !options.redo()) {
                outcome.doneBefore.add(before.get());
                return true;
            }
            listener.began(slide, number, total);
            try {
                Files.deleteIfExists(record(slide));
                SlideRecord record = cutter.cut(slide, table(slide), listener);
                record.write(record(slide)); // last: now the slide is done
                outcome.done.add(record);
                listener.finished(record);
            } catch (UserError e) {
                String why = String.valueOf(e.getMessage());
                outcome.failed.put(slide.name(), why);
                listener.failed(slide, why);
            }
            return true;
        }
    }

    private Optional<SlideRecord> finished(SlideSource slide) throws IOException {
        Optional<SlideRecord> record = SlideRecord.read(record(slide));
        return record.isPresent()
                        && Files.exists(slide.address().file())
                        && record.get().bytes() == slide.bytes()
                ? record
                : Optional.empty();
    }

    // All that is done, by whichever process: the last one to finish sees the records of all others.
    private void assemble(List<SlideSource> slides) throws IOException {
        try (FileClaim claim = FileClaim.await(out.resolve(".claims").resolve(".manifest"))) {
            List<SlideRecord> records = new ArrayList<>();
            List<Path> tables = new ArrayList<>();
            for (SlideSource slide : slides) {
                Optional<SlideRecord> record = SlideRecord.read(record(slide));
                if (record.isPresent()) {
                    records.add(record.get());
                    tables.add(table(slide));
                }
            }
            Manifest.write(out, records, tables);
        }
    }

    private Path record(SlideSource slide) {
        return out.resolve("records").resolve(slide.name() + ".json");
    }

    private Path table(SlideSource slide) {
        return out.resolve("records").resolve(slide.name() + ".csv");
    }
}
