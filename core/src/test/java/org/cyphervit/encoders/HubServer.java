package org.cyphervit.encoders;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Proxy;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A hub on loopback with one file, which misbehaves as it is told. */
final class HubServer implements AutoCloseable {
    static final String FILE = "model.safetensors";
    static final String REPOSITORY = "maker/model";

    final byte[] content = new byte[300_000];
    final List<String> requests = Collections.synchronizedList(new ArrayList<>());
    private final HttpServer server;

    /** Bytes after which the connection breaks; 0 for never. */
    volatile int breakAfter;
    /** How often it breaks; then it behaves. */
    final AtomicInteger breaks = new AtomicInteger(Integer.MAX_VALUE);
    /** Whether it goes on from where it is asked to. */
    volatile boolean ranges = true;
    /** Bytes that it announces besides those that there are. */
    volatile int lie;
    /** The token it wants; null for none. */
    volatile @Nullable String token;
    /** What it says the checksum is; null for the right one. */
    volatile @Nullable String checksum;
    /** Whether large files lie on another server, as on the hub. */
    volatile boolean redirects;

    HubServer() throws IOException {
        new Random(1).nextBytes(content);
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/models/" + REPOSITORY, this::about);
        server.createContext("/" + REPOSITORY + "/resolve/", this::file);
        server.createContext("/storage", this::storage);
        server.start();
    }

    Hub hub(@Nullable String secret) {
        return new Hub(
                "http://localhost:" + server.getAddress().getPort(), secret, Proxy.NO_PROXY, Duration.ofSeconds(5));
    }

    String sha256() {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private void about(HttpExchange exchange) throws IOException {
        byte[] json = "{\"sha\": \"abc123\", \"gated\": \"manual\", \"cardData\": {\"license\": \"cc-by-nc-nd-4.0\"}}"
                .getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, json.length);
        exchange.getResponseBody().write(json);
        exchange.close();
    }

    private void file(HttpExchange exchange) throws IOException {
        note(exchange);
        String secret = token;
        if (secret != null
                && !("Bearer " + secret).equals(exchange.getRequestHeaders().getFirst("Authorization"))) {
            answer(exchange, 401);
            return;
        }
        if (!exchange.getRequestURI().getPath().endsWith("/" + FILE)) {
            answer(exchange, 404);
            return;
        }
        String tag = checksum;
        exchange.getResponseHeaders().set("X-Linked-ETag", "\"" + (tag == null ? sha256() : tag) + "\"");
        exchange.getResponseHeaders().set("X-Linked-Size", Integer.toString(content.length + lie));
        if (redirects) {
            String other = "http://127.0.0.1:" + server.getAddress().getPort() + "/storage";
            exchange.getResponseHeaders().set("Location", other);
            answer(exchange, 302);
            return;
        }
        send(exchange);
    }

    private void storage(HttpExchange exchange) throws IOException {
        note(exchange);
        send(exchange);
    }

    private void note(HttpExchange exchange) {
        requests.add(
                exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath() + " "
                        + exchange.getRequestHeaders().getFirst("Range") + " "
                        + exchange.getRequestHeaders().getFirst("Authorization"));
    }

    private void send(HttpExchange exchange) throws IOException {
        String range = exchange.getRequestHeaders().getFirst("Range");
        int from = range == null || !ranges ? 0 : Integer.parseInt(range.replaceAll("bytes=(\\d+)-", "$1"));
        if (exchange.getRequestMethod().equals("HEAD")) {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
            return;
        }
        if (from > 0) {
            int all = content.length + lie;
            exchange.getResponseHeaders().set("Content-Range", "bytes " + from + "-" + (all - 1) + "/" + all);
        }
        int length = content.length - from;
        exchange.sendResponseHeaders(from > 0 ? 206 : 200, length);
        boolean breaking = breakAfter > 0 && breaks.getAndDecrement() > 0;
        OutputStream body = exchange.getResponseBody();
        body.write(content, from, breaking ? Math.min(breakAfter, length) : length);
        body.flush();
        exchange.close(); // with less than was announced the connection breaks
    }

    private static void answer(HttpExchange exchange, int status) throws IOException {
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
