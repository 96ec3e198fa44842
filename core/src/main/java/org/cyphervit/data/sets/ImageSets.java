package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;

/** What readers of sets of image files share. */
final class ImageSets {
    /** Of the splits that a set's authors did not make. */
    private static final double TEST_SHARE = 0.3;

    private ImageSets() {}

    /** All images below a folder, without classes. */
    static TileSource images(Path folder) {
        return ImageFolder.scan(folder, ImageFolder.Labels.NONE, 16, 1);
    }

    /**
     * The images whose path matches, with the class and group that it tells.
     *
     * @param path of the images, where the group "class" is a class and "group" a patient or slide if it has that group
     */
    static TileSource matching(
            TileSource images, Pattern path, List<String> classes, Function<String, String> className) {
        boolean grouped = path.namedGroups().containsKey("group");
        return AnnotatedTiles.of(images, classes, name -> {
            Matcher matcher = path.matcher("/" + name);
            return matcher.matches()
                    ? Optional.of(new AnnotatedTiles.Note(
                            className.apply(matcher.group("class")), grouped ? matcher.group("group") : null))
                    : Optional.empty();
        });
    }

    /**
     * Part {@code all}, or {@code train} and {@code test}: groups that are drawn class by class with a fixed seed, the same
     * for everybody.
     */
    static TileSource part(TileSource all, String part) {
        if (part.equals("all")) {
            return all;
        }
        for (int i = 0; i < all.size(); i++) {
            if (all.group(i) == null) {
                throw new UserError("Tile '" + all.name(i) + "' has no group, so that a split could leak.");
            }
        }
        Split split = Split.of(all, TEST_SHARE, 0);
        return part.equals("train") ? split.train() : split.test();
    }

    /** Tells classes whose counts differ from the published ones. */
    static void compare(TileSource tiles, List<Integer> published, Consumer<String> tell) {
        TreeMap<Integer, Integer> counts = new TreeMap<>();
        IntStream.range(0, tiles.size()).forEach(i -> counts.merge(tiles.label(i), 1, Integer::sum));
        StringBuilder differences = new StringBuilder();
        for (int c = 0; c < tiles.classes().size(); c++) {
            int count = counts.getOrDefault(c, 0);
            if (count != published.get(c)) {
                differences.append(differences.isEmpty() ? "" : ", ");
                differences
                        .append(tiles.classes().get(c))
                        .append(' ')
                        .append(count)
                        .append(" of ")
                        .append(published.get(c));
            }
        }
        if (!differences.isEmpty()) {
            tell.accept("Tiles per class differ from the published ones: " + differences + ".");
        }
    }

    /** The folder itself, or the one of that name in it. */
    static Path within(Path folder, String name) {
        Path inner = folder.resolve(name);
        return java.nio.file.Files.isDirectory(inner) ? inner : folder;
    }

    /** A file's contents or a UserError that tells how to get it. */
    static Path require(Path file, String what) throws IOException {
        if (!java.nio.file.Files.isRegularFile(file)) {
            throw new UserError("There is no file '" + file + "': " + what);
        }
        return file;
    }
}
