package org.cyphervit.cli.viewer;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.cyphervit.UserError;

/**
 * What was asked: a path and its parameters, decoded once.
 *
 * @param path as it was sent, not decoded
 * @param parameters after the question mark
 * @param body of a POST, at most 64 KiB
 */
record HttpRequest(String method, String path, Map<String, String> parameters, byte[] body) {
    private static final int MOST = 1 << 16;

    static HttpRequest of(HttpExchange exchange) throws IOException {
        Map<String, String> parameters = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        byte[] body = exchange.getRequestBody().readNBytes(MOST + 1);
        if (body.length > MOST) {
            throw new UserError("The request is larger than " + MOST + " bytes.");
        }
        return new HttpRequest(
                exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), Map.copyOf(parameters), body);
    }

    /** @throws UserError if it is missing */
    String text(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new UserError("The parameter '" + name + "' is missing.");
        }
        return value;
    }

    /** @throws UserError if it is no whole number from {@code least} to {@code most} */
    int number(String name, int least, int most) {
        String value = text(name);
        if (!value.matches("-?\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new UserError(
                    "The parameter '" + name + "' must be a number from " + least + " to " + most + "; got " + value);
        }
        return Integer.parseInt(value);
    }

    /** The same, or what to take where it is missing. */
    int number(String name, int least, int most, int otherwise) {
        return parameters.containsKey(name) ? number(name, least, most) : otherwise;
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UserError("The request is not encoded as addresses are.", e);
        }
    }
}
