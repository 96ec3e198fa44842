package org.cyphervit.slide.zarr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.slide.PlaneAxis;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.codec.SegmentedImage;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * The multiscale image of an OME-Zarr hierarchy: levels from fine to coarse, and the size of a pixel. In Bio-Formats' layout
 * the image is the one called 0.
 *
 * @param levels from fine to coarse
 * @param spacing of the finest level's pixels, across and down, in {@code unit}; empty if it says none
 * @param unit such as micrometer; empty if it says none
 * @param format for tables
 * @param planes that are read
 */
public record OmeZarr(
        List<SegmentedImage> levels, Optional<double[]> spacing, String unit, String format, List<PlaneAxis> planes) {
    private static final List<String> FIVE = List.of("t", "c", "z", "y", "x");

    /** Whether the folder is a Zarr hierarchy. */
    public static boolean isZarr(Path folder) {
        return Files.isRegularFile(folder.resolve(".zattrs"))
                || Files.isRegularFile(folder.resolve("zarr.json"))
                || Files.isRegularFile(folder.resolve(".zgroup"));
    }

    /** The folder's name without what says that it is a hierarchy. */
    public static String name(Path folder) {
        String name = String.valueOf(folder.getFileName());
        String lower = name.toLowerCase(Locale.ROOT);
        int end = lower.endsWith(".ome.zarr") ? 9 : lower.endsWith(".zarr") ? 5 : 0;
        return end == name.length() ? name : name.substring(0, name.length() - end);
    }

    /**
     * Opens a hierarchy.
     *
     * @param address for messages, and the planes to read
     * @throws UserError if it is broken, holds no image of stained tissue, or not the plane that is asked for
     */
    public static OmeZarr open(ZarrStore store, SlideAddress address) {
        String name = address.file().toString();
        try {
            Optional<Found> found = multiscales(store, "");
            if (found.isEmpty()) {
                found = multiscales(store, "0/");
            }
            if (found.isEmpty()) {
                throw new IOException("it says of no image with 'multiscales'");
            }
            return of(store, address, found.get());
        } catch (IOException e) {
            throw new UserError("'" + name + "' cannot be read as OME-Zarr: " + e.getMessage() + ".", e);
        }
    }

    private record Found(String path, JsonNode multiscale, String version) {}

    private static Optional<Found> multiscales(ZarrStore store, String path) throws IOException {
        Optional<JsonNode> third = Json.read(store, path + "zarr.json");
        JsonNode attributes = third.isPresent()
                ? third.get().path("attributes").path("ome")
                : Json.read(store, path + ".zattrs").orElse(MissingNode.getInstance());
        JsonNode multiscale = attributes.path("multiscales").path(0);
        String version =
                attributes.path("version").asString(multiscale.path("version").asString(""));
        return multiscale.isObject() ? Optional.of(new Found(path, multiscale, version)) : Optional.empty();
    }

    private static OmeZarr of(ZarrStore store, SlideAddress address, Found found) throws IOException {
        List<String> axes = new ArrayList<>();
        String unit = "";
        for (JsonNode axis : found.multiscale.path("axes")) {
            axes.add(axis.isString() ? axis.asString() : axis.path("name").asString(""));
            if (axes.getLast().equals("x")) {
                unit = axis.path("unit").asString("");
            }
        }
        if (axes.isEmpty()) {
            axes.addAll(FIVE); // before version 0.3 there were always five
        }
        List<SegmentedImage> levels = new ArrayList<>();
        List<PlaneAxis> planes = List.of();
        for (JsonNode data : found.multiscale.path("datasets")) {
            ZarrArray array =
                    ZarrArray.open(store, found.path + data.path("path").asString("") + "/");
            planes = planes.isEmpty() ? planes(array.shape(), axes, address) : planes;
            levels.add(new ZarrImage(array, axes, planes, address.file().toString()));
        }
        if (levels.isEmpty()) {
            throw new IOException("it lists no datasets");
        }
        for (int i = 1; i < levels.size(); i++) {
            if (levels.get(i).width() >= levels.get(i - 1).width()) {
                throw new IOException("level " + i + " is not smaller than the one before");
            }
        }
        return new OmeZarr(
                List.copyOf(levels),
                spacing(found.multiscale, axes),
                unit,
                "OME-Zarr" + (found.version.isEmpty() ? "" : " " + found.version),
                planes);
    }

    // Along the axes beside x and y; what they do not name has one plane.
    private static List<PlaneAxis> planes(long[] shape, List<String> axes, SlideAddress address) throws IOException {
        if (axes.size() != shape.length) {
            throw new IOException("its axes are " + axes + " for " + Arrays.toString(shape) + " values");
        }
        int channels = count(shape, axes.indexOf("c"));
        if (channels != 1 && channels != 3 && !address.planes().containsKey("c")) {
            throw new IOException(
                    "it has " + channels + " channels, where a stained slide has red, green and blue; one of"
                            + " them is read where its number follows the name, such as #c=1");
        }
        return address.choose(Stream.of("z", "c", "t")
                .map(axis -> PlaneAxis.usual(axis, count(shape, axes.indexOf(axis))))
                .toArray(PlaneAxis[]::new));
    }

    private static int count(long[] shape, int axis) {
        return axis < 0 ? 1 : (int) Math.min(shape[axis], Integer.MAX_VALUE);
    }

    // What holds for the first level, times what holds for all.
    private static Optional<double[]> spacing(JsonNode multiscale, List<String> axes) {
        double[] first = scale(multiscale.path("datasets").path(0).path("coordinateTransformations"), axes);
        double[] all = scale(multiscale.path("coordinateTransformations"), axes);
        return first.length == 0
                ? Optional.empty()
                : Optional.of(all.length == 0 ? first : new double[] {first[0] * all[0], first[1] * all[1]});
    }

    private static double[] scale(JsonNode transformations, List<String> axes) {
        for (JsonNode transformation : transformations) {
            JsonNode scale = transformation.path("scale");
            if (scale.size() == axes.size()) {
                return new double[] {
                    scale.path(axes.indexOf("x")).asDouble(0),
                    scale.path(axes.indexOf("y")).asDouble(0)
                };
            }
        }
        return new double[0];
    }
}
