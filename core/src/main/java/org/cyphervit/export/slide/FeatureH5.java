package org.cyphervit.export.slide;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;

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
        writeTridentPatches(root, slide.slide(), slide.coordinates(), slide.geometry());
        Path features = job(root, slide.geometry())
                .resolve("features_" + slide.encoder())
                .resolve(slide.slide() + ".h5");
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("name", slide.slide());
        attributes.put("savetodir", folder(features));
        attributes.put("encoder", slide.encoder());
        Hdf5Dataset places = tridentCoordinates(slide.slide(), slide.coordinates(), slide.geometry(), features);
        Hdf5File.write(features, List.of(rows(slide, attributes), places));
        return features;
    }

    /**
     * TRIDENT's places of a slide's tiles alone: {@code <mag>x_<size>px_<overlap>px_overlap/patches/<slide>_patches.h5}.
     *
     * @param root of the job
     * @param coordinates pairs x, y: the upper left corners, level-0 pixels
     * @return the file
     */
    public static Path writeTridentPatches(Path root, String slide, long[] coordinates, SlideFeatures.Geometry geometry)
            throws IOException {
        Path patches = job(root, geometry).resolve("patches").resolve(slide + "_patches.h5");
        Hdf5File.write(patches, List.of(tridentCoordinates(slide, coordinates, geometry, patches)));
        return patches;
    }

    /**
     * CLAM: {@code h5_files/<slide>.h5} with {@code features} (N,D) float32 and {@code coords} (N,2) int32, and {@code
     * patches/<slide>.h5} with the coordinates and how they were cut.
     *
     * @return the file with the features
     */
    public static Path writeClam(Path root, SlideFeatures slide) throws IOException {
        writeClamPatches(root, slide.slide(), slide.coordinates(), slide.geometry());
        Path features = root.resolve("h5_files").resolve(slide.slide() + ".h5");
        Hdf5Dataset places = clamCoordinates(slide.coordinates(), Map.of());
        Hdf5File.write(features, List.of(rows(slide, Map.of()), places));
        return features;
    }

    /**
     * CLAM's places of a slide's tiles alone: {@code patches/<slide>.h5}.
     *
     * @param coordinates pairs x, y: the upper left corners, level-0 pixels
     * @return the file
     */
    public static Path writeClamPatches(Path root, String slide, long[] coordinates, SlideFeatures.Geometry geometry)
            throws IOException {
        Path patches = root.resolve("patches").resolve(slide + ".h5");
        long[] level = {geometry.level0Width(), geometry.level0Height()};
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("patch_size", (long) geometry.patchSizeLevel0());
        attributes.put("patch_level", 0L);
        attributes.put("downsample", new double[] {1, 1});
        attributes.put("downsampled_level_dim", level);
        attributes.put("level_dim", level);
        attributes.put("name", slide);
        attributes.put("save_path", folder(patches));
        Hdf5File.write(patches, List.of(clamCoordinates(coordinates, attributes)));
        return patches;
    }

    private static Hdf5Dataset clamCoordinates(long[] coordinates, Map<String, Object> attributes) {
        int[] places = Arrays.stream(coordinates).mapToInt(Math::toIntExact).toArray();
        return new Hdf5Dataset("coords", places, new long[] {coordinates.length / 2, 2}, attributes);
    }

    private static Path job(Path root, SlideFeatures.Geometry geometry) {
        return root.resolve(String.format(
                Locale.ROOT,
                "%sx_%dpx_%dpx_overlap",
                plain(geometry.targetMagnification()),
                geometry.patchSize(),
                geometry.overlap()));
    }

    private static Hdf5Dataset tridentCoordinates(
            String slide, long[] coordinates, SlideFeatures.Geometry geometry, Path place) {
        Map<String, Object> attributes = new LinkedHashMap<>();
        attributes.put("patch_size", (long) geometry.patchSize());
        attributes.put("patch_size_level0", (long) geometry.patchSizeLevel0());
        attributes.put("level0_magnification", number(geometry.level0Magnification()));
        attributes.put("target_magnification", number(geometry.targetMagnification()));
        attributes.put("overlap", (long) geometry.overlap());
        attributes.put("name", slide);
        attributes.put("savetodir", folder(place));
        attributes.put("level0_width", geometry.level0Width());
        attributes.put("level0_height", geometry.level0Height());
        return new Hdf5Dataset("coords", coordinates, new long[] {coordinates.length / 2, 2}, attributes);
    }

    private static Hdf5Dataset rows(SlideFeatures slide, Map<String, Object> attributes) {
        FeatureMatrix features = slide.features();
        Map<String, Object> all = new LinkedHashMap<>(slide.about());
        all.putAll(attributes);
        return new Hdf5Dataset("features", features.values(), new long[] {features.rows(), features.width()}, all);
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
