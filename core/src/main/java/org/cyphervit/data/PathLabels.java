package org.cyphervit.data;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.cyphervit.file.CsvTable;
import org.jspecify.annotations.Nullable;

/**
 * Classes and groups that the folders of files tell.
 *
 * @param classes sorted; empty if a file lies in no class folder or all in one
 * @param labels index into the classes, or -1
 * @param groups patient or slide of each file; null where it is not known
 * @param taken what the folders were taken for, in a sentence; empty where they are classes or nothing
 */
public record PathLabels(List<String> classes, int[] labels, List<@Nullable String> groups, String taken) {
    private static final String MANIFEST = "manifest.csv"; // of tiles that were cut from slides

    /** What the folders of these names, with forward slashes, tell. */
    public static PathLabels of(List<String> names, ImageFolder.Labels labels) {
        List<String[]> parts = names.stream().map(name -> name.split("/", -1)).toList();
        if (labels == ImageFolder.Labels.AUTO && arePatients(parts)) {
            PathLabels known = byFolders(parts, ImageFolder.Labels.PARENT);
            long patients = known.groups.stream().distinct().count();
            return new PathLabels(
                    known.classes,
                    known.labels,
                    known.groups,
                    "The folders are taken for patients with the same classes in each: " + patients
                            + " patients, classes " + String.join(", ", known.classes) + ".");
        }
        return byFolders(parts, labels);
    }

    /**
     * The same for a folder, which may hold what tiling left: then its manifest tells class and slide of each tile, and
     * slides are no classes.
     */
    static PathLabels of(Path root, List<String> names, ImageFolder.Labels labels) {
        return labels == ImageFolder.Labels.AUTO
                ? manifest(root, names).orElseGet(() -> of(names, labels))
                : of(names, labels);
    }

    private static PathLabels byFolders(List<String[]> names, ImageFolder.Labels labels) {
        List<@Nullable String> folders = new ArrayList<>();
        List<@Nullable String> groups = new ArrayList<>();
        for (String[] parts : names) {
            int folder = labels == ImageFolder.Labels.AUTO ? 0 : parts.length - 2;
            folders.add(labels == ImageFolder.Labels.NONE || parts.length < 2 ? null : parts[folder]);
            groups.add(labels == ImageFolder.Labels.PARENT && parts.length > 2 ? parts[folder - 1] : null);
        }
        return labelled(folders, groups, "");
    }

    private static PathLabels labelled(List<@Nullable String> folders, List<@Nullable String> groups, String taken) {
        List<String> classes = folders.contains(null)
                ? List.of()
                : folders.stream()
                        .map(Objects::requireNonNull)
                        .distinct()
                        .sorted()
                        .toList();
        if (classes.size() < 2) {
            int[] none = new int[folders.size()];
            Arrays.fill(none, -1);
            return new PathLabels(List.of(), none, groups, taken);
        }
        return new PathLabels(
                classes, folders.stream().mapToInt(classes::indexOf).toArray(), groups, taken);
    }

    // PATIENT/CLASS/tile: every inner folder's name comes back under other outer folders, as 0 and 1 do under patients,
    // and there are fewer of them; where there are more, it is CLASS/PATIENT/tile.
    private static boolean arePatients(List<String[]> names) {
        Map<String, Set<String>> outer = new HashMap<>();
        Set<String> all = new HashSet<>();
        for (String[] parts : names) {
            if (parts.length < 3) {
                return false;
            }
            all.add(parts[0]);
            outer.computeIfAbsent(parts[parts.length - 2], key -> new HashSet<>())
                    .add(parts[0]);
        }
        return outer.size() > 1
                && outer.size() < all.size()
                && outer.values().stream().allMatch(under -> under.size() > 1);
    }

    private static Optional<PathLabels> manifest(Path root, List<String> names) {
        Path folder = root.toAbsolutePath().normalize();
        Path beside = folder.getParent() == null ? folder : folder.getParent();
        Path file = Files.exists(folder.resolve(MANIFEST)) ? folder.resolve(MANIFEST) : beside.resolve(MANIFEST);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        Map<String, String> classes = new HashMap<>(); // of each slide
        try {
            CsvTable table = CsvTable.read(file);
            if (!table.header().containsAll(List.of("slide", "label", "size_level0"))) {
                return Optional.empty();
            }
            int slide = table.column("slide");
            int label = table.column("label");
            for (int row = 0; row < table.rows(); row++) {
                classes.put(table.at(row, slide), table.at(row, label));
            }
        } catch (IOException e) {
            return Optional.empty(); // the folders tell what they can
        }
        List<@Nullable String> labels = new ArrayList<>();
        List<@Nullable String> slides = new ArrayList<>();
        for (String name : names) {
            String slide = slide(name, classes);
            if (slide == null) {
                return Optional.empty(); // other tiles than the manifest's
            }
            String label = classes.getOrDefault(slide, "");
            slides.add(slide);
            labels.add(label.isEmpty() ? null : label);
        }
        long count = slides.stream().distinct().count();
        PathLabels known = labelled(labels, slides, "");
        return Optional.of(new PathLabels(
                known.classes,
                known.labels,
                known.groups,
                "Tiles of " + count + (count == 1 ? " slide" : " slides")
                        + (known.classes.isEmpty()
                                ? "; slides are no classes."
                                : " of the classes " + String.join(", ", known.classes) + ".")));
    }

    private static @Nullable String slide(String name, Map<String, String> slides) {
        int end = name.lastIndexOf('/');
        String folder = end < 0 ? "" : name.substring(0, end);
        String below = folder.startsWith("tiles/") ? folder.substring("tiles/".length()) : folder;
        return slides.containsKey(folder) ? folder : slides.containsKey(below) ? below : null;
    }
}
