package org.cyphervit.data.sets;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;
import java.util.function.Consumer;
import org.cyphervit.UserError;
import org.cyphervit.Words;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.shard.Archives;
import org.cyphervit.data.shard.Shards;
import org.cyphervit.slide.cohort.TileScale;

/**
 * Where tiles are, as a user writes it: a folder of images, a folder of tar shards, a zip or tar of images, a CSV table of
 * tiles, or {@code KIND:PLACE#PART}, where the kind is the name of a data set ({@link DataSets}), {@code folder}, {@code
 * shards} or {@code csv}.
 *
 * @param kind the name of a set, or folder, shards or csv; empty to find out by looking
 * @param place folder or file
 * @param part of a data set or the value of a table's column split; empty for the default
 */
public record TileLocation(String kind, Path place, String part) {
    private static final String FOLDER = "folder";
    private static final String SHARDS = "shards";
    private static final String TABLE = "csv";

    /**
     * Reads what a user wrote. A folder of that very name wins over any other meaning.
     *
     * @throws UserError if the kind is unknown
     */
    public static TileLocation parse(String text) {
        int colon = text.indexOf(':');
        boolean drive = colon == 1; // C:\tiles
        if (colon < 1 || drive || exists(text)) {
            return part("", text);
        }
        String kind = text.substring(0, colon).toLowerCase(Locale.ROOT);
        if (!kind.equals(FOLDER) && !kind.equals(SHARDS) && !kind.equals(TABLE)) {
            DataSets.named(kind); // or tell which there are
        }
        return part(kind, text.substring(colon + 1));
    }

    /**
     * Side of the tissue in each tile, microns, as the manifests beside places say; empty where one says nothing or their
     * tiles differ.
     *
     * @param places as users write them; what is no place has no manifest
     */
    public static OptionalDouble tileMicrons(List<String> places) throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String place : places) {
            try {
                folders.add(parse(place).place());
            } catch (UserError e) {
                return OptionalDouble.empty();
            }
        }
        return TileScale.microns(folders);
    }

    /**
     * Opens the tiles.
     *
     * @param labels which folder names the class, for plain folders and archives
     * @param tell receives what the user should know, such as files that were left out
     * @throws UserError if there are no tiles, or they are something else
     */
    public TileSource open(ImageFolder.Labels labels, Consumer<String> tell) throws IOException {
        if (kind.equals(TABLE) || (kind.isEmpty() && isTable())) {
            return TableTiles.open(place, part, tell);
        }
        if (!kind.isEmpty() && !kind.equals(FOLDER) && !kind.equals(SHARDS)) {
            return DataSets.named(kind).open(place, part, tell);
        }
        if (!part.isEmpty()) {
            throw new UserError("'" + place + "' has no parts, so '#" + part + "' means nothing. Name the data set: "
                    + "NAME:" + place + "#" + part + "; 'cyphervit data list' has the names.");
        }
        if (kind.equals(SHARDS) || (kind.isEmpty() && Shards.isIn(place))) {
            return Shards.open(place);
        }
        if (Archives.isArchive(place) && Files.isRegularFile(place)) {
            return Archives.open(place, labels);
        }
        ImageFolder folder = ImageFolder.scan(place, labels, 16, 1);
        if (!folder.skipped().isEmpty()) {
            tell.accept(Words.count(folder.skipped().size(), "file") + " under " + place + " left out, such as "
                    + folder.skipped().getFirst().name() + " ("
                    + folder.skipped().getFirst().reason() + ")");
        }
        if (!folder.taken().isEmpty()) {
            tell.accept(folder.taken());
        }
        return folder;
    }

    private boolean isTable() {
        return place.toString().toLowerCase(Locale.ROOT).endsWith(".csv") && Files.isRegularFile(place);
    }

    private static TileLocation part(String kind, String text) {
        int hash = text.lastIndexOf('#');
        boolean parted = hash > 0 && !exists(text);
        String place = parted ? text.substring(0, hash) : text;
        try {
            return new TileLocation(kind, Path.of(place), parted ? text.substring(hash + 1) : "");
        } catch (InvalidPathException e) {
            throw new UserError("'" + place + "' is no path: " + e.getReason() + ".", e);
        }
    }

    private static boolean exists(String text) {
        try {
            return Files.exists(Path.of(text));
        } catch (InvalidPathException e) {
            return false;
        }
    }
}
