package org.cyphervit.cli.command.tile;

import java.nio.file.Path;
import java.util.stream.LongStream;
import org.cyphervit.export.slide.FeatureH5;
import org.cyphervit.export.slide.SlideFeatures;
import org.cyphervit.slide.cohort.SlideSource;
import org.cyphervit.slide.cohort.TileJob;
import org.cyphervit.slide.tiling.SlidePlan;

/** A slide's tiles as places alone, in the h5 files that TRIDENT and CLAM read: the slide's name without folders, a file each. */
public final class PlaceFiles {
    private PlaceFiles() {}

    /** TRIDENT's layout below a folder. */
    public static TileJob.PlanWriter trident(Path folder) {
        return (source, plan) -> FeatureH5.writeTridentPatches(folder, flat(source), places(plan), geometry(plan));
    }

    /** CLAM's layout below a folder. */
    public static TileJob.PlanWriter clam(Path folder) {
        return (source, plan) -> FeatureH5.writeClamPatches(folder, flat(source), places(plan), geometry(plan));
    }

    private static String flat(SlideSource source) {
        return source.name().replace('/', '_');
    }

    private static long[] places(SlidePlan plan) {
        return plan.kept().stream()
                .flatMapToLong(tile -> LongStream.of(tile.x(), tile.y()))
                .toArray();
    }

    private static SlideFeatures.Geometry geometry(SlidePlan plan) {
        int size = plan.options().size();
        return new SlideFeatures.Geometry(
                size,
                Math.toIntExact(Math.max(1, Math.round(plan.grid().side()))),
                (int) Math.round(size * plan.options().overlap()),
                magnification(plan.tileMpp().orElseThrow()),
                magnification(plan.slide().mpp()),
                plan.slide().width(),
                plan.slide().height());
    }

    // What these layouts call magnification: 20 at 0.5 um, and 20.04 at 0.499.
    private static double magnification(double mpp) {
        return Math.rint(1000 / mpp) / 100;
    }
}
