package org.cyphervit.mil.bag;

import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;

/**
 * A folder of features of slides: HDF5 files of TRIDENT, CLAM or this program's {@code map}, a file each; Parquet files, one
 * each or Spark's {@code slide=...} folders; or the array and index that {@code embed} writes. Slides are named after their
 * files.
 */
public final class FeatureFolder implements AutoCloseable {
    private static final int DEPTH = 8;
    private static final String PARTITION = "slide=";

    private final Path folder;
    private final Map<String, Opener> openers;
    private final Scratch scratch;

    private FeatureFolder(Path folder, Map<String, Opener> openers, Scratch scratch) {
        this.folder = folder;
        this.openers = openers;
        this.scratch = scratch;
    }

    /**
     * Lists the slides of a folder; no features are read yet.
     *
     * @param scratch a folder for what must be unpacked; removed when this is closed
     * @throws UserError if there are none, or two files of one slide
     */
    public static FeatureFolder open(Path folder, Path scratch) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new UserError("There is no folder of features at '" + folder + "'.");
        }
        Map<String, Opener> openers = EmbeddedFeatures.isOne(folder) ? EmbeddedFeatures.list(folder) : list(folder);
        if (openers.isEmpty()) {
            throw new UserError("'" + folder + "' has no features of slides: neither h5 nor Parquet files, nor the"
                    + " features.npy and index.csv of 'embed'.");
        }
        return new FeatureFolder(folder, openers, new Scratch(scratch));
    }

    /** The folder. */
    public Path folder() {
        return folder;
    }

    /** Names of the slides. */
    public Set<String> slides() {
        return openers.keySet();
    }

    /** The slide that a table's cell names, with or without the ending of the slide's file; null if there is none. */
    public @Nullable String find(String cell) {
        if (openers.containsKey(cell)) {
            return cell;
        }
        String stem = stem(cell);
        return openers.containsKey(stem) ? stem : null;
    }

    /** A slide's features. */
    public Bag bag(String slide) throws IOException {
        Opener opener = openers.get(slide);
        if (opener == null) {
            throw new UserError("There are no features of slide '" + slide + "' in '" + folder + "'.");
        }
        return opener.open(slide, scratch);
    }

    @Override
    public void close() throws IOException {
        scratch.close();
    }

    private static Map<String, Opener> list(Path folder) throws IOException {
        List<Path> files;
        try (Stream<Path> walk = Files.walk(folder, DEPTH)) {
            files = walk.filter(Files::isRegularFile).sorted().toList();
        }
        Map<String, Opener> openers = new TreeMap<>();
        Map<String, List<Path>> parts = new LinkedHashMap<>();
        for (Path file : files) {
            String name = String.valueOf(file.getFileName());
            Path parent = file.getParent();
            String above = parent == null ? "" : String.valueOf(parent.getFileName());
            if (name.endsWith(".h5") && !above.equals("patches") && !name.endsWith("_patches.h5")) {
                add(openers, name.substring(0, name.length() - 3), new H5Features(file));
            } else if (name.endsWith(".parquet") && above.startsWith(PARTITION)) {
                // Spark escapes what cannot stand in a folder's name.
                String slide = URLDecoder.decode(
                        above.substring(PARTITION.length()).replace("+", "%2B"), StandardCharsets.UTF_8);
                parts.computeIfAbsent(slide, key -> new ArrayList<>()).add(file);
            } else if (name.endsWith(".parquet")) {
                add(openers, name.substring(0, name.length() - 8), new ParquetFeatures(List.of(file)));
            }
        }
        parts.forEach((slide, own) -> add(openers, stem(slide), new ParquetFeatures(List.copyOf(own))));
        return openers;
    }

    private static void add(Map<String, Opener> openers, String slide, Opener opener) {
        Opener before = openers.put(slide, opener);
        if (before != null) {
            throw new UserError("Slide '" + slide + "' has two files of features, '" + before.file() + "' and '"
                    + opener.file() + "'. Name the folder of one encoder.");
        }
    }

    // A slide's file without folders and ending, which features are named after.
    private static String stem(String name) {
        String file = name.substring(name.lastIndexOf('/') + 1);
        return file.replaceFirst("\\.(?i:svs|tiff?|ndpi|mrxs|scn|vms|bif|dcm|czi|isyntax|zarr|png|jpe?g|bmp|h5)$", "");
    }
}
