package org.cyphervit.cli.serve;

import com.sun.net.httpserver.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a browser must show to be answered: it stands in the address that the terminal prints. The page keeps it as a cookie
 * that no script can read; programs send it as {@code Authorization: token ...}.
 */
public final class AccessToken {
    private final String token;

    private AccessToken(String token) {
        this.token = token;
    }

    public static AccessToken random() {
        byte[] bytes = new byte[24];
        new SecureRandom().nextBytes(bytes);
        return new AccessToken(HexFormat.of().formatHex(bytes));
    }

    /** The address with the token. */
    public String in(String address) {
        return address + "?token=" + token;
    }

    /** What sends a browser from the address with the token to the one without it, having taken it as a cookie. */
    public Optional<HttpResponse> welcome(HttpExchange exchange, HttpRequest query) {
        if (!query.path().equals("/") || !isToken(query.parameters().get("token"))) {
            return Optional.empty();
        }
        String cookie = cookie(exchange) + "=" + token + "; Path=/; HttpOnly; SameSite=Strict";
        return Optional.of(
                new HttpResponse(303, "text/plain", new byte[0], false, Map.of("Location", "/", "Set-Cookie", cookie)));
    }

    /** Whether a request shows it. */
    public boolean isIn(HttpExchange exchange) {
        String said = exchange.getRequestHeaders().getFirst("Authorization");
        if (said != null && said.startsWith("token ")) {
            return isToken(said.substring(6).strip());
        }
        String name = cookie(exchange) + "=";
        List<String> cookies = exchange.getRequestHeaders().getOrDefault("Cookie", List.of());
        return cookies.stream()
                .flatMap(line -> List.of(line.split(";")).stream())
                .map(String::strip)
                .anyMatch(cookie -> cookie.startsWith(name) && isToken(cookie.substring(name.length())));
    }

    // Cookies know no ports: another viewer on this machine has another one.
    private static String cookie(HttpExchange exchange) {
        return "cyphervit-" + exchange.getLocalAddress().getPort();
    }

    private boolean isToken(@org.jspecify.annotations.Nullable String said) {
        return said != null
                && MessageDigest.isEqual(said.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
    }
}
