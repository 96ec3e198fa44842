package org.cyphervit.slide.tiling;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;

/**
 * A slide of a cohort.
 *
 * @param file to open
 * @param name unique in the cohort: the path below the folder that was named, without its extension, with forward slashes
 * @param label the class, which is the first folder below the one that was named; empty where there are no classes
 */
public record SlideSource(Path file, String name, String label) {
    private static final Set<String> SLIDES =
            Set.of("svs", "tif", "tiff", "btf", "ndpi", "mrxs", "scn", "vms", "vmu", "bif", "svslide");

    /**
     * Finds the slides and images in folders, at any depth, and takes files as they are named.
     *
     * @throws UserError if there are none, or two that would have the same name
     */
    public static List<SlideSource> find(List<Path> inputs) {
        List<SlideSource> found = new ArrayList<>();
        for (Path input : inputs) {
            if (Files.isDirectory(input)) {
                found.addAll(folder(input));
            } else if (Files.exists(input)) {
                found.add(new SlideSource(input, withoutExtension(String.valueOf(input.getFileName())), ""));
            } else {
                throw new UserError("There is no slide or folder '" + input + "'. Check the path.");
            }
        }
        Map<String, Path> names = new HashMap<>();
        for (SlideSource slide : found) {
            Path other = names.put(slide.name, slide.file);
            if (other != null) {
                throw new UserError("'" + other + "' and '" + slide.file + "' would both be called '" + slide.name
                        + "'. Rename one, or name one folder above both.");
            }
        }
        if (found.isEmpty()) {
            throw new UserError("There are no slides in " + inputs
                    + "; expected files such as svs, tif, ndpi, mrxs, png" + " or jpg.");
        }
        return found;
    }

    private static List<SlideSource> folder(Path root) {
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
                    if (!isHidden(file) && isSlide(file)) {
                        files.add(root.relativize(file));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UserError("The folder '" + root + "' cannot be read: " + e.getMessage() + ".", e);
        }
        files.sort(java.util.Comparator.comparing(SlideSource::slashes));
        boolean classes = files.stream().allMatch(file -> file.getNameCount() > 1)
                && files.stream().map(file -> file.getName(0)).distinct().count() > 1;
        return files.stream()
                .map(file -> new SlideSource(
                        root.resolve(file),
                        withoutExtension(slashes(file)),
                        classes ? file.getName(0).toString() : ""))
                .toList();
    }

    private static boolean isSlide(Path file) {
        String name = String.valueOf(file.getFileName());
        return ImageFiles.isImage(file)
                || SLIDES.contains(name.substring(name.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT));
    }

    private static boolean isHidden(Path path) {
        return String.valueOf(path.getFileName()).startsWith(".");
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    private static String withoutExtension(String name) {
        int dot = name.lastIndexOf('.');
        return dot > name.lastIndexOf('/') + 1 ? name.substring(0, dot) : name;
    }
}
