package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.RegroupedTiles;
import org.cyphervit.data.sets.DataSet.Part;
import org.jspecify.annotations.Nullable;

/** LC25000: 25,000 tiles that are turned and flipped copies of 1,250, so that only clusters of copies may be split. */
final class Lc25000 {
    private static final List<String> CLASSES = List.of("colon_aca", "colon_n", "lung_aca", "lung_n", "lung_scc");
    private static final Pattern FILE =
            Pattern.compile("(?:/.*)?/(?<class>colon_aca|colon_n|lung_aca|lung_n|lung_scc)/[^/]+");
    private static final String CLUSTERS = "clean-clusters";

    private Lc25000() {}

    static DataSet card() {
        return new DataSet(
                "lc25000",
                "LC25000 lung and colon",
                "768 px, 5,000 per class: turned and flipped copies of 250 per class",
                "colon_aca, colon_n, lung_aca, lung_n, lung_scc, as far as they are there; grouped by cluster of copies where"
                        + " a folder clean-clusters has CSV files (cluster_label,img_path) as LC25000-clean publishes them",
                "https://github.com/tampapath/lung_colon_image_set; clusters: https://github.com/GeorgeBatch/LC25000-clean",
                "CC-BY-4.0",
                "Borkowski et al., arXiv:1912.12142, 2019",
                "lung_colon_image_set/colon_image_sets/colon_aca/colonca1.jpeg and so on; clean-clusters/colon_aca.csv beside"
                        + " the class folders or above.",
                List.of(
                        Part.of("all", "everything", 25_000, 10_000, 15_000),
                        Part.of("train", "70 % of the clusters, drawn here"),
                        Part.of("test", "the other clusters")),
                Lc25000::open);
    }

    private static TileSource open(Path folder, String part, Consumer<String> tell) throws IOException {
        TileSource images = ImageSets.images(folder);
        List<String> present = CLASSES.stream()
                .filter(name -> IntStream.range(0, images.size())
                        .anyMatch(i -> ("/" + images.name(i)).contains("/" + name + "/")))
                .toList();
        TileSource tiles = ImageSets.matching(images, FILE, present, name -> name);
        Path clusters = clusters(folder);
        if (clusters == null) {
            if (!part.equals("all")) {
                throw new UserError("LC25000 cannot be split without its clusters: tiles are copies of each other. Put"
                        + " clean-clusters/*.csv of https://github.com/GeorgeBatch/LC25000-clean into '" + folder
                        + "'.");
            }
            tell.accept(
                    "LC25000 without clean-clusters/*.csv: tiles are copies of each other, and a random split tests on"
                            + " what was learnt. See 'data show lc25000'.");
            return tiles;
        }
        Map<String, String> clusterOf = RegroupedTiles.clusters(clusters);
        TileSource grouped = AnnotatedTiles.of(images, present, name -> {
            Matcher matcher = FILE.matcher("/" + name);
            String cluster = clusterOf.get(RegroupedTiles.key(name));
            return matcher.matches() && cluster != null
                    ? Optional.of(new AnnotatedTiles.Note(matcher.group("class"), cluster))
                    : Optional.empty();
        });
        if (grouped.size() < tiles.size()) {
            tell.accept("LC25000: " + (tiles.size() - grouped.size()) + " tiles are in no cluster and left out.");
        }
        return ImageSets.part(grouped, part);
    }

    private static @Nullable Path clusters(Path folder) throws IOException {
        try (Stream<Path> folders = Files.walk(folder, 3)) {
            return folders.filter(path -> path.endsWith(CLUSTERS) && Files.isDirectory(path))
                    .sorted()
                    .findFirst()
                    .orElse(null);
        }
    }
}
