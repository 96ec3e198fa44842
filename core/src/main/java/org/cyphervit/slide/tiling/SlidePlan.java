package org.cyphervit.slide.tiling;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.quality.Artefact;
import org.cyphervit.slide.quality.ArtefactMask;
import org.cyphervit.slide.quality.Focus;
import org.cyphervit.slide.quality.QualityOptions;
import org.cyphervit.slide.tissue.Overview;
import org.cyphervit.slide.tissue.PixelKind;
import org.cyphervit.slide.tissue.TissueMask;

/** Which tiles of a slide are kept, and why the others are not; no tile is read for it. */
public final class SlidePlan {
    /** Glass that is tinted, with nothing on it, varies less than this: standard deviation in grey levels at 8 um. */
    private static final double LEAST_STRUCTURE = 1.5;

    private static final double EXACT = 1e-9;

    private final Slide slide;
    private final TilingOptions options;
    private final double downsample;
    private final TileGrid grid;
    private final TissueMask mask;
    private final ArtefactMask artefacts;
    private final List<Tile> kept = new ArrayList<>();
    private final Map<Rejection, List<Tile>> rejected = new EnumMap<>(Rejection.class);

    private SlidePlan(Slide slide, TilingOptions options, double downsample, TissueMask mask, ArtefactMask artefacts) {
        this.slide = slide;
        this.artefacts = artefacts;
        this.options = options;
        this.downsample = downsample;
        this.mask = mask;
        this.grid = TileGrid.of(slide.bounds(), downsample, options);
    }

    /**
     * Looks at a slide from far and decides.
     *
     * @throws UserError if tiles are asked for in microns and the slide's scale is not known
     */
    public static SlidePlan of(Slide slide, TilingOptions options) {
        double mask = options.tissue().mpp();
        boolean asIs = options.mpp().isEmpty();
        double downsample = asIs ? 1 : options.mpp().getAsDouble() / slide.mpp();
        double far = Math.max(1, asIs ? TilingOptions.FIELD_DOWNSAMPLE : mask / slide.mpp());
        // Pixels without a scale count as microns of the mask's.
        double farMpp = asIs ? mask : far * slide.mpp();
        TissueMask tissue = TissueMask.of(Overview.of(slide, far), farMpp, options.tissue());
        SlidePlan plan = new SlidePlan(slide, options, downsample, tissue, ArtefactMask.of(tissue, farMpp));
        for (int i = 0; i < plan.grid.size(); i++) {
            plan.decide(plan.grid.x(i), plan.grid.y(i));
        }
        return plan;
    }

    private void decide(long x, long y) {
        double side = grid.side();
        Tile tile = new Tile(x, y, mask.coverage(x, y, side));
        int[] counts = new int[PixelKind.values().length];
        double deviation = look(tile, counts);
        double total = Math.max(1, java.util.Arrays.stream(counts).sum());
        Optional<Rejection> spoilt = spoilt(tile, counts[PixelKind.PEN.ordinal()] / total);
        if (tile.coverage() + EXACT < options.minTissue()) {
            Rejection reason = strongest(counts);
            reject(tile, reason == Rejection.DARK ? spoilt.orElse(reason) : reason);
        } else if (spoilt.isPresent()) {
            reject(tile, spoilt.get());
        } else if (counts[PixelKind.UNREADABLE.ordinal()] > 0) {
            reject(tile, Rejection.UNREADABLE);
        } else if (deviation < LEAST_STRUCTURE && options.minTissue() > 0) {
            reject(tile, Rejection.BLANK);
        } else {
            kept.add(tile);
        }
    }

    // What spoils a tile that may have tissue enough. Ink of strong colours is seen whether or not the rest is checked.
    private Optional<Rejection> spoilt(Tile tile, double ink) {
        QualityOptions limits = options.quality();
        if (ink > limits.pen()) {
            return Optional.of(Rejection.PEN);
        }
        if (!limits.check()) {
            return Optional.empty();
        }
        double side = grid.side();
        if (artefacts.penShare(tile.x(), tile.y(), side) > limits.pen()) {
            return Optional.of(Rejection.PEN);
        }
        if (artefacts.share(Artefact.BUBBLE, tile.x(), tile.y(), side) > limits.bubble()) {
            return Optional.of(Rejection.BUBBLE);
        }
        return artefacts.share(Artefact.FOLD, tile.x(), tile.y(), side) > limits.fold()
                ? Optional.of(Rejection.FOLD)
                : Optional.empty();
    }

    /**
     * Whether the pixels of a tile are out of focus; never where the limits do not ask for it, or the tile's scale is
     * not known or too coarse to tell.
     */
    public boolean isBlurred(RgbImage pixels) {
        OptionalDouble mpp = tileMpp();
        return options.quality().check()
                && options.quality().focus() > 0
                && mpp.isPresent()
                && Focus.tells(mpp.getAsDouble())
                && Focus.of(pixels, mpp.getAsDouble()) < options.quality().focus();
    }

    /** What spoils the tissue, as seen from far. */
    public ArtefactMask artefacts() {
        return artefacts;
    }

    // Counts what the tile's pixels of the overview show; gives the standard deviation of their green.
    private double look(Tile tile, int[] counts) {
        Overview overview = mask.overview();
        RgbImage image = overview.image();
        double left = (tile.x() - overview.bounds().x()) / overview.downsample();
        double top = (tile.y() - overview.bounds().y()) / overview.downsample();
        double size = grid.side() / overview.downsample();
        int toX = (int) Math.clamp(Math.ceil(left + size - EXACT), 1, image.width());
        int toY = (int) Math.clamp(Math.ceil(top + size - EXACT), 1, image.height());
        long sum = 0;
        long squares = 0;
        int n = 0;
        for (int y = (int) Math.clamp(top, 0, toY - 1); y < toY; y++) {
            for (int x = (int) Math.clamp(left, 0, toX - 1); x < toX; x++) {
                counts[mask.at(x, y).ordinal()]++;
                int green = image.at(x, y, 1);
                sum += green;
                squares += (long) green * green;
                n++;
            }
        }
        double mean = (double) sum / n;
        // A tile of few pixels says nothing of its structure.
        return n < 16 ? Double.POSITIVE_INFINITY : Math.sqrt(Math.max(0, (double) squares / n - mean * mean));
    }

    // What most of the rest is.
    private static Rejection strongest(int[] counts) {
        Rejection reason = Rejection.GLASS;
        int most = counts[PixelKind.GLASS.ordinal()];
        Map<PixelKind, Rejection> others = Map.of(
                PixelKind.PEN,
                Rejection.PEN,
                PixelKind.DARK,
                Rejection.DARK,
                PixelKind.UNREADABLE,
                Rejection.UNREADABLE);
        for (PixelKind kind : List.of(PixelKind.PEN, PixelKind.DARK, PixelKind.UNREADABLE)) {
            if (counts[kind.ordinal()] > most) {
                most = counts[kind.ordinal()];
                reason = others.getOrDefault(kind, reason);
            }
        }
        return reason;
    }

    private void reject(Tile tile, Rejection reason) {
        rejected.computeIfAbsent(reason, key -> new ArrayList<>()).add(tile);
    }

    /** Takes tiles out that turned out to be no good. */
    public void drop(List<Tile> tiles, Rejection reason) {
        tiles.forEach(tile -> reject(tile, reason));
        kept.removeAll(java.util.Set.copyOf(tiles));
    }

    public Slide slide() {
        return slide;
    }

    public TilingOptions options() {
        return options;
    }

    public TileGrid grid() {
        return grid;
    }

    public TissueMask mask() {
        return mask;
    }

    /** Level-0 pixels per pixel of a tile. */
    public double downsample() {
        return downsample;
    }

    /** Microns per pixel of the tiles; empty where it is not known, pixels being taken as they are. */
    public OptionalDouble tileMpp() {
        if (options.mpp().isPresent()) {
            return options.mpp();
        }
        return slide.isCalibrated() ? OptionalDouble.of(slide.mpp()) : OptionalDouble.empty();
    }

    /** Row by row. */
    public List<Tile> kept() {
        return kept;
    }

    /** The others by reason; reasons that no tile has are missing. */
    public Map<Rejection, List<Tile>> rejected() {
        return rejected;
    }

    /**
     * The pixels of a tile.
     *
     * @throws UserError if they cannot be read
     */
    public RgbImage read(Tile tile) {
        return slide.read(tile.x(), tile.y(), downsample, options.size(), options.size());
    }
}
