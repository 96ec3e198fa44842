package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.slide.quality.Artefact;
import org.cyphervit.slide.quality.Focus;
import org.cyphervit.slide.tiling.Rejection;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.slide.tiling.TilingOptions;

/**
 * What is wrong with the tissue of a slide, tile by tile; nothing is cut.
 *
 * @param slide name
 * @param tissueTiles with tissue enough
 * @param usable those of them without artefacts
 * @param rejected the others by reason, and tiles without tissue
 * @param focus median sharpness of the tiles with tissue; NaN if the scale is not known or too coarse
 */
public record QualityCheck(String slide, int tissueTiles, int usable, Map<String, Integer> rejected, double focus) {
    private static final List<String> COLUMNS =
            List.of("x", "y", "size_level0", "coverage", "reason", "focus", "pen", "fold", "bubble");

    /** Share of the tiles with tissue that can be used. */
    public double usableShare() {
        return tissueTiles == 0 ? 0 : (double) usable / tissueTiles;
    }

    /**
     * Checks a slide; leaves a picture and a table of its tiles.
     *
     * @param mpp microns per pixel of a slide that does not say it
     * @param out folder of NAME.jpg and NAME.csv
     * @param look sees what became of the slide's tiles
     * @throws UserError if the slide cannot be read
     */
    public static QualityCheck of(
            SlideSource source, TilingOptions options, SlideReader reader, OptionalDouble mpp, Path out, Look look)
            throws IOException {
        try (Slide slide = Slide.open(source.file(), reader, mpp)) {
            SlidePlan plan = SlidePlan.of(slide, options);
            Map<Tile, Double> sharpness = new LinkedHashMap<>();
            List<Tile> unreadable = new ArrayList<>();
            List<Tile> blurred = new ArrayList<>();
            focus(plan, sharpness, unreadable, blurred);
            plan.drop(unreadable, Rejection.UNREADABLE);
            plan.drop(blurred, Rejection.BLUR);
            Path picture = out.resolve(source.name() + ".jpg");
            AtomicFiles.write(picture, ImageFiles.encode(".jpg", QcPicture.draw(source.name(), plan)));
            CsvTable.write(out.resolve(source.name() + ".csv"), COLUMNS, rows(plan, sharpness));
            look.at(plan);
            return of(source, plan, sharpness);
        }
    }

    /** Sees a slide whose tiles were judged while it is open. */
    @FunctionalInterface
    public interface Look {
        void at(SlidePlan plan) throws IOException;
    }

    private static void focus(SlidePlan plan, Map<Tile, Double> sharpness, List<Tile> unreadable, List<Tile> blurred) {
        OptionalDouble mpp = plan.tileMpp();
        boolean tells = mpp.isPresent() && Focus.tells(mpp.getAsDouble());
        double[] values = plan.kept().parallelStream()
                .mapToDouble(tile -> {
                    try {
                        RgbImage pixels = plan.read(tile);
                        return tells ? Focus.of(pixels, mpp.getAsDouble()) : Double.NaN;
                    } catch (UserError e) {
                        return -1;
                    }
                })
                .toArray();
        for (int i = 0; i < values.length; i++) {
            Tile tile = plan.kept().get(i);
            if (values[i] < 0) {
                unreadable.add(tile);
            } else if (!Double.isNaN(values[i])) {
                sharpness.put(tile, values[i]);
                if (plan.options().quality().check()
                        && values[i] < plan.options().quality().focus()) {
                    blurred.add(tile);
                }
            }
        }
    }

    private static QualityCheck of(SlideSource source, SlidePlan plan, Map<Tile, Double> sharpness) {
        Map<String, Integer> rejected = new LinkedHashMap<>();
        int spoilt = 0;
        for (Map.Entry<Rejection, List<Tile>> entry : plan.rejected().entrySet()) {
            rejected.put(entry.getKey().key(), entry.getValue().size());
            boolean tissue = entry.getKey() != Rejection.GLASS && entry.getKey() != Rejection.DARK;
            spoilt += tissue ? entry.getValue().size() : 0;
        }
        double[] sorted = sharpness.values().stream()
                .mapToDouble(Double::doubleValue)
                .filter(Double::isFinite)
                .sorted()
                .toArray();
        return new QualityCheck(
                source.name(),
                plan.kept().size() + spoilt,
                plan.kept().size(),
                rejected,
                sorted.length == 0 ? Double.NaN : sorted[sorted.length / 2]);
    }

    private static List<List<String>> rows(SlidePlan plan, Map<Tile, Double> sharpness) {
        Map<Tile, String> reasons = new LinkedHashMap<>();
        plan.kept().forEach(tile -> reasons.put(tile, ""));
        plan.rejected().forEach((reason, tiles) -> tiles.forEach(tile -> reasons.put(tile, reason.key())));
        double side = plan.grid().side();
        List<List<String>> rows = new ArrayList<>();
        Set<Tile> seen = new HashSet<>(reasons.keySet());
        for (Tile tile : seen.stream()
                .sorted((a, b) -> Arrays.compare(place(a), place(b)))
                .toList()) {
            Double focus = sharpness.get(tile);
            rows.add(List.of(
                    String.valueOf(tile.x()),
                    String.valueOf(tile.y()),
                    String.valueOf(side),
                    number(tile.coverage()),
                    String.valueOf(reasons.get(tile)),
                    focus == null || focus.isInfinite() ? "" : number(focus),
                    number(plan.artefacts().penShare(tile.x(), tile.y(), side)),
                    number(plan.artefacts().share(Artefact.FOLD, tile.x(), tile.y(), side)),
                    number(plan.artefacts().share(Artefact.BUBBLE, tile.x(), tile.y(), side))));
        }
        return rows;
    }

    private static long[] place(Tile tile) {
        return new long[] {tile.y(), tile.x()};
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.4f", value);
    }
}
