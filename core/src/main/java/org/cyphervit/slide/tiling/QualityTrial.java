package org.cyphervit.slide.tiling;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.IntConsumer;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.ArtefactPainter;
import org.cyphervit.slide.Slide;

/**
 * How well quality control finds artefacts: each kind is painted many times over real tissue, at drawn places and sizes, and the
 * tiles that it covers are counted as found or missed, those it leaves alone as kept or rejected by mistake.
 */
public final class QualityTrial {
    /** A tile with this share of the artefact should be rejected; between this and none nothing is asked. */
    private static final double SPOILT = 0.4;

    private static final int GRID = 12;

    private QualityTrial() {}

    /** What is painted, and the reason that its tiles should be rejected for. */
    public enum Kind {
        RED_PEN(Rejection.PEN, 0xc81e28),
        GREEN_PEN(Rejection.PEN, 0x148c3c),
        BLUE_PEN(Rejection.PEN, 0x1e3ca0),
        BLACK_PEN(Rejection.PEN, 0x1c1c20),
        FOLD(Rejection.FOLD, 0),
        BUBBLE(Rejection.BUBBLE, 0),
        BLUR(Rejection.BLUR, 0);

        private final Rejection reason;
        private final int rgb;

        Kind(Rejection reason, int rgb) {
            this.reason = reason;
            this.rgb = rgb;
        }
    }

    /**
     * Counts of tiles that are kept on the slide as it is.
     *
     * @param spoilt tiles that the artefact covers
     * @param found those that are rejected
     * @param named those that are rejected for the right reason
     * @param clean tiles that it does not touch
     * @param lost those that are rejected
     */
    public record Outcome(int spoilt, int found, int named, int clean, int lost) {
        Outcome plus(Outcome other) {
            return new Outcome(
                    spoilt + other.spoilt,
                    found + other.found,
                    named + other.named,
                    clean + other.clean,
                    lost + other.lost);
        }

        /** Share of the spoilt tiles that were found. */
        public double recall() {
            return (double) found / spoilt;
        }

        /** Share of the untouched tiles that were rejected. */
        public double falsePositives() {
            return (double) lost / clean;
        }
    }

    /**
     * Paints and counts.
     *
     * @param slides of known scale, with tissue free of artefacts
     * @param draws paintings of each kind on each slide
     * @param progress receives how many paintings are done
     * @throws UserError if no slide keeps a tile
     */
    public static Map<Kind, Outcome> run(
            List<Slide> slides, TilingOptions options, int draws, long seed, IntConsumer progress) {
        Map<Kind, Outcome> outcomes = new LinkedHashMap<>();
        int done = 0;
        for (Slide slide : slides) {
            Map<Tile, Rejection> before = new LinkedHashMap<>();
            List<Tile> kept = new ArrayList<>();
            judge(slide, options, before, kept);
            if (kept.isEmpty()) {
                throw new UserError(
                        "'" + slide.path() + "' keeps no tile as it is; paint over a slide with clean tissue.");
            }
            for (Kind kind : Kind.values()) {
                Random random = new Random(seed + 31L * kind.ordinal());
                for (int i = 0; i < draws; i++) {
                    ArtefactPainter.Paint paint = draw(kind, kept.get(random.nextInt(kept.size())), slide, random);
                    outcomes.merge(kind, trial(slide, options, kind, paint, kept), Outcome::plus);
                    progress.accept(++done);
                }
            }
        }
        return outcomes;
    }

    private static Outcome trial(
            Slide slide, TilingOptions options, Kind kind, ArtefactPainter.Paint paint, List<Tile> before) {
        Map<Tile, Rejection> rejected = new LinkedHashMap<>();
        List<Tile> kept = new ArrayList<>();
        SlidePlan plan = judge(ArtefactPainter.over(slide, List.of(paint)), options, rejected, kept);
        Map<Long, Rejection> reasons = new LinkedHashMap<>();
        rejected.forEach((tile, reason) -> reasons.put(tile.y() << 32 | tile.x(), reason));
        Outcome sum = new Outcome(0, 0, 0, 0, 0);
        for (Tile tile : before) {
            double share = share(paint, tile, plan.grid().side(), slide.mpp());
            Rejection reason = reasons.get(tile.y() << 32 | tile.x());
            if (share >= SPOILT) {
                sum = sum.plus(new Outcome(1, reason == null ? 0 : 1, reason == kind.reason ? 1 : 0, 0, 0));
            } else if (share == 0) {
                sum = sum.plus(new Outcome(0, 0, 0, 1, reason == null ? 0 : 1));
            }
        }
        return sum;
    }

    private static SlidePlan judge(Slide slide, TilingOptions options, Map<Tile, Rejection> rejected, List<Tile> kept) {
        SlidePlan plan = SlidePlan.of(slide, options);
        plan.rejected().forEach((reason, tiles) -> tiles.forEach(tile -> rejected.put(tile, reason)));
        List<Tile> blurred = plan.kept().parallelStream()
                .filter(tile -> {
                    RgbImage pixels = plan.read(tile);
                    return plan.isBlurred(pixels);
                })
                .toList();
        blurred.forEach(tile -> rejected.put(tile, Rejection.BLUR));
        Set<Tile> out = new HashSet<>(blurred);
        plan.kept().stream().filter(tile -> !out.contains(tile)).forEach(kept::add);
        return plan;
    }

    // Lengths are microns.
    private static ArtefactPainter.Paint draw(Kind kind, Tile tile, Slide slide, Random random) {
        double x = tile.x() * slide.mpp() + 112 * random.nextDouble();
        double y = tile.y() * slide.mpp() + 112 * random.nextDouble();
        return switch (kind) {
            case RED_PEN, GREEN_PEN, BLUE_PEN, BLACK_PEN ->
                new ArtefactPainter.Pen(line(x, y, 700, random), 100 + 100 * random.nextDouble(), kind.rgb);
            case FOLD -> new ArtefactPainter.Fold(line(x, y, 500, random), 35 + 35 * random.nextDouble());
            case BUBBLE -> new ArtefactPainter.Bubble(x, y, 120 + 160 * random.nextDouble());
            case BLUR -> new ArtefactPainter.Blur(x, y, 150 + 200 * random.nextDouble(), 2 + 3 * random.nextDouble());
        };
    }

    private static double[] line(double x, double y, double length, Random random) {
        double angle = 2 * Math.PI * random.nextDouble();
        double bend = angle + 0.6 * (random.nextDouble() - 0.5);
        double half = length / 2;
        return new double[] {
            x - half * Math.cos(angle),
            y - half * Math.sin(angle),
            x,
            y,
            x + half * Math.cos(bend),
            y + half * Math.sin(bend)
        };
    }

    private static double share(ArtefactPainter.Paint paint, Tile tile, double side, double mpp) {
        int inside = 0;
        for (int i = 0; i < GRID * GRID; i++) {
            int row = i / GRID;
            double x = (tile.x() + (i % GRID + 0.5) * side / GRID) * mpp;
            double y = (tile.y() + (row + 0.5) * side / GRID) * mpp;
            inside += paint.depth(x, y) > 0 ? 1 : 0;
        }
        return (double) inside / (GRID * GRID);
    }
}
