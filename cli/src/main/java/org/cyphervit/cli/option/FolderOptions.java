package org.cyphervit.cli.option;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.ConcatenatedTiles;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.RegroupedTiles;
import org.cyphervit.data.sets.TileLocation;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How tiles are read. */
public final class FolderOptions {
    /** What the options that name tiles accept. */
    public static final String PLACES =
            "Tiles: a folder of images, shards, a zip, tar or CSV table, or a data set as NAME:FOLDER#PART.";

    @Option(
            names = "--labels",
            defaultValue = "auto",
            description =
                    "Which folder names the class: none; parent (the one an image lies in, the one above it being the"
                            + " patient); auto: by the manifest of 'tile', as patient/class where the same folders come back"
                            + " under each patient, else the first below the root. Default: ${DEFAULT-VALUE}.")
    private ImageFolder.Labels labels = ImageFolder.Labels.AUTO;

    @Option(
            names = "--clusters",
            paramLabel = "FOLDER",
            description = "CSV files (cluster_label,img_path) of near-duplicate tiles, which are kept on one side of a"
                    + " split.")
    private @Nullable Path clusters;

    /** The tiles of a place as {@link TileLocation} has it; tells what was left out. */
    public TileSource open(String place) {
        TileSource source;
        try {
            source = TileLocation.parse(place).open(labels, System.err::println);
        } catch (IOException e) {
            throw new UserError("The tiles in '" + place + "' cannot be read: " + e.getMessage() + ".", e);
        }
        if (clusters == null) {
            return source;
        }
        try {
            return RegroupedTiles.byClusters(source, clusters);
        } catch (IOException e) {
            throw new UserError("The clusters in '" + clusters + "' cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** Several places as one source. */
    public TileSource openAll(List<String> places) {
        List<TileSource> sources = new ArrayList<>();
        places.forEach(place -> sources.add(open(place)));
        return ConcatenatedTiles.of(sources);
    }
}
