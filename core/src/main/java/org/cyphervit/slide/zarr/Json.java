package org.cyphervit.slide.zarr;

import java.io.IOException;
import java.util.Optional;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Metadata of a hierarchy. */
final class Json {
    private static final int MAX_BYTES = 1 << 24;
    private static final ObjectMapper JSON = new ObjectMapper();

    private Json() {}

    /** Nothing where there is no such key. */
    static Optional<JsonNode> read(ZarrStore store, String key) throws IOException {
        Optional<byte[]> bytes = store.read(key, 0, -1, MAX_BYTES);
        if (bytes.isEmpty()) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readTree(bytes.get()));
        } catch (JacksonException e) {
            throw new IOException("'" + key + "' is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    static long[] longs(JsonNode list) {
        long[] values = new long[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asLong(0);
        }
        return values;
    }

    static int[] ints(JsonNode list) {
        int[] values = new int[list.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = list.get(i).asInt(0);
        }
        return values;
    }
}
