package org.cyphervit.cli.serve;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.cyphervit.cli.terminal.OrderedJson;

/**
 * What the viewer answers.
 *
 * @param status of HTTP
 * @param type of the body
 * @param cached whether the browser may keep it for the session
 * @param headers others than these
 */
public record HttpResponse(int status, String type, byte[] body, boolean cached, Map<String, String> headers) {
    public HttpResponse(int status, String type, byte[] body, boolean cached) {
        this(status, type, body, cached, Map.of());
    }

    public static HttpResponse json(Object value) {
        return json(200, value);
    }

    /** Not ready: how far the work is. */
    public static HttpResponse working(String what, int done, int total) {
        return json(202, Map.of("working", what, "done", done, "total", total));
    }

    public static HttpResponse picture(String type, byte[] bytes) {
        return new HttpResponse(200, type, bytes, true);
    }

    public static HttpResponse page(String type, byte[] bytes) {
        return new HttpResponse(200, type + "; charset=utf-8", bytes, false);
    }

    /** A file that the browser saves; the name is made of letters, digits, dots, dashes and underscores. */
    public static HttpResponse download(String name, String type, byte[] bytes) {
        String plain = name.replaceAll("[^A-Za-z0-9._-]+", "_");
        return new HttpResponse(
                200, type, bytes, false, Map.of("Content-Disposition", "attachment; filename=\"" + plain + "\""));
    }

    public static HttpResponse error(int status, String words) {
        return json(status, Map.of("error", words));
    }

    private static HttpResponse json(int status, Object value) {
        byte[] body = OrderedJson.of(value).getBytes(StandardCharsets.UTF_8);
        return new HttpResponse(status, "application/json", body, false);
    }

    public static HttpResponse notFound() {
        return error(404, "There is nothing of that name here.");
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
