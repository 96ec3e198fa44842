package org.cyphervit.slide;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.cyphervit.UserError;

/**
 * A slide's file, and which of its planes is meant where it holds several: {@code case.ome.tif#z=2} or
 * {@code case.ome.tif#c=1,t=3}, counted from 1. What is not said is left to the format.
 *
 * @param path as it was given
 * @param file without what chooses a plane
 * @param planes by axis: z (focus), c (channel), t (time)
 */
public record SlideAddress(Path path, Path file, Map<String, Integer> planes) {
    private static final Pattern SUFFIX = Pattern.compile("(.+)#([^#]*=[^#]*)");
    private static final Pattern PLANES = Pattern.compile("[zct]=\\d{1,6}(,[zct]=\\d{1,6})*");

    /**
     * Takes a path apart; a file whose own name looks so is that file.
     *
     * @throws UserError if what follows the # names no plane
     */
    public static SlideAddress of(Path path) {
        Matcher name = SUFFIX.matcher(String.valueOf(path.getFileName()));
        if (!name.matches() || Files.exists(path)) {
            return new SlideAddress(path, path, Map.of());
        }
        String text = name.group(2);
        Map<String, Integer> planes = new TreeMap<>();
        if (PLANES.matcher(text).matches()) {
            for (String one : text.split(",")) {
                planes.put(one.substring(0, 1), Integer.valueOf(one.substring(2)));
            }
        }
        if (planes.size() != text.split(",").length) {
            throw new UserError("'" + path + "': '#" + text + "' names no plane. Expected z (focus), c (channel) or t"
                    + " (time), each once and counted from 1, such as #z=2 or #c=1,t=3.");
        }
        return new SlideAddress(path, path.resolveSibling(name.group(1)), Map.copyOf(planes));
    }

    /** The same planes of another file. */
    public Path in(Path other) {
        return planes.isEmpty() ? other : other.resolveSibling(other.getFileName() + "#" + said());
    }

    /** For names of files that are made of the plane, such as {@code -z2}; empty where none was chosen. */
    public String tag() {
        return sorted().map(plane -> "-" + plane.getKey() + plane.getValue()).collect(Collectors.joining());
    }

    /**
     * Chooses the planes to read.
     *
     * @param there the axes and what is read along them if nothing is said
     * @return the same axes, and what is read now
     * @throws UserError naming what is there, if a plane was asked for that is not
     */
    public List<PlaneAxis> choose(PlaneAxis... there) {
        List<PlaneAxis> chosen = Stream.of(there)
                .map(axis -> new PlaneAxis(axis.axis(), axis.count(), planes.getOrDefault(axis.axis(), axis.chosen())))
                .toList();
        planes.forEach((name, number) -> {
            int count = Stream.of(there)
                    .filter(axis -> axis.axis().equals(name))
                    .mapToInt(PlaneAxis::count)
                    .findFirst()
                    .orElse(1);
            if (number < 1 || number > count) {
                String has = Stream.of(there).map(PlaneAxis::range).collect(Collectors.joining(", "));
                throw new UserError("'" + file + "' has no plane " + name + "=" + number + ". It has "
                        + (has.isEmpty() ? "one plane; leave out '#" + said() + "'." : has + "."));
            }
        });
        return chosen;
    }

    private String said() {
        return sorted().map(plane -> plane.getKey() + "=" + plane.getValue()).collect(Collectors.joining(","));
    }

    private Stream<Map.Entry<String, Integer>> sorted() {
        return planes.entrySet().stream().sorted(Map.Entry.comparingByKey());
    }
}
