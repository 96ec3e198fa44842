package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.Concatenated;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.Regrouped;
import org.cyphervit.data.TileSource;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** How folders of tiles are read. */
final class FolderOptions {
    @Option(
            names = "--labels",
            defaultValue = "auto",
            description =
                    "Which folder names the class: none, auto (the first below the root) or parent (the one an image"
                            + " lies in, the one above it being the patient). Default: ${DEFAULT-VALUE}.")
    private ImageFolder.Labels labels = ImageFolder.Labels.AUTO;

    @Option(
            names = "--clusters",
            paramLabel = "FOLDER",
            description = "CSV files (cluster_label,img_path) of near-duplicate tiles, which are kept on one side of a"
                    + " split.")
    private @Nullable Path clusters;

    /** A folder of tiles; tells what was left out. */
    TileSource open(Path folder) {
        ImageFolder source = ImageFolder.scan(folder, labels, 16, 2);
        if (!source.skipped().isEmpty()) {
            System.err.println(source.skipped().size() + " files under " + folder + " left out, such as "
                    + source.skipped().getFirst().name() + " ("
                    + source.skipped().getFirst().reason() + ")");
        }
        if (clusters == null) {
            return source;
        }
        try {
            return Regrouped.byClusters(source, clusters);
        } catch (IOException e) {
            throw new UserError("The clusters in '" + clusters + "' cannot be read: " + e.getMessage() + ".", e);
        }
    }

    /** Several folders as one source. */
    TileSource openAll(List<Path> folders) {
        List<TileSource> sources = new ArrayList<>();
        folders.forEach(folder -> sources.add(open(folder)));
        return Concatenated.of(sources);
    }
}
