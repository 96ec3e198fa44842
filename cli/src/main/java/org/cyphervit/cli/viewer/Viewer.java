package org.cyphervit.cli.viewer;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import org.cyphervit.UserError;
import org.cyphervit.cli.report.WebPage;
import org.cyphervit.cli.serve.AccessToken;
import org.cyphervit.cli.serve.HttpRequest;
import org.cyphervit.cli.serve.HttpResponse;
import org.cyphervit.cli.serve.SharedFolders;
import org.cyphervit.cli.workbench.Workbench;
import org.jspecify.annotations.Nullable;

/**
 * The viewer's server. It listens on the loopback address alone, answers only to requests that name this machine as their
 * host (so that no foreign page can reach it by a name of its own) and show the token of its address, and reads only inside
 * the folders it was given.
 */
public final class Viewer implements AutoCloseable {
    private static final Map<String, String> FILES = Map.ofEntries(
            Map.entry("base.css", "text/css"),
            Map.entry("viewer.css", "text/css"),
            Map.entry("dom.js", "text/javascript"),
            Map.entry("curves.js", "text/javascript"),
            Map.entry("scatter.js", "text/javascript"),
            Map.entry("viewer.js", "text/javascript"),
            Map.entry("slides.js", "text/javascript"),
            Map.entry("slide-tools.js", "text/javascript"),
            Map.entry("workbench.js", "text/javascript"),
            Map.entry("openseadragon/openseadragon.min.js", "text/javascript"),
            Map.entry("openseadragon/LICENSE.txt", "text/plain"));

    private static final String POLICY =
            "default-src 'self'; img-src 'self' data: blob:; style-src 'self' 'unsafe-inline';"
                    + " frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

    /** A request that is not sent, or an answer that is not taken, in so many seconds ends the connection. */
    private static final Map<String, String> LIMITS = Map.of(
            "sun.net.httpserver.maxReqTime", "20",
            "sun.net.httpserver.maxRspTime", "120",
            "sun.net.httpserver.idleInterval", "30",
            "sun.net.httpserver.maxIdleConnections", "200",
            "jdk.httpserver.maxConnections", "1000");

    static {
        LIMITS.forEach((key, value) -> {
            if (System.getProperty(key) == null) {
                System.setProperty(key, value); // read once, when the server's classes are loaded
            }
        });
    }

    private final HttpServer server;
    /** A thread per connection, which costs little while it waits; the work is done by few at a time. */
    private final Semaphore working =
            new Semaphore(Math.clamp(Runtime.getRuntime().availableProcessors(), 2, 16), true);

    private final ExecutorService threads;
    private final AccessToken token = AccessToken.random();
    private final ViewedTiles tiles;
    private final ViewedSlides slides;
    private final @Nullable Workbench workbench;
    private final Map<String, Route> routes = new LinkedHashMap<>();

    /** Answers one kind of request. */
    @FunctionalInterface
    interface Route {
        HttpResponse answer(HttpRequest query) throws IOException;
    }

    private Viewer(
            HttpServer server,
            ExecutorService threads,
            SharedFolders folders,
            int most,
            @Nullable Workbench workbench,
            String why) {
        this.server = server;
        this.threads = threads;
        this.workbench = workbench;
        ViewedRuns runs = new ViewedRuns(folders);
        ViewedMaps maps = new ViewedMaps(folders);
        this.tiles = new ViewedTiles(folders, most);
        this.slides = new ViewedSlides(
                folders,
                maps,
                id -> workbench == null
                        ? OptionalDouble.empty()
                        : workbench.queue().scale(id));
        routes.put("GET /api/runs", query -> runs.list());
        routes.put("GET /api/run", runs::about);
        routes.put("GET /api/metrics", runs::metrics);
        routes.put("GET /report", runs::report);
        routes.put("GET /api/map", tiles::map);
        routes.put("GET /api/tile", tiles::tile);
        routes.put("GET /api/patch", tiles::patch);
        routes.put("GET /api/similar", tiles::similar);
        routes.put("POST /api/name", tiles::name);
        routes.put("GET /api/slides", query -> slides.list());
        routes.put("GET /api/slide", slides::about);
        routes.put("GET /api/slide/tile", slides::tile);
        routes.put("GET /api/slide/thumbnail", slides::thumbnail);
        routes.put("GET /api/slide/region", slides::region);
        routes.put("GET /api/layer", maps::layer);
        routes.put("GET /api/measure", maps::measure);
        routes.put("GET /api/export/csv", maps::csv);
        routes.put("GET /api/export/geojson", maps::geoJson);
        routes.put("POST /api/map/name", maps::name);
        routes.put("GET /api/places", new Places(maps, slides)::like);
        if (workbench == null) {
            routes.put("GET /api/choices", query -> HttpResponse.error(409, why));
        } else {
            routes.put("GET /api/choices", workbench::choices);
            routes.put("GET /api/jobs", workbench::jobs);
            routes.put("POST /api/jobs", workbench::start);
            routes.put("GET /api/job/log", workbench::log);
            routes.put("POST /api/job/cancel", workbench::cancel);
            routes.put("POST /api/job/resume", workbench::resume);
            routes.put("POST /api/job/remove", workbench::remove);
            routes.put("POST " + HttpRequest.UPLOAD, workbench::upload);
            routes.put("POST /api/slide/scale", workbench::scale);
        }
    }

    /**
     * Starts a viewer.
     *
     * @param roots folders of runs, slides, images and maps; jobs work in the first
     * @param port 0 for any that is free
     * @param most tiles of a run to show on its map
     * @throws UserError if the port is taken or a folder missing
     */
    public static Viewer start(List<Path> roots, int port, int most) throws IOException {
        SharedFolders folders = new SharedFolders(roots);
        try {
            HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
            ExecutorService threads = Executors.newThreadPerTaskExecutor(
                    Thread.ofVirtual().name("viewer-", 0).factory());
            server.setExecutor(threads);
            Workbench workbench = null;
            String why = "";
            try {
                workbench = Workbench.open(folders, folders.all().getFirst());
            } catch (UserError | IOException e) { // a folder that cannot be written can be looked at all the same
                why = "Nothing can be started here: " + e.getMessage();
                System.err.println(why);
            }
            Viewer viewer = new Viewer(server, threads, folders, most, workbench, why);
            server.createContext("/", viewer::handle);
            server.start();
            return viewer;
        } catch (BindException e) {
            throw new UserError("Port " + port + " is taken. Choose another with --port.", e);
        }
    }

    /** Where it can be seen, with the token that opens it. */
    public String address() {
        return token.in("http://127.0.0.1:" + port() + "/");
    }

    /** The port it listens on. */
    public int port() {
        return server.getAddress().getPort();
    }

    /** Ends it, and the job that runs, which goes on when a viewer is started on the folder again. */
    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        tiles.close();
        slides.close();
        if (workbench != null) {
            try {
                workbench.close();
            } catch (IOException e) {
                System.err.println("viewer: " + e.getMessage());
            }
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            HttpResponse answer;
            try {
                answer = isForeign(exchange)
                        ? HttpResponse.error(403, "Only this machine is served.")
                        : answer(exchange);
            } catch (NoSuchFileException e) { // deleted or replaced while it was looked at
                answer = HttpResponse.notFound();
            } catch (UserError e) {
                answer = HttpResponse.error(400, String.valueOf(e.getMessage()));
            } catch (IOException | RuntimeException e) {
                System.err.println("viewer: " + exchange.getRequestURI() + ": " + e);
                answer = HttpResponse.error(500, "This could not be read.");
            }
            boolean framed = exchange.getRequestURI().getRawPath().equals("/report");
            Headers headers = exchange.getResponseHeaders();
            answer.headers().forEach(headers::set);
            headers.set("Content-Type", answer.type());
            headers.set("Cache-Control", answer.cached() ? "private, max-age=3600" : "no-store");
            headers.set("X-Content-Type-Options", "nosniff");
            headers.set("Referrer-Policy", "no-referrer");
            headers.set("Cross-Origin-Resource-Policy", "same-origin");
            // A report brings its scripts along; it may run them, but reaches nothing of this server.
            headers.set("Content-Security-Policy", framed ? "sandbox allow-scripts" : POLICY);
            boolean head = exchange.getRequestMethod().equals("HEAD");
            exchange.sendResponseHeaders(answer.status(), head ? -1 : answer.body().length);
            if (!head) {
                exchange.getResponseBody().write(answer.body());
            }
        }
    }

    private HttpResponse answer(HttpExchange exchange) throws IOException {
        boolean welcomed = token.isIn(exchange);
        if (!welcomed && !exchange.getRequestURI().getRawPath().equals("/")) { // before its body is read
            return HttpResponse.error(403, "The token is missing. Open the address that 'cyphervit serve' printed.");
        }
        HttpRequest query = HttpRequest.of(exchange);
        String method = query.method().equals("HEAD") ? "GET" : query.method();
        Optional<HttpResponse> welcome = method.equals("GET") ? token.welcome(exchange, query) : Optional.empty();
        if (welcome.isPresent()) {
            return welcome.get();
        }
        if (!welcomed) {
            return new HttpResponse(403, "text/html; charset=utf-8", WebPage.bytes("locked.html"), false);
        }
        Route route = routes.get(method + " " + query.path());
        if (route != null) {
            working.acquireUninterruptibly();
            try {
                return route.answer(query);
            } finally {
                working.release();
            }
        }
        if (!method.equals("GET")) {
            return HttpResponse.error(405, "This is not done here.");
        }
        if (query.path().equals("/")) {
            return HttpResponse.page("text/html", WebPage.bytes("viewer.html"));
        }
        String file = query.path().startsWith("/web/") ? query.path().substring(5) : "";
        String type = FILES.get(file);
        return type == null ? HttpResponse.notFound() : HttpResponse.page(type, WebPage.bytes(file));
    }

    // A page of another site could name this port; its Origin, or the name it gave this machine, tells.
    private boolean isForeign(HttpExchange exchange) {
        int port = server.getAddress().getPort();
        List<String> hosts = List.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port);
        String host = exchange.getRequestHeaders().getFirst("Host");
        String origin = exchange.getRequestHeaders().getFirst("Origin");
        String site = exchange.getRequestHeaders().getFirst("Sec-Fetch-Site");
        boolean known = host != null && hosts.contains(host);
        boolean own = origin == null || (origin.startsWith("http://") && hosts.contains(origin.substring(7)));
        return !known || !own || "cross-site".equals(site) || "same-site".equals(site);
    }
}
