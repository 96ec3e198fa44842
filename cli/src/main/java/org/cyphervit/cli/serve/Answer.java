package org.cyphervit.cli.serve;

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
record Answer(int status, String type, byte[] body, boolean cached) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static Answer json(Object value) {
        return new Answer(200, "application/json", JSON.writeValueAsBytes(value), false);
    }

    /** Not ready: how far the work is. */
    static Answer working(String what, int done, int total) {
        return new Answer(
                202,
                "application/json",
                JSON.writeValueAsBytes(Map.of("working", what, "done", done, "total", total)),
                false);
    }

    static Answer picture(String type, byte[] bytes) {
        return new Answer(200, type, bytes, true);
    }

    static Answer page(String type, byte[] bytes) {
        return new Answer(200, type + "; charset=utf-8", bytes, false);
    }

    static Answer error(int status, String words) {
        return new Answer(status, "application/json", JSON.writeValueAsBytes(Map.of("error", words)), false);
    }

    static Answer notFound() {
        return error(404, "There is nothing of that name here.");
    }

    String text() {
        return new String(body, StandardCharsets.UTF_8);
    }
}
