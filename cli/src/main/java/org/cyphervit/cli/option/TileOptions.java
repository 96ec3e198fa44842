package org.cyphervit.cli.option;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.cyphervit.Words;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.stain.StainNormalizedTiles;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.train.recipe.Recipes;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.node.ObjectNode;

/** How tiles are read and normalized. */
public final class TileOptions {
    @Mixin
    private FolderOptions folders = new FolderOptions();

    @Option(
            names = "--stain",
            paramLabel = "METHOD",
            description = "Normalize tiles as they are read: none, macenko, vahadane or reinhard. Default: none.")
    private @Nullable String stain;

    @Option(
            names = "--stain-fit",
            paramLabel = "WHAT",
            description = "Measure stains by tile, by group (slide or patient) or over all tiles. Default: tile.")
    private StainOptions.@Nullable Fit stainFit;

    @Option(
            names = "--stain-target",
            paramLabel = "FILE",
            description = "An image, or what 'normalize --save-fit' wrote. Default: the method's reference.")
    private @Nullable Path stainTarget;

    private final List<StainNormalizedTiles> stained = new ArrayList<>();

    /** The tiles of a place, normalized if asked for; tells what was left out. */
    public TileSource open(String place) {
        return stain(folders.open(place), stain());
    }

    /** Several places as one source, normalized if asked for. */
    public TileSource openAll(List<String> places) {
        return stain(folders.openAll(places), stain());
    }

    /** Several places as one source, not normalized. */
    public TileSource openAllAsIs(List<String> places) {
        return folders.openAll(places);
    }

    /** Normalizes tiles as the options say. */
    public TileSource stain(TileSource source, StainOptions options) {
        TileSource normalized = StainNormalizedTiles.of(source, options);
        if (normalized instanceof StainNormalizedTiles tiles) {
            stained.add(tiles);
        }
        return normalized;
    }

    /** Puts what the command line says about stains into a recipe's overrides. */
    public void addTo(ObjectNode overrides) {
        if (stain != null) {
            Recipes.set(overrides, "stain.method=" + stain);
        }
        if (stainFit != null) {
            Recipes.set(overrides, "stain.fit=" + stainFit);
        }
        if (stainTarget != null) {
            overrides.withObject("stain").put("target", stainTarget.toString());
        }
    }

    /** Tells, after the tiles were read, which could not be normalized. */
    public void tellUnchanged() {
        for (StainNormalizedTiles tiles : stained) {
            Set<String> unchanged = tiles.unchanged();
            if (!unchanged.isEmpty()) {
                System.err.println("With too little stain to be normalized, and so left as they are: "
                        + Words.count(unchanged.size(), "tile") + ", such as "
                        + unchanged.iterator().next());
            }
        }
    }

    private StainOptions stain() {
        return new StainOptions(
                stain == null ? StainOptions.NONE.method() : stain,
                stainFit == null ? StainOptions.NONE.fit() : stainFit,
                stainTarget == null ? StainOptions.NONE.target() : stainTarget.toString());
    }
}
