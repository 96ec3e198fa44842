package org.cyphervit.data;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Classes and groups that the folders of files tell.
 *
 * @param classes sorted; empty if a file lies in no class folder or all in one
 * @param labels index into the classes, or -1
 * @param groups folder above the class folder; null where there is none
 */
public record PathLabels(List<String> classes, int[] labels, List<@Nullable String> groups) {
    /** What the folders of these names, with forward slashes, tell. */
    public static PathLabels of(List<String> names, ImageFolder.Labels labels) {
        List<@Nullable String> folders = new ArrayList<>();
        List<@Nullable String> groups = new ArrayList<>();
        for (String name : names) {
            String[] parts = name.split("/");
            int folder = labels == ImageFolder.Labels.AUTO ? 0 : parts.length - 2;
            folders.add(labels == ImageFolder.Labels.NONE || parts.length < 2 ? null : parts[folder]);
            groups.add(labels == ImageFolder.Labels.PARENT && parts.length > 2 ? parts[folder - 1] : null);
        }
        List<String> classes = folders.contains(null)
                ? List.of()
                : folders.stream()
                        .map(Objects::requireNonNull)
                        .distinct()
                        .sorted()
                        .toList();
        if (classes.size() < 2) {
            return new PathLabels(
                    List.of(), folders.stream().mapToInt(folder -> -1).toArray(), groups);
        }
        return new PathLabels(
                classes, folders.stream().mapToInt(classes::indexOf).toArray(), groups);
    }
}
