package org.cyphervit.cli.viewer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.data.ConcatenatedTiles;
import org.cyphervit.data.ExampleTiles;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.interpret.Palette;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.TokenGallery;
import org.cyphervit.interpret.umap.DistanceMetric;
import org.cyphervit.interpret.umap.Trustworthiness;
import org.cyphervit.interpret.umap.Umap;
import org.cyphervit.interpret.umap.UmapOptions;
import org.cyphervit.train.Run;
import org.cyphervit.train.recipe.Recipe;
import org.cyphervit.train.recipe.Recipes;

/**
 * A run's tiles as its encoder sees them: features, their map of the plane, what the tokens look at.
 *
 * @param tiles those that could be read, in the order of the rows
 * @param features rows of unit length
 * @param plane (N, 2)
 * @param heads whether the names are those of a ViT's heads
 */
record TileIndex(
        TileSource tiles,
        FeatureMatrix features,
        FeatureMatrix plane,
        double trust,
        TokenGallery gallery,
        PhenotypeNames names,
        boolean heads) {
    private static final int PATCHES = 24;
    private static final int FEWEST = 12;

    /** A tile and its cosine with the one that was asked for. */
    record Hit(int tile, double similarity) {}

    /**
     * Embeds a run's tiles and lays them out.
     *
     * @param allowed which folders may be read
     * @param most of more tiles, so many are drawn, the classes in turn
     * @param progress hears how many of {@code 2 N} steps are done
     * @throws UserError if the tiles may not be read, or are too few
     */
    static TileIndex build(Path run, SharedFolders allowed, int most, BiConsumer<Integer, Integer> progress)
            throws IOException {
        Recipe recipe = Recipes.parse(Files.readString(run.resolve(Run.RECIPE)));
        TileSource all = open(recipe, allowed);
        TileSource drawn = all.size() <= most ? all : new TileSubset(all, ExampleTiles.of(all, most));
        int n = drawn.size();
        try (Backbone backbone = EncoderFile.read(run, new Device("cpu"))) {
            Embedder.Result embedded =
                    Embedder.of(backbone, "cpu").embed(backbone, drawn, done -> progress.accept(done, 2 * n));
            TileSource read = embedded.indices().length == n
                    ? drawn
                    : new TileSubset(
                            drawn, IntStream.of(embedded.indices()).boxed().toList());
            if (read.size() < FEWEST) {
                throw new UserError("A map needs at least " + FEWEST + " tiles; this run has " + read.size() + ".");
            }
            TokenGallery gallery = TokenGallery.of(
                    backbone, read, PATCHES, new Device("cpu"), done -> progress.accept(n + done, 2 * n));
            FeatureMatrix plane = Umap.of(
                    embedded.features(), UmapOptions.standard().withNeighbours(Math.min(15, read.size() / 2), 0.1));
            return new TileIndex(
                    read,
                    NearestRows.unit(embedded.features()),
                    plane,
                    Trustworthiness.of(
                            embedded.features(), plane, Math.min(15, (read.size() - 1) / 2), DistanceMetric.COSINE),
                    gallery,
                    PhenotypeNames.of(backbone.config(), EncoderFile.notes(run)),
                    !backbone.config().maps().shared());
        }
    }

    private static TileSource open(Recipe recipe, SharedFolders allowed) throws IOException {
        List<TileSource> sources = new ArrayList<>();
        for (String folder : recipe.data()) {
            Path path = Path.of(folder);
            if (!Files.isDirectory(path) || !allowed.contains(path)) {
                throw new UserError("This run's tiles lie in '" + folder + "', which "
                        + (Files.isDirectory(path)
                                ? "this viewer was not allowed to read. Start it with that folder too: cyphervit serve"
                                        + " RUNS " + folder
                                : "does not exist here."));
            }
            sources.add(ImageFolder.scan(path));
        }
        return ConcatenatedTiles.of(sources);
    }

    /** The same under other names. */
    TileIndex with(PhenotypeNames changed) {
        return new TileIndex(tiles, features, plane, trust, gallery, changed, heads);
    }

    /** What the page's map and galleries show. */
    Map<String, Object> json() {
        int n = tiles.size();
        float[] x = new float[n];
        float[] y = new float[n];
        List<String> tileNames = new ArrayList<>();
        int[] labels = new int[n];
        for (int i = 0; i < n; i++) {
            x[i] = plane.values()[2 * i];
            y[i] = plane.values()[2 * i + 1];
            tileNames.add(tiles.name(i));
            labels[i] = tiles.label(i);
        }
        List<Map<String, Object>> tokens = new ArrayList<>();
        for (int k = 0; k < gallery.tokens().size(); k++) {
            TokenGallery.OfToken token = gallery.tokens().get(k);
            tokens.add(Map.of(
                    "name",
                    names.names().get(k),
                    "color",
                    Palette.hex(Palette.token(k)),
                    "share",
                    token.share(),
                    "byClass",
                    token.shareByClass(),
                    "best",
                    token.best().stream().map(TokenGallery.Patch::share).toList()));
        }
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("x", x);
        json.put("y", y);
        json.put("trust", trust);
        json.put("names", tileNames);
        json.put("labels", labels);
        json.put("classes", tiles.classes());
        json.put("dominant", gallery.dominant());
        json.put("tokens", tokens);
        json.put("heads", heads);
        return json;
    }

    /** The tiles most alike by cosine, itself left out. */
    List<Hit> similar(int tile, int count) {
        float[] wanted = features.select(new int[] {tile}).values();
        return NearestRows.of(features, wanted, tile, count).stream()
                .map(hit -> new Hit(hit.row(), hit.similarity()))
                .toList();
    }
}
