package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.tiling.Rejection;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.jspecify.annotations.Nullable;

/** Cuts single slides: tiles, further layouts, a quality picture and the rows of the manifest. */
final class SlideCutter {
    /** Tiles that are read and encoded side by side before they are written in order. */
    private static final int CHUNK = 64;

    private final Path out;
    private final JobOptions options;
    private final @Nullable TileStore store;
    private final List<TileJob.PlanWriter> writers;

    /** Of the job's parameters. */
    SlideCutter(Path out, JobOptions options, @Nullable TileStore store, List<TileJob.PlanWriter> writers) {
        this.out = out;
        this.options = options;
        this.store = store;
        this.writers = List.copyOf(writers);
    }

    /**
     * Does all of a slide but its record.
     *
     * @param table where its rows of the manifest go
     * @throws UserError if it cannot be read
     */
    SlideRecord cut(SlideSource source, Path table, TileJob.Listener listener) throws IOException {
        long begun = System.nanoTime();
        try (Slide slide = Slide.open(source.file(), options.reader(), options.mpp())) {
            SlidePlan plan = SlidePlan.of(slide, options.tiling());
            List<Tile> unreadable = new ArrayList<>();
            List<Tile> blurred = new ArrayList<>();
            List<List<String>> rows = store == null
                    ? places(source, plan, unreadable, blurred, listener)
                    : tiles(store, source, plan, unreadable, blurred, listener);
            plan.drop(unreadable, Rejection.UNREADABLE);
            plan.drop(blurred, Rejection.BLUR);
            if (plan.kept().isEmpty() && plan.rejected().containsKey(Rejection.UNREADABLE)) {
                throw new UserError("'" + source.file() + "' is broken: "
                        + Objects.requireNonNull(plan.rejected().get(Rejection.UNREADABLE), "just seen")
                                .size()
                        + " of its tiles cannot be read and no other is worth keeping. Copy or scan it again.");
            }
            for (TileJob.PlanWriter writer : writers) {
                writer.write(source, plan);
            }
            Path picture = out.resolve("qc").resolve(source.name() + ".jpg");
            AtomicFiles.write(picture, ImageFiles.encode(".jpg", QcPicture.draw(source.name(), plan)));
            CsvTable.write(table, Manifest.TILE_COLUMNS, rows);
            return record(source, plan, store == null ? 0 : rows.size(), begun);
        }
    }

    // Places are judged by their pixels too, or other programs would be sent to blurred ones.
    private List<List<String>> places(
            SlideSource source, SlidePlan plan, List<Tile> unreadable, List<Tile> blurred, TileJob.Listener listener) {
        List<Tile> kept = plan.kept();
        List<List<String>> rows = new ArrayList<>();
        for (int first = 0; first < kept.size(); first += CHUNK) {
            List<Tile> chunk = kept.subList(first, Math.min(kept.size(), first + CHUNK));
            List<Look> looks = chunk.parallelStream()
                    .map(tile -> look(plan, tile, options.tiling().quality().check()))
                    .toList();
            for (int i = 0; i < chunk.size(); i++) {
                if (sort(looks.get(i), chunk.get(i), unreadable, blurred)) {
                    rows.add(row(source, plan, chunk.get(i), Orientation.AS_IS, ""));
                }
            }
            listener.tiles(Math.min(kept.size(), first + CHUNK), kept.size());
        }
        return rows;
    }

    /** What became of reading a tile; the image is empty where nothing is wanted of it, or it cannot be read. */
    private record Look(boolean readable, boolean blurred, Optional<RgbImage> image) {}

    private static Look look(SlidePlan plan, Tile tile, boolean wanted) {
        if (!wanted) {
            return new Look(true, false, Optional.empty());
        }
        try {
            RgbImage image = plan.read(tile);
            return new Look(true, plan.isBlurred(image), Optional.of(image));
        } catch (UserError e) {
            return new Look(false, false, Optional.empty()); // the rest of the slide is still worth having
        }
    }

    // Whether the tile is kept.
    private static boolean sort(Look look, Tile tile, List<Tile> unreadable, List<Tile> blurred) {
        if (!look.readable) {
            unreadable.add(tile);
        } else if (look.blurred) {
            blurred.add(tile);
        }
        return look.readable && !look.blurred;
    }

    private List<List<String>> tiles(
            TileStore target,
            SlideSource source,
            SlidePlan plan,
            List<Tile> unreadable,
            List<Tile> blurred,
            TileJob.Listener listener)
            throws IOException {
        List<Tile> kept = plan.kept();
        List<List<String>> rows = new ArrayList<>();
        try (TileStore.Slot slot = target.open(source)) {
            for (int first = 0; first < kept.size(); first += CHUNK) {
                List<Tile> chunk = kept.subList(first, Math.min(kept.size(), first + CHUNK));
                List<Look> looks = chunk.parallelStream()
                        .map(tile -> look(plan, tile, true))
                        .toList();
                List<List<byte[]>> encoded =
                        looks.parallelStream().map(this::encode).toList();
                for (int i = 0; i < chunk.size(); i++) {
                    Tile tile = chunk.get(i);
                    sort(looks.get(i), tile, unreadable, blurred);
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

    // Nothing of a tile that is not kept.
    private List<byte[]> encode(Look look) {
        if (look.blurred || look.image.isEmpty()) {
            return List.of();
        }
        RgbImage image = look.image.get();
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
                Manifest.text(Manifest.boxed(plan.tileMpp())),
                Manifest.text(
                        plan.slide().isCalibrated() ? (Double) plan.slide().mpp() : null),
                String.format(Locale.ROOT, "%.4f", tile.coverage()));
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
                source.bytes(),
                options.fingerprint(),
                slide.reader(),
                slide.calibration(),
                slide.isCalibrated() ? (Double) slide.mpp() : null,
                slide.isScaleGiven() ? (Double) slide.mpp() : null,
                Manifest.boxed(plan.tileMpp()),
                slide.width(),
                slide.height(),
                plan.mask().threshold(),
                plan.mask().tissueShare(),
                plan.kept().size(),
                rejected,
                files,
                (System.nanoTime() - begun) / 1e9);
    }
}
