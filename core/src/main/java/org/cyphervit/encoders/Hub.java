package org.cyphervit.encoders;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.cyphervit.UserError;
import org.cyphervit.checkpoint.ConfigTree;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * A server with the hub's HTTP interface: {@code /api/models/REPOSITORY} and {@code /REPOSITORY/resolve/REVISION/FILE}.
 *
 * @param endpoint such as https://huggingface.co or a mirror, without a slash at the end
 * @param token sent to the endpoint alone, never to where it redirects; null for none
 * @param proxy between; {@link Proxy#NO_PROXY} for none
 * @param timeout of a connection and of silence on it
 */
public record Hub(String endpoint, @Nullable String token, Proxy proxy, Duration timeout) {
    /** The hub itself. */
    public static final String ENDPOINT = "https://huggingface.co";

    private static final int MOST_REDIRECTS = 5;
    private static final int MAX_JSON = 16 << 20;

    public Hub {
        endpoint = endpoint.replaceFirst("/+$", "");
        if (!endpoint.matches("https?://[^/\\s]+(/\\S*)?")) {
            throw new UserError("A hub or mirror is named like " + ENDPOINT + "; got '" + endpoint + "'.");
        }
    }

    /**
     * As the environment says: {@code HF_ENDPOINT}, {@code HF_TOKEN}, {@code HTTPS_PROXY}.
     *
     * @param mirror in the place of the endpoint; null for the environment's
     * @param proxy such as http://host:3128; null for the environment's
     */
    public static Hub of(Map<String, String> environment, @Nullable String mirror, @Nullable String proxy) {
        String endpoint = mirror != null ? mirror : environment.getOrDefault("HF_ENDPOINT", ENDPOINT);
        String through = proxy;
        for (String name : new String[] {"HTTPS_PROXY", "https_proxy", "HTTP_PROXY", "http_proxy"}) {
            through = through != null ? through : environment.get(name);
        }
        String token = environment.get("HF_TOKEN");
        return new Hub(
                endpoint,
                token == null || token.isBlank() ? null : token.strip(),
                through == null || through.isBlank() ? Proxy.NO_PROXY : proxy(through),
                Duration.ofSeconds(30));
    }

    private static Proxy proxy(String text) {
        String address = text.contains("://") ? text : "http://" + text;
        try {
            URI uri = new URI(address);
            if (uri.getHost() != null && uri.getPort() > 0) {
                return new Proxy(Proxy.Type.HTTP, new InetSocketAddress(uri.getHost(), uri.getPort()));
            }
        } catch (URISyntaxException e) {
            throw new UserError("A proxy is named like http://host:3128; got '" + text + "'.", e);
        }
        throw new UserError("A proxy is named like http://host:3128; got '" + text + "'.");
    }

    /**
     * What the hub says of a repository.
     *
     * @param revision the commit that is newest now
     * @param license as its card says; empty where it does not
     * @param gated whether terms must be accepted first: no, auto or manual
     */
    public record About(String revision, String license, String gated) {}

    /** What the hub says of a repository now; empty where a mirror does not tell. */
    public Optional<About> about(String repository) throws IOException {
        HttpURLConnection connection = open("GET", "/api/models/" + repository, -1);
        try {
            if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
                return Optional.empty();
            }
            JsonNode answer;
            try (InputStream body = connection.getInputStream()) {
                answer = ConfigTree.parse(new String(body.readNBytes(MAX_JSON), StandardCharsets.UTF_8));
            }
            JsonNode gate = answer.path("gated");
            return Optional.of(new About(
                    answer.path("sha").asString("main"),
                    answer.path("cardData").path("license").asString(""),
                    gate.isString() ? gate.asString() : gate.asBoolean(false) ? "yes" : "no"));
        } catch (UserError e) {
            return Optional.empty(); // no JSON: a mirror with files alone
        } finally {
            connection.disconnect();
        }
    }

    /**
     * A file as the hub describes it.
     *
     * @param size bytes
     * @param checksum SHA-256 of large files, git's SHA-1 of small ones, hexadecimal; empty where the server gives none
     */
    record Described(long size, String checksum) {}

    /** @throws UserError if there is no such file, or the token does not open it, saying what to do */
    Described describe(String repository, String revision, String file) throws IOException {
        HttpURLConnection connection = open("HEAD", resolve(repository, revision, file), -1);
        try {
            for (int i = 0; isRedirect(connection) && connection.getHeaderField("X-Linked-Size") == null; i++) {
                connection = follow(connection, "HEAD", -1, i);
            }
            requireOpen(connection, repository, file);
            String size = Objects.requireNonNullElse(
                    connection.getHeaderField("X-Linked-Size"), connection.getHeaderField("Content-Length"));
            String tag = Optional.ofNullable(connection.getHeaderField("X-Linked-ETag"))
                    .orElse(Objects.requireNonNullElse(connection.getHeaderField("ETag"), ""));
            if (size == null || !size.matches("\\d{1,15}")) {
                throw new UserError("'" + connection.getURL() + "' does not say how large the file is (got '" + size
                        + "'). Is '" + endpoint + "' a hub?");
            }
            String hex = tag.replace("W/", "").replace("\"", "");
            return new Described(Long.parseLong(size), hex.matches("[0-9a-f]{64}|[0-9a-f]{40}") ? hex : "");
        } finally {
            connection.disconnect();
        }
    }

    /** The file's bytes from one on: status 206 and the rest, or 200 and all of it. The caller closes the connection. */
    HttpURLConnection bytes(String repository, String revision, String file, long from) throws IOException {
        HttpURLConnection connection = open("GET", resolve(repository, revision, file), from);
        for (int i = 0; isRedirect(connection); i++) {
            connection = follow(connection, "GET", from, i);
        }
        requireOpen(connection, repository, file);
        return connection;
    }

    private static String resolve(String repository, String revision, String file) {
        return "/" + repository + "/resolve/" + revision + "/" + file;
    }

    private void requireOpen(HttpURLConnection connection, String repository, String file) throws IOException {
        int status = connection.getResponseCode();
        switch (status) {
            case 200, 206, 301, 302, 303, 307, 308 -> {}
            case 401, 403 ->
                throw new UserError(
                        "'" + endpoint + "' does not give '" + file + "' of " + repository + " (status " + status
                                + "): "
                                + (token == null
                                        ? "it wants a token. Accept the terms at " + endpoint + "/" + repository
                                                + ", make a token in your settings there, and set HF_TOKEN."
                                        : "the token in HF_TOKEN does not open it. Accept the terms at " + endpoint
                                                + "/" + repository + " with the account of that token, or renew it."));
            case 404 ->
                throw new UserError("'" + endpoint + "' has no '" + file + "' in " + repository
                        + ". Look at the files there and name the right one.");
            default -> throw new IOException("'" + connection.getURL() + "' answered with status " + status);
        }
    }

    private HttpURLConnection open(String method, String path, long from) throws IOException {
        return open(method, URI.create(endpoint + path), from, token);
    }

    private HttpURLConnection open(String method, URI uri, long from, @Nullable String secret) throws IOException {
        HttpURLConnection connection =
                (HttpURLConnection) uri.toURL().openConnection(isLocal(uri) ? Proxy.NO_PROXY : proxy);
        connection.setRequestMethod(method);
        connection.setInstanceFollowRedirects(false);
        connection.setConnectTimeout((int) timeout.toMillis());
        connection.setReadTimeout((int) timeout.toMillis());
        connection.setRequestProperty("User-Agent", "cyphervit");
        connection.setRequestProperty(
                "Accept-Encoding", "identity"); // sizes and checksums are those of the file itself
        if (secret != null) {
            connection.setRequestProperty("Authorization", "Bearer " + secret);
        }
        if (from > 0) {
            connection.setRequestProperty("Range", "bytes=" + from + "-");
        }
        return connection;
    }

    private static boolean isLocal(URI uri) {
        return "localhost".equals(uri.getHost()) || "127.0.0.1".equals(uri.getHost());
    }

    private static boolean isRedirect(HttpURLConnection connection) throws IOException {
        int status = connection.getResponseCode();
        return status >= 301 && status <= 308 && status != 304 && connection.getHeaderField("Location") != null;
    }

    // The token stays with the endpoint: storage elsewhere is opened by the signed address alone.
    private HttpURLConnection follow(HttpURLConnection connection, String method, long from, int count)
            throws IOException {
        if (count >= MOST_REDIRECTS) {
            throw new IOException("'" + connection.getURL() + "' redirects more than " + MOST_REDIRECTS + " times");
        }
        URI target = URI.create(connection.getURL().toString()).resolve(connection.getHeaderField("Location"));
        if (!"https".equals(target.getScheme())
                && !target.getScheme().equals(connection.getURL().getProtocol())) {
            throw new IOException("'" + connection.getURL() + "' redirects to '" + target + "', which is not safe");
        }
        connection.disconnect();
        boolean same =
                Objects.equals(target.getAuthority(), URI.create(endpoint).getAuthority());
        return open(method, target, from, same ? token : null);
    }
}
