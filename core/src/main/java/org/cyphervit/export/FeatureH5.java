package org.cyphervit.export;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.file.Hdf5Dataset;
import org.cyphervit.file.Hdf5File;

/** Features of slides as HDF5, in the folders and layouts that TRIDENT and CLAM write and their users' programs read. */
public final class FeatureH5 {
    private FeatureH5() {}

    /**
     * TRIDENT: {@code <mag>x_<size>px_<overlap>px_overlap/features_<encoder>/<slide>.h5} with {@code features} (N,D) float32
     * and {@code coords} (N,2) int64, and beside it {@code patches/<slide>_patches.h5} with the coordinates alone.
     *
     * @param root of the job
     * @return the file with the features
     */
    public static Path writeTrident(Path root, SlideFeatures slide) throws IOException {
        SlideFeatures.Geometry geometry = slide.geometry();
        Path job = root.resolve(String.format(
                Locale.ROOT,
                "%sx_%dpx_%dpx_overlap",
                plain(geometry.targetMagnification()),
                geometry.patchSize(),
                geometry.overlap()));
        Path patches = job.resolve("patches").resolve(slide.slide() + "_patches.h5");
        Path features = job.resolve("features_" + slide.encoder()).resolve(slide.slide() + ".h5");
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("name", slide.slide());
        attributes.put("savetodir", folder(features));
        attributes.put("encoder", slide.encoder());
        Hdf5File.write(patches, List.of(tridentCoordinates(slide, patches)));
        Hdf5File.write(features, List.of(rows(slide, attributes), tridentCoordinates(slide, features)));
        return features;
    }

    /**
     * CLAM: {@code h5_files/<slide>.h5} with {@code features} (N,D) float32 and {@code coords} (N,2) int32, and {@code
     * patches/<slide>.h5} with the coordinates and how they were cut.
     *
     * @return the file with the features
     */
    public static Path writeClam(Path root, SlideFeatures slide) throws IOException {
        SlideFeatures.Geometry geometry = slide.geometry();
        Path patches = root.resolve("patches").resolve(slide.slide() + ".h5");
        Path features = root.resolve("h5_files").resolve(slide.slide() + ".h5");
        int[] coordinates =
                Arrays.stream(slide.coordinates()).mapToInt(Math::toIntExact).toArray();
        long[] shape = {slide.features().rows(), 2};
        long[] level = {geometry.level0Width(), geometry.level0Height()};
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("patch_size", (long) geometry.patchSizeLevel0());
        attributes.put("patch_level", 0L);
        attributes.put("downsample", new double[] {1, 1});
        attributes.put("downsampled_level_dim", level);
        attributes.put("level_dim", level);
        attributes.put("name", slide.slide());
        attributes.put("save_path", folder(patches));
        Hdf5File.write(patches, List.of(new Hdf5Dataset("coords", coordinates, shape, attributes)));
        Hdf5Dataset places = new Hdf5Dataset("coords", coordinates, shape, Map.of());
        Hdf5File.write(features, List.of(rows(slide, Map.of()), places));
        return features;
    }

    private static Hdf5Dataset tridentCoordinates(SlideFeatures slide, Path place) {
        SlideFeatures.Geometry geometry = slide.geometry();
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("patch_size", (long) geometry.patchSize());
        attributes.put("patch_size_level0", (long) geometry.patchSizeLevel0());
        attributes.put("level0_magnification", number(geometry.level0Magnification()));
        attributes.put("target_magnification", number(geometry.targetMagnification()));
        attributes.put("overlap", (long) geometry.overlap());
        attributes.put("name", slide.slide());
        attributes.put("savetodir", folder(place));
        attributes.put("level0_width", geometry.level0Width());
        attributes.put("level0_height", geometry.level0Height());
        return new Hdf5Dataset(
                "coords", slide.coordinates(), new long[] {slide.features().rows(), 2}, attributes);
    }

    private static Hdf5Dataset rows(SlideFeatures slide, Map<String, Object> attributes) {
        FeatureMatrix features = slide.features();
        return new Hdf5Dataset(
                "features", features.values(), new long[] {features.rows(), features.width()}, attributes);
    }

    // Whole magnifications are integers in these files.
    private static Object number(double value) {
        return value == Math.rint(value) ? (Object) (long) value : (Object) value;
    }

    private static String plain(double value) {
        return String.valueOf(number(value));
    }

    private static String folder(Path file) {
        return String.valueOf(file.toAbsolutePath().getParent());
    }
}
