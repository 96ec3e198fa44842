package org.cyphervit.slide.tiling;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.file.CsvTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.jspecify.annotations.Nullable;

/**
 * Tiles a cohort, slide by slide. A slide that is done leaves a record and is not done again; several processes may share an
 * output folder, each slide being claimed by one. A broken slide is told and passed over.
 */
public final class TileJob {
    /** Tiles that are read and encoded side by side before they are written in order. */
    private static final int CHUNK = 64;

    private final Path out;
    private final JobOptions options;
    private final @Nullable TileStore store;
    private final List<PlanWriter> writers;

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
        this.store = store;
        this.writers = List.copyOf(writers);
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
            if (record.isPresent() && !record.get().options().equals(options.fingerprint())) {
                throw new UserError("'" + out + "' holds tiles of '" + slide.name() + "' cut by other options ("
                        + record.get().options() + "; now " + options.fingerprint()
                        + "). Choose another --out, or cut all again with --redo.");
            }
        }
    }

    // False if another process has it.
    private boolean attempt(SlideSource slide, int number, int total, Listener listener, Outcome outcome)
            throws IOException {
        Optional<SlideRecord> before = finished(slide);
        if (before.isPresent() && !options.redo()) {
            outcome.doneBefore.add(before.get());
            return true;
        }
        try (Claim claim = Claim.take(out.resolve(".claims").resolve(slide.name() + ".lock"))
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
                SlideRecord record = cut(slide, listener);
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
        return record.isPresent() && Files.exists(slide.file()) && record.get().bytes() == Files.size(slide.file())
                ? record
                : Optional.empty();
    }

    private SlideRecord cut(SlideSource source, Listener listener) throws IOException {
        long begun = System.nanoTime();
        Files.deleteIfExists(record(source));
        try (Slide slide = Slide.open(source.file(), options.reader(), options.mpp())) {
            SlidePlan plan = SlidePlan.of(slide, options.tiling());
            List<Tile> unreadable = new ArrayList<>();
            List<List<String>> rows =
                    store == null ? places(source, plan) : tiles(store, source, plan, unreadable, listener);
            plan.drop(unreadable, Rejection.UNREADABLE);
            if (plan.kept().isEmpty() && plan.rejected().containsKey(Rejection.UNREADABLE)) {
                throw new UserError("'" + source.file() + "' is broken: "
                        + Objects.requireNonNull(plan.rejected().get(Rejection.UNREADABLE), "just seen")
                                .size()
                        + " of its tiles cannot be read and no other is worth keeping. Copy or scan it again.");
            }
            for (PlanWriter writer : writers) {
                writer.write(source, plan);
            }
            Path picture = out.resolve("qc").resolve(source.name() + ".jpg");
            Files.createDirectories(Objects.requireNonNull(picture.getParent(), "it lies in qc"));
            Files.write(picture, ImageFiles.encode(".jpg", QcPicture.draw(source.name(), plan)));
            CsvTable.write(table(source), Manifest.TILE_COLUMNS, rows);
            SlideRecord record = record(source, plan, store == null ? 0 : rows.size(), begun);
            record.write(record(source)); // last: now the slide is done
            return record;
        }
    }

    private List<List<String>> places(SlideSource source, SlidePlan plan) {
        return plan.kept().stream()
                .map(tile -> row(source, plan, tile, Orientation.AS_IS, ""))
                .toList();
    }

    private List<List<String>> tiles(
            TileStore target, SlideSource source, SlidePlan plan, List<Tile> unreadable, Listener listener)
            throws IOException {
        List<Tile> kept = plan.kept();
        List<List<String>> rows = new ArrayList<>();
        try (TileStore.Slot slot = target.open(source)) {
            for (int first = 0; first < kept.size(); first += CHUNK) {
                List<Tile> chunk = kept.subList(first, Math.min(kept.size(), first + CHUNK));
                List<List<byte[]>> encoded = IntStream.range(0, chunk.size())
                        .parallel()
                        .mapToObj(i -> encode(plan, chunk.get(i)))
                        .toList();
                for (int i = 0; i < chunk.size(); i++) {
                    Tile tile = chunk.get(i);
                    if (encoded.get(i).isEmpty()) {
                        unreadable.add(tile);
                    }
                    for (int k = 0; k < encoded.get(i).size(); k++) {
                        Orientation orientation = options.orientations().get(k);
                        String key = "x" + tile.x() + "_y" + tile.y() + orientation.suffix();
                        Map<String, Object> facts = Manifest.facts(row(source, plan, tile, orientation, ""));
                        String file = slot.add(key, encoded.get(i).get(k), facts);
                        rows.add(row(source, plan, tile, orientation, file));
                    }
                }
                listener.tiles(Math.min(kept.size(), first + CHUNK), kept.size());
            }
        }
        return rows;
    }

    // Nothing if the tile cannot be read: the rest of the slide is still worth having.
    private List<byte[]> encode(SlidePlan plan, Tile tile) {
        RgbImage image;
        try {
            image = plan.read(tile);
        } catch (UserError e) {
            return List.of();
        }
        return options.orientations().stream()
                .map(orientation -> ImageFiles.encode("." + options.format(), orientation.of(image)))
                .toList();
    }

    private List<String> row(SlideSource source, SlidePlan plan, Tile tile, Orientation orientation, String file) {
        return List.of(
                source.name(),
                source.label(),
                file,
                orientation.key(),
                String.valueOf(tile.x()),
                String.valueOf(tile.y()),
                String.valueOf(plan.grid().side()),
                String.valueOf(options.tiling().size()),
                Manifest.text(boxed(plan.tileMpp())),
                Manifest.text(
                        plan.slide().isCalibrated() ? (Double) plan.slide().mpp() : null),
                String.format(java.util.Locale.ROOT, "%.4f", tile.coverage()));
    }

    private SlideRecord record(SlideSource source, SlidePlan plan, int files, long begun) throws IOException {
        Slide slide = plan.slide();
        Map<String, Integer> rejected = new LinkedHashMap<>();
        plan.rejected().forEach((reason, tiles) -> rejected.put(reason.key(), tiles.size()));
        return new SlideRecord(
                SlideRecord.VERSION,
                source.name(),
                source.label(),
                source.file().toString(),
                Files.size(source.file()),
                options.fingerprint(),
                slide.reader(),
                slide.calibration(),
                slide.isCalibrated() ? (Double) slide.mpp() : null,
                boxed(plan.tileMpp()),
                slide.width(),
                slide.height(),
                plan.mask().threshold(),
                plan.mask().tissueShare(),
                plan.kept().size(),
                rejected,
                files,
                (System.nanoTime() - begun) / 1e9);
    }

    // All that is done, by whichever process: the last one to finish sees the records of all others.
    private void assemble(List<SlideSource> slides) throws IOException {
        Optional<Claim> claim = Claim.take(out.resolve(".claims").resolve(".manifest"));
        while (claim.isEmpty()) {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
            claim = Claim.take(out.resolve(".claims").resolve(".manifest"));
        }
        try (Claim held = claim.get()) {
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

    private static @Nullable Double boxed(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
