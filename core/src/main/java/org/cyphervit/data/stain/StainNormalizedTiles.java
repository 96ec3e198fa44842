package org.cyphervit.data.stain;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;

/**
 * Tiles normalized as they are read. A tile that cannot be measured, such as glass, comes as it is and is named in {@link
 * #unchanged}.
 */
public final class StainNormalizedTiles extends RecoloredTiles {
    // Enough for stains to two digits, and at most two million pixels in memory.
    private static final int MOST_TILES = 32;
    private static final int MOST_PIXELS_PER_TILE = 1 << 16;

    private final StainMethod method;
    private final StainFit target;
    private final StainOptions options;
    private final Map<String, List<Integer>> members = new HashMap<>();
    private final Map<String, Optional<StainFit>> fits = new ConcurrentHashMap<>();
    private final Set<String> unchanged = ConcurrentHashMap.newKeySet();

    /**
     * @throws UserError if the target cannot be used, or tiles shall be measured by group and have none
     */
    public StainNormalizedTiles(TileSource source, StainMethod method, StainOptions options) {
        super(source);
        this.method = method;
        this.options = options;
        this.target = options.targetFor(method);
        if (options.fit() != StainOptions.Fit.TILE) {
            for (int i = 0; i < source.size(); i++) {
                members.computeIfAbsent(unit(i), key -> new ArrayList<>()).add(i);
            }
        }
    }

    /** The source itself where the options say none. */
    public static TileSource of(TileSource source, StainOptions options) {
        return options.chosen()
                .<TileSource>map(method -> new StainNormalizedTiles(source, method, options))
                .orElse(source);
    }

    /** Measures tiles together, evenly spaced ones where they are many; empty where they hold too little stain. */
    public static Optional<StainFit> measure(TileSource source, List<Integer> tiles, StainMethod method) {
        int step = Math.max(1, (tiles.size() + MOST_TILES - 1) / MOST_TILES);
        List<byte[]> samples = new ArrayList<>();
        for (int t = 0; t < tiles.size(); t += step) {
            try {
                samples.add(sample(source.read(tiles.get(t)).rgb()));
            } catch (IOException e) {
                // The tile is named when its own turn comes.
            }
        }
        byte[] pixels = new byte[samples.stream().mapToInt(s -> s.length).sum()];
        int at = 0;
        for (byte[] sample : samples) {
            System.arraycopy(sample, 0, pixels, at, sample.length);
            at += sample.length;
        }
        return method.fit(pixels);
    }

    @Override
    void recolor(int index, byte[] rgb) {
        normalize(index, rgb);
    }

    /**
     * Normalizes the pixels of a tile in place.
     *
     * @return whether its stains could be measured; if not, it stays as it is
     */
    public boolean normalize(int index, byte[] rgb) {
        Optional<StainFit> fit = options.fit() == StainOptions.Fit.TILE
                ? method.fit(rgb)
                : fits.computeIfAbsent(
                        unit(index), unit -> measure(source(), members.getOrDefault(unit, List.of()), method));
        if (fit.isEmpty()) {
            unchanged.add(name(index));
            return false;
        }
        fit.get().recolor(rgb, target);
        return true;
    }

    /** Names of the tiles read so far that could not be measured. */
    public Set<String> unchanged() {
        return Set.copyOf(unchanged);
    }

    @Override
    String change() {
        return options.fit() + " " + target.toJson();
    }

    private String unit(int index) {
        if (options.fit() == StainOptions.Fit.ALL) {
            return "";
        }
        String group = group(index);
        if (group == null) {
            throw new UserError("Tile '" + name(index) + "' has no slide or patient, so stains cannot be measured by"
                    + " group. Measure them by tile or over all, or have the groups found in the folders' names (setting"
                    + " 'labels' parent).");
        }
        return group;
    }

    private static byte[] sample(byte[] rgb) {
        int pixels = rgb.length / 3;
        int step = (pixels + MOST_PIXELS_PER_TILE - 1) / MOST_PIXELS_PER_TILE;
        if (step <= 1) {
            return rgb;
        }
        byte[] sample = new byte[3 * (pixels / step)];
        for (int n = 0; n < sample.length; n += 3) {
            System.arraycopy(rgb, n * step, sample, n, 3);
        }
        return sample;
    }
}
