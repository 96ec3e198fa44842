package org.cyphervit.slide.cohort;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import org.cyphervit.UserError;
import org.cyphervit.slide.SlideAddress;
import org.cyphervit.slide.SlideFormats;
import org.cyphervit.slide.dicom.DicomSeries;
import org.cyphervit.slide.zarr.OmeZarr;

/**
 * A slide of a cohort.
 *
 * @param file to open, with the plane to read where one was chosen ({@link SlideAddress})
 * @param name unique in the cohort: the path below the folder that was named, without its extension, with forward slashes
 * @param label the class, which is the first folder below the one that was named; empty where there are no classes
 */
public record SlideSource(Path file, String name, String label) {
    /** A slide in a folder: what is opened, and the path below the folder that names it. */
    private record Entry(Path file, Path named) {}

    /**
     * Finds the slides and images in folders, at any depth, and takes files as they are named. What chooses a plane is of
     * all slides of a folder.
     *
     * @throws UserError if there are none, or two that would have the same name
     */
    public static List<SlideSource> find(List<Path> inputs) {
        List<SlideSource> found = new ArrayList<>();
        for (Path input : inputs) {
            SlideAddress address = SlideAddress.of(input);
            for (SlideSource slide : find(address.file())) {
                found.add(new SlideSource(address.in(slide.file), slide.name + address.tag(), slide.label));
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
                    + "; expected files such as svs, tif, ndpi, mrxs, png or jpg, DICOM series, or OME-Zarr folders.");
        }
        return found;
    }

    private static List<SlideSource> find(Path input) {
        if (Files.isDirectory(input) && OmeZarr.isZarr(input)) {
            return List.of(
                    new SlideSource(input, OmeZarr.name(input.toAbsolutePath().normalize()), ""));
        }
        if (Files.isDirectory(input)) {
            return folder(input);
        }
        if (Files.exists(input)) {
            return List.of(new SlideSource(input, withoutExtension(String.valueOf(input.getFileName())), ""));
        }
        throw new UserError("There is no slide or folder '" + input + "'. Check the path.");
    }

    /** The file, and the plane that was chosen of it. */
    public SlideAddress address() {
        return SlideAddress.of(file);
    }

    /** Of the file. */
    long bytes() throws IOException {
        return Files.size(address().file());
    }

    private static List<SlideSource> folder(Path root) {
        List<Entry> entries = new ArrayList<>();
        Set<Path> series = new TreeSet<>();
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                    if (folder.equals(root)) {
                        return FileVisitResult.CONTINUE;
                    }
                    if (OmeZarr.isZarr(folder)) {
                        entries.add(new Entry(folder, root.relativize(folder.resolveSibling(OmeZarr.name(folder)))));
                        return FileVisitResult.SKIP_SUBTREE;
                    }
                    return isHidden(folder) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (isHidden(file)) {
                        return FileVisitResult.CONTINUE;
                    }
                    if (SlideFormats.isSlideFile(file)) {
                        entries.add(new Entry(
                                file,
                                root.relativize(
                                        file.resolveSibling(withoutExtension(String.valueOf(file.getFileName()))))));
                    } else if (DicomSeries.isDicom(file)) {
                        series.add(Objects.requireNonNull(file.getParent(), "it was met in a folder"));
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
            for (Path folder : series) {
                entries.addAll(series(root, folder));
            }
        } catch (IOException e) {
            throw new UserError("The folder '" + root + "' cannot be read: " + e.getMessage() + ".", e);
        }
        entries.sort(Comparator.comparing(entry -> slashes(entry.named)));
        boolean classes = entries.stream().allMatch(entry -> entry.named.getNameCount() > 1)
                && entries.stream()
                                .map(entry -> entry.named.getName(0))
                                .distinct()
                                .count()
                        > 1;
        return entries.stream()
                .map(entry -> new SlideSource(
                        entry.file,
                        slashes(entry.named),
                        classes ? entry.named.getName(0).toString() : ""))
                .toList();
    }

    // A folder of one series is named as the folder is, others by a file of theirs.
    private static List<Entry> series(Path root, Path folder) throws IOException {
        List<Path> firsts = DicomSeries.find(folder);
        if (firsts.size() == 1 && !folder.equals(root)) {
            return List.of(new Entry(firsts.getFirst(), root.relativize(folder)));
        }
        if (firsts.size() == 1) {
            Path name = root.toAbsolutePath().normalize().getFileName();
            return List.of(new Entry(firsts.getFirst(), name == null ? Path.of("slide") : name));
        }
        return firsts.stream()
                .map(file -> new Entry(
                        file,
                        root.relativize(file.resolveSibling(withoutExtension(String.valueOf(file.getFileName()))))))
                .toList();
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
