package org.cyphervit.mil.fit;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.ContactSheet;
import org.cyphervit.interpret.map.Pyramid;
import org.cyphervit.mil.bag.Bag;
import org.cyphervit.slide.Slide;

/**
 * Attention over a slide as pictures: a pyramid in the layout of {@code map}, which the viewer lays over the slide, and a sheet of
 * the tiles that are attended to most and least. A pixel of the map is a tile, as opaque as the share of tiles that are attended to
 * less.
 */
public final class AttentionMap {
    private static final int COLOR = 0xC0436F;
    private static final String HEX = "#c0436f";
    private static final long MOST = 100_000;
    private static final int SHOWN = 8;
    private static final int CELL = 128;

    private AttentionMap() {}

    /**
     * Writes {@code map.json} and the pyramid.
     *
     * @param slide file name of the slide, by which the viewer finds it
     * @param encoder name of the encoder; may be empty
     * @throws UserError if the features do not say where the tiles lie and how large they are
     */
    public static void pyramid(Path folder, Bag bag, float[] attention, String slide, String encoder)
            throws IOException {
        Grid grid = Grid.of(bag, AttentionFiles.ranks(attention));
        Pyramid pyramid = new Pyramid(folder, List.of(COLOR));
        pyramid.begin(grid.width, grid.height, 1);
        for (int y = 0; y < grid.height; y++) {
            byte[] row = new byte[2 * grid.width];
            for (int x = 0; x < grid.width; x++) {
                float rank = grid.ranks[y * grid.width + x];
                row[x] = (byte) (rank < 0 ? 0 : Math.round(255 * rank));
                row[grid.width + x] = (byte) (rank < 0 ? 0 : 255);
            }
            pyramid.row(row);
        }
        pyramid.finish();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("format", "cyphervit-slide-map");
        about.put("version", 1);
        about.put("slide", slide);
        about.put("encoder", encoder);
        about.put("width", grid.width);
        about.put("height", grid.height);
        about.put("tile", Pyramid.TILE);
        about.put("scale", grid.side);
        about.put("x", grid.left);
        about.put("y", grid.top);
        about.put("tiles", attention.length);
        about.put("layers", List.of(Map.of("file", "token-1", "name", "attention", "color", HEX)));
        AtomicFiles.write(folder.resolve("map.json"), ConfigTree.of(about).toPrettyString() + "\n");
    }

    /** The tiles of a slide on a grid of their own side; of several in one cell the most attended counts. */
    private record Grid(long left, long top, int side, int width, int height, float[] ranks) {
        static Grid of(Bag bag, double[] ranks) {
            Bag.Places places = bag.places();
            if (places == null || places.side() < 1) {
                throw new UserError("'" + bag.file() + "' does not say where the tiles of slide '" + bag.slide()
                        + "' lie and how large they are; no map can be made of their attention.");
            }
            long[] corners = places.corners();
            int side = places.side();
            long left = extreme(corners, 0, false);
            long top = extreme(corners, 1, false);
            long width = (extreme(corners, 0, true) - left) / side + 1;
            long height = (extreme(corners, 1, true) - top) / side + 1;
            if (width > MOST || height > MOST || width * height > Integer.MAX_VALUE / 4) {
                throw new UserError(
                        "The tiles of slide '" + bag.slide() + "' in '" + bag.file() + "' would make a map of "
                                + width + " x " + height + " pixels. Their coordinates or their side of " + side
                                + " pixels are wrong.");
            }
            float[] cells = new float[Math.toIntExact(width * height)];
            Arrays.fill(cells, -1);
            for (int i = 0; i < ranks.length; i++) {
                int x = Math.toIntExact((corners[2 * i] - left) / side);
                int y = Math.toIntExact((corners[2 * i + 1] - top) / side);
                int cell = Math.toIntExact(y * width + x);
                cells[cell] = Math.max(cells[cell], (float) ranks[i]);
            }
            return new Grid(left, top, side, (int) width, (int) height, cells);
        }

        private static long extreme(long[] corners, int axis, boolean largest) {
            var values = IntStream.range(0, corners.length / 2).mapToLong(i -> corners[2 * i + axis]);
            return (largest ? values.max() : values.min()).orElseThrow();
        }
    }

    /** A sheet with the tiles that are attended to most in its first row, and least in its second. */
    public static RgbImage gallery(Bag bag, float[] attention, Slide slide) {
        Bag.Places places = bag.places();
        if (places == null || places.side() < 1) {
            throw new UserError(
                    "'" + bag.file() + "' does not say where the tiles of slide '" + bag.slide() + "' lie.");
        }
        int[] order = IntStream.range(0, attention.length)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -attention[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        int shown = Math.min(SHOWN, order.length);
        List<String> titles = new ArrayList<>();
        IntStream.rangeClosed(1, shown).forEach(i -> titles.add(Integer.toString(i)));
        List<ContactSheet.Row> rows = new ArrayList<>();
        for (boolean most : new boolean[] {true, false}) {
            List<RgbImage> pictures = new ArrayList<>();
            List<String> captions = new ArrayList<>();
            for (int i = 0; i < shown; i++) {
                int tile = most ? order[i] : order[order.length - 1 - i];
                double downsample = Math.max(1, places.side() / (double) CELL);
                pictures.add(
                        slide.read(places.corners()[2 * tile], places.corners()[2 * tile + 1], downsample, CELL, CELL));
                captions.add(String.format(Locale.ROOT, "%.2g of mean", attention.length * (double) attention[tile]));
            }
            rows.add(new ContactSheet.Row(most ? "most attended" : "least attended", pictures, captions));
        }
        return ContactSheet.draw(titles, rows, CELL, List.of());
    }
}
