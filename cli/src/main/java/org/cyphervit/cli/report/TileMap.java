package org.cyphervit.cli.report;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.TokenGallery;
import org.cyphervit.interpret.umap.DistanceMetric;
import org.cyphervit.interpret.umap.Trustworthiness;
import org.cyphervit.interpret.umap.Umap;
import org.cyphervit.interpret.umap.UmapOptions;
import org.jspecify.annotations.Nullable;

/** Tiles through an encoder: their map of the plane, and what its tokens look at. */
final class TileMap {
    private static final int FEWEST = 12;
    private static final int PATCHES = 16;
    private static final int CROP = 72;

    private TileMap() {}

    /** The map by UMAP: {@code x}, {@code y}, {@code trust} and the strongest token of each tile; null for few tiles. */
    static @Nullable Map<String, Object> umap(Backbone backbone, TileSource tiles, TokenGallery gallery) {
        Embedder.Result embedded = Embedder.of(backbone, "cpu").embed(backbone, tiles);
        int n = embedded.indices().length;
        if (n < FEWEST || n < tiles.size()) {
            return null;
        }
        FeatureMatrix plane =
                Umap.of(embedded.features(), UmapOptions.standard().withNeighbours(Math.min(15, n / 2), 0.1));
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("x", column(plane, 0));
        map.put("y", column(plane, 1));
        map.put(
                "trust",
                Trustworthiness.of(embedded.features(), plane, Math.min(15, (n - 1) / 2), DistanceMetric.COSINE));
        map.put("dominant", gallery.dominant());
        return map;
    }

    /** What each token looks at, with a sprite of its best patches. */
    static Map<String, Object> tokens(TokenGallery gallery, PhenotypeNames names, TileSource tiles, String what)
            throws IOException {
        List<RgbImage> crops = new ArrayList<>();
        List<List<Map<String, Object>>> best = new ArrayList<>();
        for (TokenGallery.OfToken token : gallery.tokens()) {
            List<Map<String, Object>> patches = new ArrayList<>();
            for (TokenGallery.Patch patch : token.best()) {
                patches.add(Map.of("crop", crops.size(), "share", patch.share(), "tile", tiles.name(patch.tile())));
                crops.add(patch.crop(tiles, CROP));
            }
            best.add(patches);
        }
        Map<String, Object> tokens = new LinkedHashMap<>();
        tokens.put("what", what);
        tokens.put("names", names.names());
        tokens.put(
                "share",
                gallery.tokens().stream().map(TokenGallery.OfToken::share).toList());
        tokens.put(
                "mean",
                gallery.tokens().stream().map(TokenGallery.OfToken::mean).toList());
        tokens.put(
                "byClass",
                gallery.tokens().stream()
                        .map(TokenGallery.OfToken::shareByClass)
                        .toList());
        tokens.put("best", best);
        tokens.put("crops", Sprite.of(crops, CROP, PATCHES));
        return tokens;
    }

    /** The gallery of a data set, as many patches of each token as a page shows. */
    static TokenGallery gallery(Backbone backbone, TileSource tiles) {
        return TokenGallery.of(backbone, tiles, PATCHES, new Device("cpu"), done -> {});
    }

    private static float[] column(FeatureMatrix plane, int column) {
        float[] values = new float[plane.rows()];
        for (int i = 0; i < values.length; i++) {
            values[i] = plane.values()[2 * i + column];
        }
        return values;
    }
}
