package org.cyphervit.spark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.api.java.function.Function;
import org.apache.spark.deploy.SparkHadoopUtil;
import org.apache.spark.util.CollectionAccumulator;
import org.cyphervit.UserError;
import org.cyphervit.torch.Engine;
import scala.Tuple2;

/**
 * The slides of a cohort as files, or as folders of OME-Zarr. Executors look at each from far and count its tiles of tissue, which is all that the
 * driver needs to cut the work into regions.
 */
final class SlideRegions {
    private static final Set<String> EXTENSIONS = Set.of("svs", "tif", "tiff", "btf", "ndpi", "scn", "vms", "bif");

    private final TreeMap<String, String> uris = new TreeMap<>();

    private SlideRegions() {}

    /** @throws UserError if a folder cannot be listed, or there is no slide in any */
    static SlideRegions list(List<String> roots, Configuration configuration) {
        SlideRegions slides = new SlideRegions();
        Listing.visitSlides(roots, configuration, slides::add);
        if (slides.uris.isEmpty()) {
            throw new UserError("There are no slides in " + String.join(", ", roots) + "; expected files of "
                    + EXTENSIONS + ", or OME-Zarr folders. For folders of tiles leave out --slides.");
        }
        return slides;
    }

    private void add(Path root, Path file, boolean isZarr) {
        String extension = file.getName().substring(file.getName().lastIndexOf('.') + 1);
        if (isZarr || EXTENSIONS.contains(extension.toLowerCase(Locale.ROOT))) {
            String below = root.toUri().relativize(file.toUri()).getPath();
            uris.put(below.isEmpty() ? file.getName() : below, file.toString());
        }
    }

    int size() {
        return uris.size();
    }

    /** What there is to embed; a slide that cannot be opened or planned is left out and reported. */
    List<Region> regions(
            JavaSparkContext context,
            Tiling tiling,
            int tilesEach,
            int attempts,
            CollectionAccumulator<Skipped> skipped) {
        List<Tuple2<String, String>> all = new ArrayList<>();
        uris.forEach((slide, uri) -> all.add(new Tuple2<>(slide, uri)));
        List<Integer> counts = context.parallelize(all, all.size())
                .map(new Count(tiling, attempts, skipped))
                .collect();
        List<Region> regions = new ArrayList<>();
        for (int i = 0; i < counts.size(); i++) {
            for (int first = 0; first < counts.get(i); first += tilesEach) {
                int size = Math.min(tilesEach, counts.get(i) - first);
                regions.add(new Region.Cut(all.get(i)._1(), all.get(i)._2(), first, size, tiling));
            }
        }
        return regions;
    }

    private record Count(Tiling tiling, int attempts, CollectionAccumulator<Skipped> skipped)
            implements Function<Tuple2<String, String>, Integer> {
        @Override
        public Integer call(Tuple2<String, String> slide) {
            try (SlideTiles tiles =
                    SlideTiles.open(slide._2(), tiling, SparkHadoopUtil.get().conf())) {
                if (tiles.size() == 0) {
                    skipped.add(new Skipped(slide._1(), "all", "no tile has enough tissue"));
                }
                return tiles.size();
            } catch (UserError e) {
                return skip(slide, e);
            } catch (IOException | RuntimeException e) {
                if (TaskContext.get().attemptNumber() + 1 < attempts) {
                    throw e instanceof RuntimeException plain ? plain : new UncheckedIOException((IOException) e);
                }
                return skip(slide, e);
            }
        }

        private int skip(Tuple2<String, String> slide, Exception e) {
            skipped.add(new Skipped(slide._1(), "all", Engine.firstLine(e)));
            return 0;
        }
    }
}
