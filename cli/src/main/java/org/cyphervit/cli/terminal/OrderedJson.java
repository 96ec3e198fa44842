package org.cyphervit.cli.terminal;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

/** JSON that is the same in each process: a {@code Map.of()} has another order in each, and equal data are to be equal texts. */
public final class OrderedJson {
    private static final ObjectMapper JSON = new ObjectMapper();

    private OrderedJson() {}

    /** Maps that have an order keep it; the keys of others are sorted. */
    public static String of(Object value) {
        return JSON.writeValueAsString(ordered(value));
    }

    private static @Nullable Object ordered(@Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            boolean hasOrder = map instanceof LinkedHashMap || map instanceof SortedMap;
            Map<String, @Nullable Object> copy = hasOrder ? new LinkedHashMap<>() : new TreeMap<>();
            map.forEach((key, entry) -> copy.put(String.valueOf(key), ordered(entry)));
            return copy;
        }
        if (value instanceof List<?> list) {
            List<@Nullable Object> copy = new ArrayList<>();
            list.forEach(entry -> copy.add(ordered(entry)));
            return copy;
        }
        return value;
    }
}
