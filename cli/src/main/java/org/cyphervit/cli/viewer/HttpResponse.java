package org.cyphervit.cli.viewer;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;

/**
 * What the viewer answers.
 *
 * @param status of HTTP
 * @param type of the body
 * @param cached whether the browser may keep it for the session
 */
record HttpResponse(int status, String type, byte[] body, boolean cached) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static HttpResponse json(Object value) {
        return new HttpResponse(200, "application/json", JSON.writeValueAsBytes(value), false);
    }

    /** Not ready: how far the work is. */
    static HttpResponse working(String what, int done, int total) {
        return new HttpResponse(
                202,
                "application/json",
                JSON.writeValueAsBytes(Map.of("working", what, "done", done, "total", total)),
                false);
    }

    static HttpResponse picture(String type, byte[] bytes) {
        return new HttpResponse(200, type, bytes, true);
    }

    static HttpResponse page(String type, byte[] bytes) {
        return new HttpResponse(200, type + "; charset=utf-8", bytes, false);
    }

    static HttpResponse error(int status, String words) {
        return new HttpResponse(status, "application/json", JSON.writeValueAsBytes(Map.of("error", words)), false);
    }

    static HttpResponse notFound() {
        return error(404, "There is nothing of that name here.");
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
