package org.cyphervit.cli.report;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.cli.terminal.OrderedJson;

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

    private static String json(Map<String, Object> data) {
        return safe(OrderedJson.of(data));
    }

    /** JSON for inside a script element, where only "</script" and "<!--" would end or change it: no "<" is left. */
    static String safe(String json) {
        return json.replace("<", "\\u003c");
    }

    private static String escape(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }
}
