package org.cyphervit.spark;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;

/** The slides of a cohort as folders of tiles, one folder each, at any depth below the cohort's. */
final class TileFolderRegions {
    private final NavigableMap<String, NavigableSet<String>> slides = new TreeMap<>();

    private TileFolderRegions() {}

    /**
     * Lists the tiles of some folders.
     *
     * @param roots URIs such as {@code /data/tiles}, {@code hdfs://...} or {@code s3a://bucket/tiles}
     * @throws UserError if a folder cannot be listed, or all hold no image
     */
    static TileFolderRegions list(List<String> roots, Configuration configuration) {
        TileFolderRegions cohort = new TileFolderRegions();
        Listing.visit(roots, configuration, "tiles", cohort::add);
        if (cohort.slides.isEmpty()) {
            throw new UserError("There are no images in " + String.join(", ", roots)
                    + ". Expected a folder of tiles for each slide, at any depth.");
        }
        return cohort;
    }

    private void add(Path root, Path file) {
        if (ImageFiles.isImage(java.nio.file.Path.of(file.getName()))) {
            String folder = root.toUri().relativize(file.getParent().toUri()).getPath();
            slides.computeIfAbsent(folder.isEmpty() ? root.getName() : folder, slide -> new TreeSet<>())
                    .add(file.toString());
        }
    }

    int size() {
        return slides.size();
    }

    int tiles() {
        return slides.values().stream().mapToInt(Set::size).sum();
    }

    /** The slides cut into regions, slide by slide; tiles lie in the order of their names. */
    List<Region> regions(int tilesEach) {
        List<Region> regions = new ArrayList<>();
        slides.forEach((slide, set) -> {
            List<String> tiles = List.copyOf(set);
            for (int first = 0; first < tiles.size(); first += tilesEach) {
                int end = Math.min(tiles.size(), first + tilesEach);
                regions.add(new Region.Files(slide, first, new ArrayList<>(tiles.subList(first, end))));
            }
        });
        return regions;
    }
}
