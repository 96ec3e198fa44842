package org.cyphervit.data.shard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.cyphervit.UserError;
import org.cyphervit.data.TileSource;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.TarShards;
import org.cyphervit.image.ImageFiles;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Tiles in tar shards: those that {@link ShardPacker} wrote, with an index, and any in WebDataset's layout. A sample's
 * {@code json} may tell its {@code name}, {@code class}, {@code group} and {@code target}; a {@code cls} its class.
 */
public final class Shards {
    /** What was packed and the checksums of the shards. */
    static final String ABOUT = "shards.json";
    /** A row per tile. */
    static final String INDEX = "index.csv";

    static final ObjectMapper JSON = new ObjectMapper();
    private static final int MAX_TEXT = 1 << 20;

    private Shards() {}

    /** Whether a folder holds shards. */
    public static boolean isIn(Path folder) throws IOException {
        return Files.isDirectory(folder) && !TarShards.list(folder).isEmpty();
    }

    /**
     * Opens the shards of a folder, or one shard.
     *
     * @throws UserError if there are none, or they differ from their index
     */
    public static TileSource open(Path place) throws IOException {
        if (Files.isRegularFile(place.resolve(ABOUT))) {
            return indexed(place);
        }
        List<Path> tars = Files.isRegularFile(place) ? List.of(place) : TarShards.list(place);
        List<Found> found = new ArrayList<>();
        for (Path tar : tars) {
            found.addAll(scan(tar));
        }
        if (found.isEmpty()) {
            throw new UserError("There are no tiles in tar shards in '" + place + "'. 'cyphervit pack' writes them.");
        }
        return labelled(found);
    }

    private record Found(StoredTiles.Tile tile, @Nullable String label) {}

    private static TileSource labelled(List<Found> found) {
        TreeSet<String> names = new TreeSet<>();
        boolean all = found.stream().allMatch(one -> one.label != null);
        found.forEach(one -> names.add(one.label == null ? "" : one.label));
        List<String> classes = all && names.size() > 1 ? List.copyOf(names) : List.of();
        List<StoredTiles.Tile> tiles = new ArrayList<>();
        Map<String, Integer> seen = new HashMap<>();
        for (Found one : found) {
            StoredTiles.Tile tile = one.tile;
            int before = seen.merge(tile.name(), 1, Integer::sum);
            tiles.add(new StoredTiles.Tile(
                    before == 1 ? tile.name() : tile.name() + "#" + before,
                    tile.place(),
                    tile.extension(),
                    tile.size(),
                    classes.isEmpty() ? -1 : classes.indexOf(one.label),
                    tile.group(),
                    tile.target(),
                    tile.content()));
        }
        return new StoredTiles(tiles, classes, null);
    }

    // Without an index: the headers of the tar are walked, and what lies beside each image is read.
    private static List<Found> scan(Path tar) throws IOException {
        MappedFile mapped = new MappedFile(tar);
        Map<String, List<TarShards.Entry>> samples = new LinkedHashMap<>();
        for (TarShards.Entry entry : TarShards.entries(tar)) {
            samples.computeIfAbsent(entry.key(), key -> new ArrayList<>()).add(entry);
        }
        List<Found> found = new ArrayList<>();
        for (Map.Entry<String, List<TarShards.Entry>> sample : samples.entrySet()) {
            TarShards.Entry image = null;
            JsonNode about = JSON.createObjectNode();
            String label = null;
            for (TarShards.Entry entry : sample.getValue()) {
                String extension = entry.extension();
                if (image == null && ImageFiles.isImageName(entry.name())) {
                    image = entry;
                } else if (extension.equals("json") && entry.size() <= MAX_TEXT) {
                    about = json(mapped.part(entry.offset(), entry.size()).read(), tar, entry.name());
                } else if (extension.equals("cls") && entry.size() <= MAX_TEXT) {
                    label = new String(mapped.part(entry.offset(), entry.size()).read(), StandardCharsets.UTF_8)
                            .strip();
                }
            }
            if (image != null) {
                found.add(found(tar, mapped, image, about, label));
            }
        }
        return found;
    }

    private static Found found(
            Path tar, MappedFile mapped, TarShards.Entry image, JsonNode about, @Nullable String cls) {
        StoredTiles.Tile tile = new StoredTiles.Tile(
                about.path("name").asString(image.name()),
                tar + ", " + image.name(),
                image.extension(),
                image.size(),
                -1,
                about.path("group").isString() ? about.path("group").asString() : null,
                about.path("target").asDouble(Double.NaN),
                mapped.part(image.offset(), image.size()));
        return new Found(
                tile, about.path("class").isString() ? about.path("class").asString() : cls);
    }

    private static JsonNode json(byte[] bytes, Path tar, String name) {
        try {
            return JSON.readTree(bytes);
        } catch (JacksonException e) {
            throw new UserError("'" + name + "' in '" + tar + "' is no JSON: " + e.getOriginalMessage() + ".", e);
        }
    }

    private static TileSource indexed(Path folder) throws IOException {
        ShardsInfo about = ShardsInfo.read(folder);
        Map<String, MappedFile> files = new HashMap<>();
        for (ShardsInfo.Shard shard : about.shards()) {
            Path file = folder.resolve(shard.file());
            if (!Files.isRegularFile(file) || Files.size(file) != shard.bytes()) {
                throw new UserError("'" + file + "' is missing or has another size than the " + shard.bytes()
                        + " bytes that were packed. Copy it again, or pack again.");
            }
            files.put(shard.file(), new MappedFile(file));
        }
        Path index = folder.resolve(INDEX);
        CsvTable table = CsvTable.read(index);
        int[] columns = ShardPacker.HEADER.stream().mapToInt(table::column).toArray();
        List<StoredTiles.Tile> tiles = new ArrayList<>();
        for (int row = 0; row < table.rows(); row++) {
            String shard = table.at(row, columns[0]);
            MappedFile file = files.get(shard);
            String label = table.at(row, columns[5]);
            String group = table.at(row, columns[6]);
            if (file == null || !(label.isEmpty() || about.classes().contains(label))) {
                throw new UserError(
                        "Row " + (row + 1) + " of '" + index + "' names the shard '" + shard + "' and the class '"
                                + label + "', of which '" + folder.resolve(ABOUT) + "' does not know one. Pack again.");
            }
            long size = (long) table.number(row, columns[2]);
            tiles.add(new StoredTiles.Tile(
                    table.at(row, columns[4]),
                    folder.resolve(shard) + ", " + table.at(row, columns[4]),
                    table.at(row, columns[3]),
                    size,
                    about.classes().indexOf(label),
                    group.isEmpty() ? null : group,
                    table.at(row, columns[7]).isEmpty() ? Double.NaN : table.number(row, columns[7]),
                    file.part((long) table.number(row, columns[1]), size)));
        }
        if (tiles.size() != about.tiles()) {
            throw new UserError(
                    "'" + index + "' has " + tiles.size() + " rows; " + about.tiles() + " tiles were packed.");
        }
        return new StoredTiles(tiles, about.classes(), about.fingerprint());
    }
}
