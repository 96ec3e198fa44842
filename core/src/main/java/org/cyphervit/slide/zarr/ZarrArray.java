package org.cyphervit.slide.zarr;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An array of bytes (uint8) of Zarr 2 or 3, by its metadata: shape, chunks, and how chunks are named and packed. Shards of
 * Zarr 3 are read one inner chunk at a time.
 */
final class ZarrArray {
    private static final long MAX_CHUNK = 1 << 27;
    private static final int MAX_INDEX = 1 << 24;
    private static final int KEPT_INDICES = 64;
    private static final long NOWHERE = -1;

    private final ZarrStore store;
    private final String path;
    private final long[] shape;
    /** Of what is unpacked at once. */
    private final int[] chunks;
    /** Of what is stored as one key; the same unless there are shards. */
    private final int[] stored;

    private final String prefix;
    private final String separator;
    private final Codec codec;
    private final boolean indexAtEnd;
    private final boolean checksum;
    private final int fill;
    private final Map<String, long[]> indices = new HashMap<>();

    private ZarrArray(ZarrStore store, String path, Layout layout) {
        this.store = store;
        this.path = path;
        this.shape = layout.shape;
        this.chunks = layout.chunks;
        this.stored = layout.stored;
        this.prefix = layout.prefix;
        this.separator = layout.separator;
        this.codec = layout.codec;
        this.indexAtEnd = layout.indexAtEnd;
        this.checksum = layout.checksum;
        this.fill = layout.fill;
    }

    private static final class Layout {
        long[] shape = {};
        int[] chunks = {};
        int[] stored = {};
        String prefix = "";
        String separator = ".";
        Codec codec = Codec.NONE;
        boolean indexAtEnd = true;
        boolean checksum;
        int fill;
    }

    /** @throws IOException if the metadata is missing, broken, or of a kind that is not known */
    static ZarrArray open(ZarrStore store, String path) throws IOException {
        Optional<JsonNode> third = Json.read(store, path + "zarr.json");
        if (third.isPresent()) {
            return new ZarrArray(store, path, third(third.get()));
        }
        return new ZarrArray(
                store,
                path,
                second(Json.read(store, path + ".zarray")
                        .orElseThrow(() -> new IOException("there is no array '" + path + "'"))));
    }

    private static Layout second(JsonNode json) throws IOException {
        Layout layout = new Layout();
        String type = json.path("dtype").asString("");
        if (!type.endsWith("u1")) {
            throw new IOException("its values are '" + type + "'; expected bytes, '|u1'");
        }
        if (!json.path("order").asString("C").equals("C")
                || (!json.path("filters").isNull() && !json.path("filters").isEmpty())) {
            throw new IOException("its chunks are in Fortran's order or filtered");
        }
        layout.shape = Json.longs(json.path("shape"));
        layout.chunks = Json.ints(json.path("chunks"));
        layout.stored = layout.chunks;
        layout.separator = json.path("dimension_separator").asString(".");
        layout.codec = Codec.named(json.path("compressor"), "id")
                .orElseThrow(() -> new IOException(
                        "its compressor is " + json.path("compressor").path("id")));
        layout.fill = json.path("fill_value").asInt(0);
        return check(layout);
    }

    private static Layout third(JsonNode json) throws IOException {
        Layout layout = new Layout();
        String type = json.path("data_type").asString("");
        if (!json.path("node_type").asString("").equals("array") || !type.equals("uint8")) {
            throw new IOException("it is no array of uint8 (" + json.path("node_type") + " of '" + type + "')");
        }
        layout.shape = Json.longs(json.path("shape"));
        layout.chunks = Json.ints(json.path("chunk_grid").path("configuration").path("chunk_shape"));
        layout.stored = layout.chunks;
        JsonNode keys = json.path("chunk_key_encoding");
        boolean slashes = !keys.path("name").asString("default").equals("v2");
        layout.prefix = slashes ? "c" : "";
        layout.separator = keys.path("configuration").path("separator").asString(slashes ? "/" : ".");
        layout.fill = json.path("fill_value").asInt(0);
        codecs(json.path("codecs"), layout, true);
        return check(layout);
    }

    private static void codecs(JsonNode codecs, Layout layout, boolean outer) throws IOException {
        for (JsonNode codec : codecs) {
            String name = codec.path("name").asString("");
            JsonNode how = codec.path("configuration");
            switch (name) {
                case "bytes" -> {} // single bytes have no order
                case "sharding_indexed" -> {
                    if (!outer) {
                        throw new IOException("its shards hold shards");
                    }
                    layout.chunks = Json.ints(how.path("chunk_shape"));
                    layout.indexAtEnd =
                            how.path("index_location").asString("end").equals("end");
                    for (JsonNode index : how.path("index_codecs")) {
                        layout.checksum |= index.path("name").asString("").equals("crc32c");
                    }
                    codecs(how.path("codecs"), layout, false);
                }
                default ->
                    layout.codec = Codec.named(codec, "name")
                            .orElseThrow(() -> new IOException("its codec '" + name + "' is not known"));
            }
        }
    }

    private static Layout check(Layout layout) throws IOException {
        int n = layout.shape.length;
        boolean fine = n > 1 && n <= 5 && layout.chunks.length == n && layout.stored.length == n;
        long size = 1;
        long index = 1;
        for (int i = 0; fine && i < n; i++) {
            fine = layout.shape[i] > 0 && layout.chunks[i] > 0 && layout.stored[i] % layout.chunks[i] == 0;
            size = fine ? size * Math.min(layout.chunks[i], MAX_CHUNK + 1) : size;
            index = fine ? index * (layout.stored[i] / layout.chunks[i]) : index;
            fine = fine && size <= MAX_CHUNK && index <= MAX_INDEX / 16;
        }
        if (!fine) {
            throw new IOException("its shape " + Arrays.toString(layout.shape) + " and chunks "
                    + Arrays.toString(layout.chunks) + " cannot be");
        }
        return layout;
    }

    long[] shape() {
        return shape.clone();
    }

    int[] chunks() {
        return chunks.clone();
    }

    int fill() {
        return fill;
    }

    /**
     * A chunk by its place in the grid; as large as all others, even at the edges.
     *
     * @return null where nothing is stored: all values are the fill value
     */
    byte @Nullable [] chunk(long[] place) throws IOException {
        int size = Arrays.stream(chunks).reduce(1, (a, b) -> a * b);
        long most = 2L * size + (1 << 16);
        try {
            if (Arrays.equals(chunks, stored)) {
                Optional<byte[]> packed = store.read(key(place), 0, -1, most);
                return packed.isEmpty() ? null : codec.decode(packed.get(), size);
            }
            long[] shard = new long[place.length];
            int inner = 0;
            for (int i = 0; i < place.length; i++) {
                int across = stored[i] / chunks[i];
                shard[i] = place[i] / across;
                inner = inner * across + (int) (place[i] % across);
            }
            long[] index = index(key(shard));
            if (index.length == 0 || index[2 * inner] == NOWHERE) {
                return null;
            }
            Optional<byte[]> packed = store.read(key(shard), Math.max(0, index[2 * inner]), index[2 * inner + 1], most);
            return packed.isEmpty() ? null : codec.decode(packed.get(), size);
        } catch (IOException e) {
            throw new IOException("chunk " + Arrays.toString(place) + " of '" + path + "': " + e.getMessage(), e);
        }
    }

    // Where the chunks of a shard begin and how long they are; none where there is no such shard.
    private long[] index(String key) throws IOException {
        synchronized (indices) {
            long[] known = indices.get(key);
            if (known != null) {
                return known;
            }
        }
        int count = 1;
        for (int i = 0; i < chunks.length; i++) {
            count *= stored[i] / chunks[i];
        }
        int bytes = 16 * count + (checksum ? 4 : 0);
        Optional<byte[]> read = store.read(key, indexAtEnd ? -bytes : 0, bytes, bytes);
        long[] index = new long[read.isEmpty() ? 0 : 2 * count];
        if (read.isPresent()) {
            ByteBuffer.wrap(read.get())
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .asLongBuffer()
                    .get(index);
        }
        synchronized (indices) {
            if (indices.size() >= KEPT_INDICES) {
                indices.clear();
            }
            indices.put(key, index);
        }
        return index;
    }

    private String key(long[] place) {
        StringBuilder key = new StringBuilder(path).append(prefix);
        for (int i = 0; i < place.length; i++) {
            key.append(i == 0 && prefix.isEmpty() ? "" : separator).append(place[i]);
        }
        return key.toString();
    }
}
