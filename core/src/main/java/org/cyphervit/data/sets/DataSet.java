package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.data.TileSource;

/**
 * A public data set: what it holds, where it comes from and how its published files are read.
 *
 * @param name by which it is asked for, such as {@code nct-crc-he}
 * @param title as its authors call it
 * @param content tiles, size and resolution
 * @param labels classes, scores or masks, and how tiles are grouped
 * @param source where to get it
 * @param licence of its use
 * @param reference the paper that presents it
 * @param layout folders and files below the folder that is named
 * @param parts official splits and other parts, the one that is meant when none is named first
 * @param reader of the files
 */
public record DataSet(
        String name,
        String title,
        String content,
        String labels,
        String source,
        String licence,
        String reference,
        String layout,
        List<Part> parts,
        Reader reader) {
    public DataSet {
        parts = List.copyOf(parts);
    }

    /**
     * A part of a set.
     *
     * @param name such as {@code train}
     * @param content in words
     * @param tiles how many there are; several numbers where several versions are in use, none where it is not known
     */
    public record Part(String name, String content, List<Integer> tiles) {
        static Part of(String name, String content, Integer... tiles) {
            return new Part(name, content, List.of(tiles));
        }

        /** The published number of tiles in words. */
        public String count() {
            return tiles.isEmpty() ? "-" : tiles.stream().map(String::valueOf).collect(Collectors.joining(" or "));
        }
    }

    /** Reads a set's files. */
    @FunctionalInterface
    interface Reader {
        /**
         * Opens a part.
         *
         * @param folder that the user named
         * @param part one of the set's
         * @param tell receives what the user should know
         */
        TileSource open(Path folder, String part, Consumer<String> tell) throws IOException;
    }

    /**
     * Opens a part of the set.
     *
     * @param part its name, in any case; empty for the first
     * @param tell is told of counts that differ from the published ones
     * @throws UserError if the folder does not hold the set, or there is no such part
     */
    public TileSource open(Path folder, String part, Consumer<String> tell) throws IOException {
        Part chosen = parts.stream()
                .filter(candidate -> part.isEmpty() || candidate.name().equalsIgnoreCase(part))
                .findFirst()
                .orElseThrow(() -> new UserError("'" + name + "' has no part '" + part + "'; it has "
                        + parts.stream().map(Part::name).collect(Collectors.joining(", ")) + "."));
        if (!java.nio.file.Files.isDirectory(folder)) {
            throw new UserError("There is no folder '" + folder + "'. " + title + " is to be had from " + source
                    + " (licence: " + licence + ").");
        }
        TileSource tiles = reader.open(folder, chosen.name(), tell);
        if (tiles.size() == 0) {
            throw new UserError("'" + folder + "' holds no tiles of the part '" + chosen.name() + "' of " + title
                    + ". Expected below it: " + layout + " Get it from " + source + ".");
        }
        if (!chosen.tiles().isEmpty() && !chosen.tiles().contains(tiles.size())) {
            tell.accept(title + ", part " + chosen.name() + ": " + Words.count(tiles.size(), "tile") + " in " + folder
                    + ", published are " + chosen.count() + ". An excerpt, or a download that is not whole.");
        }
        return tiles;
    }
}
