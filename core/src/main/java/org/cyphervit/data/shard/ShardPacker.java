package org.cyphervit.data.shard;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.cyphervit.UserError;
import org.cyphervit.data.EncodedTile;
import org.cyphervit.data.Fingerprint;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.Unreadable;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.TarShards;
import org.cyphervit.file.Writing;
import org.cyphervit.image.ImageFiles;
import tools.jackson.databind.node.ObjectNode;

/**
 * Packs tiles into tar shards once, in the order of their source: a few large files for many small ones. Image
 * files are copied byte by byte, other tiles become PNG; training from the shards is training from the source.
 */
public final class ShardPacker {
    static final List<String> HEADER =
            List.of("shard", "offset", "size", "extension", "name", "class", "group", "target");
    private static final String PREFIX = "tiles";

    private final TileSource source;
    private final Path folder;
    private final Unreadable unreadable = new Unreadable();
    private final List<ShardsInfo.Shard> shards = new ArrayList<>();

    private ShardPacker(TileSource source, Path folder) {
        this.source = source;
        this.folder = folder;
    }

    /**
     * What was packed.
     *
     * @param tiles in the shards
     * @param shards their files
     * @param bytes of all of them
     * @param unreadable names of tiles that were left out
     */
    public record Result(int tiles, List<Path> shards, long bytes, List<String> unreadable) {}

    /**
     * Packs a source.
     *
     * @param folder where the shards go
     * @param overwrite earlier shards in the folder; else it may have none
     * @param shardBytes a new shard is begun beyond
     * @param progress receives how many tiles are done
     * @throws UserError if no tile can be read, or the folder holds shards that shall not be overwritten
     */
    public static Result pack(TileSource source, Path folder, boolean overwrite, long shardBytes, IntConsumer progress)
            throws IOException {
        ShardPacker packer = new ShardPacker(source, folder);
        packer.clear(overwrite);
        return packer.pack(shardBytes, progress);
    }

    /**
     * Compares shards with the checksums they were packed with.
     *
     * @return names of shards that are missing or differ
     * @throws UserError if the folder has no checksums
     */
    public static List<String> damaged(Path folder, IntConsumer progress) throws IOException {
        if (!Files.isRegularFile(folder.resolve(Shards.ABOUT))) {
            throw new UserError("There is no " + Shards.ABOUT + " in '" + folder
                    + "'; only shards that 'pack' wrote have" + " checksums.");
        }
        List<String> damaged = new ArrayList<>();
        List<ShardsInfo.Shard> shards = ShardsInfo.read(folder).shards();
        for (int s = 0; s < shards.size(); s++) {
            Path file = folder.resolve(shards.get(s).file());
            if (!Files.isRegularFile(file)
                    || !Fingerprint.of(file).equals(shards.get(s).sha256())) {
                damaged.add(shards.get(s).file());
            }
            progress.accept(s + 1);
        }
        return damaged;
    }

    private Result pack(long shardBytes, IntConsumer progress) throws IOException {
        String all = source.fingerprint();
        List<List<String>> rows = new ArrayList<>();
        List<Path> places = new ArrayList<>();
        List<Path> written;
        try (TarShards tars = new TarShards(folder, PREFIX, shardBytes)) {
            for (int i = 0; i < source.size(); i++) {
                EncodedTile tile = encoded(i);
                if (tile != null) {
                    places.add(tars.add("%08d".formatted(i), files(i, tile)));
                    rows.add(row(i, tile));
                }
                progress.accept(i + 1);
            }
            tars.close();
            written = tars.written();
        }
        unreadable.requireFew(source.size());
        List<List<String>> index = index(rows, places, written);
        CsvTable.write(folder.resolve(Shards.INDEX), HEADER, index);
        new ShardsInfo(unreadable.names().isEmpty() ? all : without(all), source.classes(), rows.size(), shards)
                .write(folder);
        long bytes = shards.stream().mapToLong(ShardsInfo.Shard::bytes).sum();
        return new Result(rows.size(), written, bytes, unreadable.names());
    }

    private String without(String fingerprint) {
        Fingerprint rest = new Fingerprint();
        rest.add(fingerprint);
        unreadable.names().forEach(rest::add);
        return rest.hex();
    }

    // What tells of the shards goes first: a pack that is cut leaves no folder that looks whole.
    private void clear(boolean overwrite) throws IOException {
        Writing.folder(folder);
        List<Path> tars = TarShards.list(folder);
        if (!overwrite && !tars.isEmpty()) {
            throw new UserError("'" + folder + "' holds shards already, such as '"
                    + tars.getFirst().getFileName()
                    + "'. Choose another folder, or replace them (setting 'overwrite').");
        }
        Files.deleteIfExists(folder.resolve(Shards.ABOUT));
        Files.deleteIfExists(folder.resolve(Shards.INDEX));
        for (Path tar : tars) {
            if (tar.getFileName().toString().startsWith(PREFIX + "-")) {
                Files.delete(tar);
            }
        }
    }

    private @org.jspecify.annotations.Nullable EncodedTile encoded(int index) {
        try {
            var stored = source.encoded(index);
            return stored.isPresent()
                    ? stored.get()
                    : new EncodedTile("png", ImageFiles.encode(".png", source.read(index)));
        } catch (IOException e) {
            unreadable.add(source.name(index), e);
            return null;
        }
    }

    private Map<String, byte[]> files(int index, EncodedTile tile) {
        ObjectNode about = Shards.JSON.createObjectNode().put("name", source.name(index));
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put(tile.extension(), tile.bytes());
        if (source.label(index) >= 0) {
            about.put("class", source.classes().get(source.label(index)));
            files.put("cls", String.valueOf(source.label(index)).getBytes(StandardCharsets.US_ASCII));
        }
        if (source.group(index) != null) {
            about.put("group", source.group(index));
        }
        if (!Double.isNaN(source.target(index))) {
            about.put("target", source.target(index));
        }
        files.put("json", about.toString().getBytes(StandardCharsets.UTF_8));
        return files;
    }

    private List<String> row(int index, EncodedTile tile) {
        String group = source.group(index);
        double target = source.target(index);
        return List.of(
                tile.extension(),
                source.name(index),
                source.label(index) < 0 ? "" : source.classes().get(source.label(index)),
                group == null ? "" : group,
                Double.isNaN(target) ? "" : String.valueOf(target));
    }

    // Where the images came to lie is read from the shards as they are.
    private List<List<String>> index(List<List<String>> rows, List<Path> places, List<Path> written)
            throws IOException {
        List<List<String>> index = new ArrayList<>();
        for (Path shard : written) {
            shards.add(new ShardsInfo.Shard(shard.getFileName().toString(), Files.size(shard), Fingerprint.of(shard)));
            List<TarShards.Entry> images = TarShards.entries(shard).stream()
                    .filter(entry -> !entry.extension().equals("json")
                            && !entry.extension().equals("cls"))
                    .toList();
            for (TarShards.Entry image : images) {
                List<String> row = new ArrayList<>(List.of(
                        shard.getFileName().toString(), String.valueOf(image.offset()), String.valueOf(image.size())));
                row.addAll(rows.get(index.size()));
                index.add(row);
            }
        }
        if (index.size() != places.size()) {
            throw new IllegalStateException(index.size() + " tiles in the shards of " + places.size());
        }
        return index;
    }
}
