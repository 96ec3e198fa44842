package org.cyphervit.slide.cohort;

import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.cyphervit.file.TarShards;
import org.cyphervit.file.Writing;
import tools.jackson.databind.ObjectMapper;

/** Where encoded tiles go. */
public interface TileStore {
    /** Begins a slide; an earlier, unfinished attempt is written over. */
    Slot open(SlideSource slide) throws IOException;

    /** The place of one slide's tiles; closed when all are there. */
    interface Slot extends Closeable {
        /**
         * Adds a tile.
         *
         * @param key of the tile within the slide
         * @param facts what the manifest says of it
         * @return the file it is in, below the output folder
         */
        String add(String key, byte[] encoded, Map<String, Object> facts) throws IOException;
    }

    /**
     * A file per tile, {@code tiles/SLIDE/TILE.EXTENSION}; a slide's name begins with its class where there are classes.
     *
     * @param out the output folder
     */
    static TileStore files(Path out, String extension) {
        return slide -> {
            Path folder = out.resolve("tiles").resolve(slide.name());
            Writing.folder(folder);
            clear(folder);
            return new Slot() {
                @Override
                public String add(String key, byte[] encoded, Map<String, Object> facts) throws IOException {
                    Path file = folder.resolve(key + "." + extension);
                    Writing.of(file, () -> Files.write(file, encoded));
                    return "tiles/" + slide.name() + "/" + key + "." + extension;
                }

                @Override
                public void close() {} // nothing is held open
            };
        };
    }

    /**
     * Tar shards in WebDataset's layout, {@code shards/SLIDE-000000.tar}: of each tile the image, a JSON object with its facts,
     * and the number of its class as {@code cls} where there are classes.
     *
     * @param out the output folder
     * @param classes numbers of the classes; empty where there are none
     * @param maxBytes a new shard is begun beyond
     */
    static TileStore shards(Path out, String extension, Map<String, Integer> classes, long maxBytes) {
        ObjectMapper json = new ObjectMapper();
        return slide -> {
            String flat = slide.name().replaceAll("[/.]", "_");
            TarShards shards = new TarShards(out.resolve("shards"), flat, maxBytes);
            Optional<Integer> number = Optional.ofNullable(classes.get(slide.label()));
            return new Slot() {
                @Override
                public String add(String key, byte[] encoded, Map<String, Object> facts) throws IOException {
                    Map<String, byte[]> files = new LinkedHashMap<>();
                    files.put(extension, encoded);
                    number.ifPresent(n -> files.put("cls", bytes(String.valueOf(n))));
                    files.put("json", json.writeValueAsBytes(facts));
                    return "shards/" + shards.add(flat + "_" + key, files).getFileName();
                }

                @Override
                public void close() throws IOException {
                    shards.close();
                }
            };
        };
    }

    // Tiles of an attempt that was cut short: one by other options may have had more of them.
    private static void clear(Path folder) throws IOException {
        List<Path> earlier;
        try (Stream<Path> files = Files.list(folder)) {
            earlier = files.filter(file -> file.getFileName().toString().matches("x\\d+_y\\d+.*\\.(jpg|png)"))
                    .toList();
        }
        for (Path tile : earlier) {
            Writing.of(tile, () -> Files.delete(tile));
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }
}
