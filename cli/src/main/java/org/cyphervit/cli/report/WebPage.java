package org.cyphervit.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.ObjectMapper;

/** Pages, styles and scripts that lie beside the program, and how data get into them. */
public final class WebPage {
    private static final Pattern PLACE = Pattern.compile("\\{\\{([a-z.]+)}}");

    private WebPage() {}

    /**
     * A page that needs nothing else: the places <code>{{title}}</code>, <code>{{data}}</code> and
     * <code>{{scripts}}</code> of the template hold the title, the data as JSON and the scripts, its others the resource
     * they name.
     *
     * @param scripts resources, in this order
     * @param data what Jackson can write
     */
    public static String fill(List<String> scripts, String title, Map<String, Object> data) throws IOException {
        Matcher places = PLACE.matcher(resource("page.html"));
        StringBuilder page = new StringBuilder();
        while (places.find()) {
            String place = places.group(1);
            String text = switch (place) {
                case "title" -> escape(title);
                case "data" -> json(data);
                case "scripts" -> resources(scripts);
                default -> resource(place);
            };
            places.appendReplacement(page, Matcher.quoteReplacement(text));
        }
        return places.appendTail(page).toString();
    }

    private static String resources(List<String> names) throws IOException {
        StringBuilder all = new StringBuilder();
        for (String name : names) {
            all.append(resource(name)).append('\n');
        }
        return all.toString();
    }

    /** The text of a resource of the web folder. */
    public static String resource(String name) throws IOException {
        return new String(bytes(name), StandardCharsets.UTF_8);
    }

    /**
     * The bytes of a resource of the web folder.
     *
     * @throws IOException if there is none of that name
     */
    public static byte[] bytes(String name) throws IOException {
        try (InputStream stream = WebPage.class.getResourceAsStream("/org/cyphervit/cli/web/" + name)) {
            if (stream == null) {
                throw new IOException("there is no page '" + name + "' in this program");
            }
            return stream.readAllBytes();
        }
    }

    // Inside a script element only "</script" and "<!--" would end or change it; no "<" is left.
    private static String json(Map<String, Object> data) {
        return new ObjectMapper().writeValueAsString(ordered(data)).replace("<", "\\u003c");
    }

    // A Map.of() has another order in each process, and equal data are to be equal pages.
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

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
