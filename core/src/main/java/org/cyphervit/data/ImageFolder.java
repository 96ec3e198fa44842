package org.cyphervit.data;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.jspecify.annotations.Nullable;

/**
 * All images under a folder, at any depth, sorted by path. Files that are broken, too small or no image are left out,
 * counted and named; a folder where more than a tenth are broken is refused.
 */
public final class ImageFolder implements TileSource {
    private final Path root;
    private final List<Entry> entries;
    private final List<String> classes;
    private final List<Skipped> skipped;
    private final String taken;

    private record Entry(
            Path file, String name, int label, @Nullable String group) {}

    /** A file that was left out, and why. */
    public record Skipped(String name, String reason) {}

    /** Which folder names the class of a tile. */
    public enum Labels {
        /** No classes. */
        NONE,
        /**
         * What the layout tells: class and slide by the manifest beside tiles that were cut from slides; else the inner
         * folder with patients above it where the same inner folders come back under several (patient/class/tile.png);
         * else the first folder under the root, if every image lies in one and there are at least two; else no classes.
         */
        AUTO,
        /** The folder that the image lies in; the folder above it is the group (patient/class/tile.png). */
        PARENT
    }

    private ImageFolder(Path root, List<Entry> entries, List<String> classes, List<Skipped> skipped, String taken) {
        this.taken = taken;
        this.root = root;
        this.entries = entries;
        this.classes = classes;
        this.skipped = skipped;
    }

    /** As {@link #scan(Path, Labels, int, int)} with classes found by themselves, at least 16 px and one tile. */
    public static ImageFolder scan(Path root) {
        return scan(root, Labels.AUTO, 16, 1);
    }

    /**
     * Finds the images of a folder; headers are read, pixels are not.
     *
     * @param minimumSide smaller images are left out; pixels
     * @param minimumTiles the least that must remain
     * @throws UserError if there is no such folder or too few tiles remain, saying what was found
     */
    public static ImageFolder scan(Path root, Labels labels, int minimumSide, int minimumTiles) {
        if (!Files.isDirectory(root)) {
            throw new UserError("There is no folder '" + root + "'. Name a folder of images (jpg, png, tif, bmp, webp),"
                    + " with or without class sub-folders.");
        }
        List<Skipped> skipped = new ArrayList<>();
        List<Path> files = list(root, skipped);
        String[] faults = new String[files.size()];
        Unreadable unreadable = new Unreadable();
        skipped.forEach(one -> unreadable.add(one.name(), new IOException(one.reason())));
        java.util.stream.IntStream.range(0, faults.length)
                .parallel()
                .forEach(i -> faults[i] = fault(root, files.get(i), minimumSide, unreadable));
        if (unreadable.isTooMany(files.size())) {
            unreadable.requireFew(files.size());
        }
        List<Path> good = new ArrayList<>();
        for (int i = 0; i < faults.length; i++) {
            if (faults[i] == null) {
                good.add(files.get(i));
            } else {
                skipped.add(new Skipped(name(root, files.get(i)), faults[i]));
            }
        }
        if (good.size() < Math.max(1, minimumTiles)) {
            throw new UserError("Under '" + root + "' there " + (good.size() == 1 ? "is " : "are ")
                    + Words.count(good.size(), "usable image") + "; at least "
                    + Math.max(1, minimumTiles) + " are needed. Left out: " + Words.count(skipped.size(), "file")
                    + (skipped.isEmpty()
                            ? "."
                            : ", the first: " + skipped.getFirst().name() + " ("
                                    + skipped.getFirst().reason() + ")."));
        }
        return build(root, good, labels, skipped);
    }

    /** The files that were left out. */
    public List<Skipped> skipped() {
        return skipped;
    }

    /** What its folders were taken for where that is not plain, in a sentence; else empty. */
    public String taken() {
        return taken;
    }

    @Override
    public int size() {
        return entries.size();
    }

    @Override
    public String name(int index) {
        return entries.get(index).name;
    }

    @Override
    public RgbImage read(int index) throws IOException {
        return ImageFiles.read(entries.get(index).file);
    }

    @Override
    public Optional<EncodedTile> encoded(int index) throws IOException {
        Path file = entries.get(index).file;
        return Optional.of(EncodedTile.of(file.toString(), ImageFiles.bytes(file)));
    }

    @Override
    public List<String> classes() {
        return classes;
    }

    @Override
    public int label(int index) {
        return entries.get(index).label;
    }

    @Override
    public @Nullable String group(int index) {
        return entries.get(index).group;
    }

    @Override
    public String fingerprint() {
        Fingerprint fingerprint = new Fingerprint();
        for (Entry entry : entries) {
            try {
                fingerprint.add(entry.name + "\t" + Files.size(entry.file) + "\t" + entry.label);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return fingerprint.hex();
    }

    @Override
    public String toString() {
        return root.toString();
    }

    private static ImageFolder build(Path root, List<Path> files, Labels labels, List<Skipped> skipped) {
        List<String> names = files.stream().map(file -> name(root, file)).toList();
        PathLabels found = PathLabels.of(root, names, labels);
        List<Entry> entries = new ArrayList<>();
        for (int i = 0; i < files.size(); i++) {
            entries.add(new Entry(
                    files.get(i),
                    names.get(i),
                    found.labels()[i],
                    found.groups().get(i)));
        }
        return new ImageFolder(root, List.copyOf(entries), found.classes(), List.copyOf(skipped), found.taken());
    }

    private static List<Path> list(Path root, List<Skipped> skipped) {
        List<Path> files = new ArrayList<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    return isHidden(folder) && !folder.equals(root)
                            ? FileVisitResult.SKIP_SUBTREE
                            : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (!isHidden(file) && ImageFiles.isImage(file)) {
                        files.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFileFailed(Path file, IOException e) {
                    skipped.add(new Skipped(name(root, file), "cannot be opened"));
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UserError("The folder '" + root + "' cannot be read: " + e.getMessage(), e);
        }
        files.sort(java.util.Comparator.comparing(file -> name(root, file)));
        return files;
    }

    private static @Nullable String fault(Path root, Path file, int minimumSide, Unreadable unreadable) {
        try {
            int[] size = ImageFiles.size(file);
            if (size[0] < minimumSide || size[1] < minimumSide) {
                return "only " + size[0] + " x " + size[1] + " pixels; at least " + minimumSide + " are needed";
            }
            return (long) size[0] * size[1] > ImageFiles.MAX_PIXELS
                    ? size[0] + " x " + size[1] + " pixels are too many for a tile"
                    : null;
        } catch (IOException e) {
            unreadable.add(name(root, file), e);
            return String.valueOf(e.getMessage());
        }
    }

    private static boolean isHidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }

    private static String name(Path root, Path file) {
        return new String(
                root.relativize(file).toString().replace('\\', '/').getBytes(StandardCharsets.UTF_8),
                StandardCharsets.UTF_8);
    }
}
