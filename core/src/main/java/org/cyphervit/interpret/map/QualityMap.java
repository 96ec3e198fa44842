package org.cyphervit.interpret.map;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.checkpoint.ConfigTree;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.slide.SlideFormats;
import org.cyphervit.slide.quality.Artefact;
import org.cyphervit.slide.tiling.Rejection;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.slide.tissue.Overview;

/**
 * What quality control found on a slide as layers in the layout of {@code map}, which the viewer lays over the slide: one for
 * each kind of artefact, and one of the tiles that are blurred.
 */
public final class QualityMap {
    private static final int BLUR = 0xff5fa2;

    private QualityMap() {}

    private record Mask(String name, int color, byte[] values, double share) {}

    /**
     * Writes {@code map.json} and the pyramids.
     *
     * @return the layers' names; empty, and nothing is written, where nothing was found
     */
    public static List<String> write(Path folder, SlidePlan plan) throws IOException {
        Overview overview = plan.mask().overview();
        int width = overview.image().width();
        int height = overview.image().height();
        List<Mask> masks = masks(plan, width, height);
        if (masks.isEmpty()) {
            return List.of();
        }
        Pyramid pyramid = new Pyramid(folder, masks.stream().map(Mask::color).toList());
        pyramid.begin(width, height, masks.size());
        for (int y = 0; y < height; y++) {
            byte[] row = new byte[(masks.size() + 1) * width];
            for (int m = 0; m < masks.size(); m++) {
                System.arraycopy(masks.get(m).values, y * width, row, m * width, width);
            }
            Arrays.fill(row, masks.size() * width, row.length, (byte) 255);
            pyramid.row(row);
        }
        pyramid.finish();
        Map<String, Object> about = new LinkedHashMap<>();
        about.put("format", "cyphervit-slide-map");
        about.put("version", 1);
        about.put("slide", SlideFormats.title(plan.slide().path()));
        about.put("encoder", "quality control");
        about.put("width", width);
        about.put("height", height);
        about.put("tile", Pyramid.TILE);
        about.put("scale", overview.downsample());
        about.put("x", overview.bounds().x());
        about.put("y", overview.bounds().y());
        List<Map<String, Object>> layers = new ArrayList<>();
        for (Mask mask : masks) {
            Map<String, Object> layer = new LinkedHashMap<>();
            layer.put("file", "token-" + (layers.size() + 1));
            layer.put("name", mask.name);
            layer.put("color", String.format(Locale.ROOT, "#%06x", mask.color));
            layer.put("share", mask.share);
            layers.add(layer);
        }
        about.put("layers", layers);
        AtomicFiles.write(folder.resolve("map.json"), ConfigTree.of(about).toPrettyString() + "\n");
        return masks.stream().map(Mask::name).toList();
    }

    private static List<Mask> masks(SlidePlan plan, int width, int height) {
        List<Mask> masks = new ArrayList<>();
        for (Artefact artefact : Artefact.values()) {
            byte[] values = new byte[width * height];
            for (int i = 0; i < values.length; i++) {
                int y = i / width;
                boolean here = plan.artefacts()
                        .at(i % width, y)
                        .filter(artefact::equals)
                        .isPresent();
                values[i] = (byte) (here ? 255 : 0);
            }
            add(masks, artefact.words(), artefact.color(), values);
        }
        byte[] blurred = new byte[width * height];
        Overview overview = plan.mask().overview();
        double side = plan.grid().side() / overview.downsample();
        for (Tile tile : plan.rejected().getOrDefault(Rejection.BLUR, List.of())) {
            double left = (tile.x() - overview.bounds().x()) / overview.downsample();
            double top = (tile.y() - overview.bounds().y()) / overview.downsample();
            int from = Math.clamp(Math.round(left), 0, width);
            int to = Math.clamp(Math.round(left + side), from, width);
            for (int y = (int) Math.max(0, Math.round(top)); y < Math.min(height, Math.round(top + side)); y++) {
                Arrays.fill(blurred, y * width + from, y * width + to, (byte) 255);
            }
        }
        add(masks, "blur", BLUR, blurred);
        return masks;
    }

    private static void add(List<Mask> masks, String name, int color, byte[] values) {
        int covered = 0;
        for (byte value : values) {
            covered += value != 0 ? 1 : 0;
        }
        if (covered > 0) {
            masks.add(new Mask(name, color, values, (double) covered / values.length));
        }
    }
}
