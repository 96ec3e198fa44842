package org.cyphervit.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import tools.jackson.databind.JsonNode;

/**
 * What was asked: a path and its parameters, decoded once.
 *
 * @param path as it was sent, not decoded
 * @param parameters after the question mark
 * @param body of a POST, at most 64 KiB, or 8 MiB of a file that is uploaded
 */
public record HttpRequest(String method, String path, Map<String, String> parameters, byte[] body) {
    /** The path under which a slide is sent, a part at a time. */
    public static final String UPLOAD = "/api/upload";

    private static final int MOST = 1 << 16;
    private static final int MOST_OF_FILE = 8 << 20;

    public static HttpRequest of(HttpExchange exchange) throws IOException {
        Map<String, String> parameters = new HashMap<>();
        String raw = exchange.getRequestURI().getRawQuery();
        for (String pair : raw == null ? new String[0] : raw.split("&")) {
            int equals = pair.indexOf('=');
            if (equals > 0) {
                parameters.put(decode(pair.substring(0, equals)), decode(pair.substring(equals + 1)));
            }
        }
        int most = exchange.getRequestURI().getRawPath().equals(UPLOAD) ? MOST_OF_FILE : MOST;
        byte[] body = exchange.getRequestBody().readNBytes(most + 1);
        if (body.length > most) {
            throw new UserError("The request is larger than " + most + " bytes.");
        }
        return new HttpRequest(
                exchange.getRequestMethod(), exchange.getRequestURI().getRawPath(), Map.copyOf(parameters), body);
    }

    /** @throws UserError if it is missing */
    public String text(String name) {
        String value = parameters.get(name);
        if (value == null) {
            throw new UserError("The parameter '" + name + "' is missing.");
        }
        return value;
    }

    /** @throws UserError if it is no whole number from {@code least} to {@code most} */
    public int number(String name, int least, int most) {
        String value = text(name);
        if (!value.matches("-?\\d{1,9}") || Integer.parseInt(value) < least || Integer.parseInt(value) > most) {
            throw new UserError(
                    "The parameter '" + name + "' must be a number from " + least + " to " + most + "; got " + value);
        }
        return Integer.parseInt(value);
    }

    /** The same, or what to take where it is missing. */
    public int number(String name, int least, int most, int otherwise) {
        return parameters.containsKey(name) ? number(name, least, most) : otherwise;
    }

    /** @throws UserError if it is no whole number from 0 to 2^53, as browsers count */
    public long size(String name) {
        String value = text(name);
        if (!value.matches("\\d{1,16}") || Long.parseLong(value) > 1L << 53) {
            throw new UserError("The parameter '" + name + "' must be a number of bytes; got " + value);
        }
        return Long.parseLong(value);
    }

    /** @throws UserError if it is no finite number */
    public double real(String name) {
        String value = text(name);
        if (!value.matches("-?\\d{1,12}(\\.\\d{1,12})?")) {
            throw new UserError("The parameter '" + name + "' must be a number; got " + value);
        }
        return Double.parseDouble(value);
    }

    /** The body of a POST as JSON. */
    public JsonNode json() {
        return ConfigTree.parse(new String(body, StandardCharsets.UTF_8));
    }

    private static String decode(String text) {
        try {
            return URLDecoder.decode(text, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UserError("The request is not encoded as addresses are.", e);
        }
    }
}
