package org.cyphervit.cli.report;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.Version;
import org.cyphervit.file.AtomicFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.Palette;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.map.Pyramid;
import org.cyphervit.interpret.map.SlideMap;
import org.cyphervit.monitor.HealthFinding;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideFormats;

/** The page of a slide's phenotype map: the slide under its map with sliders, what each phenotype is, and the files. */
record SlidePage(
        Slide slide,
        SlideMap map,
        Pyramid.Overview overview,
        PhenotypeNames names,
        String encoder,
        double mpp,
        HealthFinding trust) {
    private static final int TILES = 12;
    private static final int CELL = 96;
    private static final int LONGEST = 1600;

    void write(Path file, String features, int regions) throws IOException {
        String title = SlideFormats.title(slide.path());
        Map<String, Object> page = new LinkedHashMap<>();
        page.put("title", title);
        page.put("lede", MapFolder.sentence(map));
        page.put(
                "trust",
                Map.of(
                        "level",
                        trust.severity().key(),
                        "title",
                        trust.symptom(),
                        "words",
                        (trust.evidence() + " " + trust.remedy()).strip()));
        page.put(
                "facts",
                List.of(
                        fact(String.format(Locale.ROOT, "%.2f mm²", map.tissueMm2()), "of tissue"),
                        fact(
                                String.format(
                                        Locale.ROOT,
                                        "%,d",
                                        map.tiles().features().rows()),
                                "tiles embedded"),
                        fact(Integer.toString(names.names().size()), "phenotypes"),
                        fact(
                                String.format(Locale.ROOT, "%.1f µm", map.scale() * slide.mpp()),
                                "a pixel of the map, " + map.width() + " × " + map.height())));
        page.put("overview", picture());
        page.put("tokens", tokens());
        page.put(
                "files",
                List.of(
                        List.of(
                                "phenotypes.geojson.gz",
                                "QuPath: " + regions
                                        + " annotations, the outlines of the phenotypes. Drop it on the open slide."),
                        List.of(
                                "tiles.geojson.gz",
                                "QuPath: the tiles with the share of each phenotype as measurements."),
                        List.of(features, "TRIDENT, CLAM and Python (h5py): features and coordinates of the tiles."),
                        List.of(
                                "token-1.dzi, …, strongest.dzi",
                                "Deep Zoom pyramids of the layers, for OpenSeadragon."),
                        List.of("map.json", "'cyphervit serve' finds the map by it.")));
        page.put(
                "provenance",
                List.of(
                        List.of("Slide", title + ", " + slide.width() + " × " + slide.height() + " pixels"),
                        List.of("Scale", slide.calibration()),
                        List.of("Reader", slide.reader()),
                        List.of("Encoder", encoder),
                        List.of(
                                "Seen at",
                                String.format(
                                        Locale.ROOT,
                                        "%.3f µm per pixel, tiles of %d pixels",
                                        mpp,
                                        map.tiles().pixels()))));
        page.put(
                "footer",
                "Made on " + LocalDate.now(ZoneId.systemDefault()) + " by " + Version.PROGRAM
                        + " (Apache-2.0). For research, not for diagnosis.");
        AtomicFiles.write(file, WebPage.fill(List.of("blend.js", "slide.js"), title, page));
    }

    private Map<String, Object> picture() {
        double scale = map.scale() * overview.scale();
        // The overview may be coarser than a picture can show: the tissue is drawn finer.
        int finer = Math.max(1, LONGEST / Math.max(overview.width(), overview.height()));
        RgbImage tissue =
                slide.read(map.x(), map.y(), scale / finer, finer * overview.width(), finer * overview.height());
        int K = names.names().size();
        int width = overview.width();
        byte[] strip = new byte[3 * K * width * overview.height()];
        for (int k = 0; k < K; k++) {
            for (int i = 0; i < width * overview.height(); i++) {
                int share = overview.planes().get(k)[i] & 0xff;
                int held = share * (overview.planes().get(K)[i] & 0xff) / 255;
                int at = 3 * (i / width * K * width + k * width + i % width);
                strip[at] = (byte) held;
                strip[at + 1] = (byte) held;
                strip[at + 2] = (byte) held;
            }
        }
        return Map.of(
                "name", "the whole slide",
                "tissue", Sprite.data(tissue, 85),
                "maps", Sprite.data(new RgbImage(K * width, overview.height(), strip), 92));
    }

    private List<Map<String, Object>> tokens() {
        SlideMap.MapTiles tiles = map.tiles();
        List<Map<String, Object>> tokens = new ArrayList<>();
        for (int k = 0; k < names.names().size(); k++) {
            List<RgbImage> pictures = new ArrayList<>();
            List<Float> shares = new ArrayList<>();
            for (int tile : MapFolder.best(tiles, k, TILES)) {
                pictures.add(slide.read(
                        tiles.places()[2 * tile],
                        tiles.places()[2 * tile + 1],
                        tiles.side() / (double) CELL,
                        CELL,
                        CELL));
                shares.add(tiles.shares().values()[tile * tiles.shares().width() + k]);
            }
            Map<String, Object> crops = Sprite.of(pictures, CELL, 4);
            crops.put("shares", shares);
            tokens.add(Map.of(
                    "name",
                    names.names().get(k),
                    "color",
                    Palette.hex(Palette.token(k)),
                    "share",
                    map.areas()[k],
                    "mean",
                    map.shares()[k],
                    "crops",
                    crops));
        }
        return tokens;
    }

    private static Map<String, String> fact(String value, String label) {
        return Map.of("value", value, "label", label);
    }
}
