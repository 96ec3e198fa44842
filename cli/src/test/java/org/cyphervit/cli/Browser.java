package org.cyphervit.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Headless Chromium, driven by its DevTools protocol: opens a page, clicks in it, asks it, takes its picture. */
final class Browser implements AutoCloseable {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final Process process;
    private final WebSocket socket;
    private final BlockingQueue<JsonNode> answers;
    private final List<String> faults;
    private int id;
    private String session = ""; // none: the browser itself

    private Browser(Process process, WebSocket socket, BlockingQueue<JsonNode> answers, List<String> faults) {
        this.process = process;
        this.socket = socket;
        this.answers = answers;
        this.faults = faults;
    }

    /** Starts one, or skips the test with a message where there is no Chromium. */
    static Browser start(Path profile) throws Exception {
        Optional<Path> program = Stream.of("chromium", "chromium-browser", "google-chrome", "chrome")
                .flatMap(name -> Stream.of(System.getenv("PATH").split(":")).map(folder -> Path.of(folder, name)))
                .filter(Files::isExecutable)
                .findFirst();
        Assumptions.assumeTrue(program.isPresent(), "no Chromium on the path (Debian: apt-get install chromium)");
        Process process = new ProcessBuilder(
                        program.orElseThrow().toString(),
                        "--headless",
                        "--no-sandbox",
                        "--disable-gpu",
                        "--disable-background-networking",
                        "--disable-component-update",
                        "--disable-sync",
                        "--no-first-run",
                        "--remote-debugging-port=0",
                        "--window-size=1280,900",
                        "--user-data-dir=" + profile,
                        "about:blank")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        BlockingQueue<JsonNode> answers = new LinkedBlockingQueue<>();
        List<String> faults = new ArrayList<>();
        Path port = profile.resolve("DevToolsActivePort");
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (!Files.exists(port) || Files.readAllLines(port).size() < 2) {
            if (!process.isAlive() || System.nanoTime() > until) {
                process.destroyForcibly();
                throw new IOException("Chromium did not start");
            }
            Thread.sleep(50);
        }
        List<String> lines = Files.readAllLines(port);
        WebSocket socket = HttpClient.newHttpClient()
                .newWebSocketBuilder()
                .buildAsync(
                        URI.create("ws://127.0.0.1:" + lines.getFirst() + lines.get(1)), new Listener(answers, faults))
                .get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        Browser browser = new Browser(process, socket, answers, faults);
        String target = browser.call("Target.createTarget", Map.of("url", "about:blank"), "")
                .path("targetId")
                .asString();
        browser.session = browser.call("Target.attachToTarget", Map.of("targetId", target, "flatten", true), "")
                .path("sessionId")
                .asString();
        browser.call("Page.enable", Map.of());
        browser.call("Runtime.enable", Map.of());
        browser.call("Network.enable", Map.of());
        return browser;
    }

    /** Goes to an address and waits until the expression is true there. */
    void open(String address, String ready) throws Exception {
        call("Page.navigate", Map.of("url", address));
        await(ready);
    }

    /** Shows pages as a screen of this size would, in CSS pixels. */
    void resize(int width, int height, boolean dark) throws Exception {
        call(
                "Emulation.setDeviceMetricsOverride",
                Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", width < 600));
        call(
                "Emulation.setEmulatedMedia",
                Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    }

    /** What a JavaScript expression gives; promises are awaited. */
    JsonNode ask(String expression) throws Exception {
        JsonNode answer =
                call("Runtime.evaluate", Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
        if (answer.has("exceptionDetails")) {
            throw new AssertionError(expression + ": "
                    + answer.path("exceptionDetails")
                            .path("exception")
                            .path("description")
                            .asString());
        }
        return answer.path("result").path("value");
    }

    /** Waits until an expression is true. */
    void await(String expression) throws Exception {
        long until = System.nanoTime() + PATIENCE.toNanos();
        while (System.nanoTime() < until) {
            if (ask("Boolean(" + expression + ")").asBoolean()) {
                return;
            }
            Thread.sleep(50);
        }
        throw new AssertionError("never true: " + expression + "; faults of the page: " + faults);
    }

    /** Presses and releases the mouse in the middle of the first element that a selector finds. */
    void click(String selector) throws Exception {
        clickElement(found(selector));
    }

    /** Waits for the button with these words, then presses and releases the mouse on it. */
    void press(String words) throws Exception {
        String button = "[...document.querySelectorAll('button')].find(b => !b.disabled && b.textContent === "
                + JSON.writeValueAsString(words) + ")";
        await(button);
        clickElement(button);
    }

    private void clickElement(String element) throws Exception {
        JsonNode at = at(element);
        mouse("mousePressed", at.get(0).asDouble(), at.get(1).asDouble());
        mouse("mouseReleased", at.get(0).asDouble(), at.get(1).asDouble());
    }

    private static String found(String selector) {
        return "document.querySelector(" + JSON.writeValueAsString(selector) + ")";
    }

    /** Presses the mouse at a point of an element, moves to another and lets go; shares of its width and height. */
    void drag(String selector, double x0, double y0, double x1, double y1) throws Exception {
        at(found(selector));
        JsonNode b = ask("(() => { const b = " + found(selector)
                + ".getBoundingClientRect(); return [b.x, b.y, b.width, b.height]; })()");
        double left = b.get(0).asDouble();
        double top = b.get(1).asDouble();
        double width = b.get(2).asDouble();
        double height = b.get(3).asDouble();
        mouse("mousePressed", left + x0 * width, top + y0 * height);
        for (int i = 1; i <= 4; i++) {
            mouse(
                    "mouseMoved",
                    left + (x0 + (x1 - x0) * i / 4) * width,
                    top + (y0 + (y1 - y0) * i / 4) * height,
                    "left");
        }
        mouse("mouseReleased", left + x1 * width, top + y1 * height);
    }

    /** Presses a key, such as Tab or Enter, where the focus is. */
    void key(String key, int code) throws Exception {
        String text = key.equals("Enter") ? "\r" : "";
        for (String type : List.of("keyDown", "keyUp")) {
            call(
                    "Input.dispatchKeyEvent",
                    Map.of("type", type, "key", key, "code", key, "windowsVirtualKeyCode", code, "text", text));
        }
    }

    /** Types a text where the focus is. */
    void type(String text) throws Exception {
        call("Input.insertText", Map.of("text", text));
    }

    /** Chooses files in a field, as its dialogue would. */
    void choose(String selector, List<Path> files) throws Exception {
        String object = call("Runtime.evaluate", Map.of("expression", "document.querySelector('" + selector + "')"))
                .path("result")
                .path("objectId")
                .asString();
        call(
                "DOM.setFileInputFiles",
                Map.of(
                        "objectId",
                        object,
                        "files",
                        files.stream().map(Path::toString).toList()));
    }

    /** Saves what pages offer for download in a folder. */
    void download(Path folder) throws Exception {
        call("Browser.setDownloadBehavior", Map.of("behavior", "allow", "downloadPath", folder.toString()), "");
    }

    /** The names and roles that assistive programs are told, a line each. */
    List<String> accessible() throws Exception {
        List<String> lines = new ArrayList<>();
        for (JsonNode node : call("Accessibility.getFullAXTree", Map.of()).path("nodes")) {
            if (!node.path("ignored").asBoolean(false)) {
                lines.add(node.path("role").path("value").asString("") + ": "
                        + node.path("name").path("value").asString(""));
            }
        }
        return lines;
    }

    /** Moves the mouse to the middle of an element. */
    void hover(String selector) throws Exception {
        JsonNode at = at(found(selector));
        mouse("mouseMoved", at.get(0).asDouble(), at.get(1).asDouble());
    }

    /** Moves the mouse to a point of the window, CSS pixels. */
    void hover(double x, double y) throws Exception {
        mouse("mouseMoved", x, y);
    }

    /** The window's picture as PNG. */
    byte[] picture() throws Exception {
        return Base64.getDecoder()
                .decode(call("Page.captureScreenshot", Map.of("format", "png"))
                        .path("data")
                        .asString());
    }

    /** Uncaught errors of pages and addresses outside this machine that they asked for, so far. */
    List<String> faults() {
        return List.copyOf(faults);
    }

    @Override
    public void close() throws Exception {
        socket.abort();
        // Its helpers outlive it for a moment and still write to the profile, which the test is about to delete.
        List<ProcessHandle> all = Stream.concat(Stream.of(process.toHandle()), process.descendants())
                .toList();
        process.destroy();
        for (ProcessHandle one : all) {
            try {
                one.onExit().get(10, TimeUnit.SECONDS);
            } catch (TimeoutException e) {
                one.destroyForcibly();
                one.onExit().get(10, TimeUnit.SECONDS);
            }
        }
    }

    // The middle of an element that a JavaScript expression gives.
    private JsonNode at(String element) throws Exception {
        JsonNode at = ask("(() => { const e = " + element
                + "; if (!e) return null; e.scrollIntoView({block: 'center', behavior: 'instant'});"
                + " const b = e.getBoundingClientRect(); return [b.x + b.width / 2, b.y + b.height / 2]; })()");
        if (!at.isArray()) {
            throw new AssertionError("nothing on the page is " + element);
        }
        return at;
    }

    private void mouse(String type, double x, double y) throws Exception {
        mouse(type, x, y, type.equals("mouseMoved") ? "none" : "left");
    }

    private void mouse(String type, double x, double y, String button) throws Exception {
        boolean moved = type.equals("mouseMoved");
        call(
                "Input.dispatchMouseEvent",
                Map.of(
                        "type",
                        type,
                        "x",
                        x,
                        "y",
                        y,
                        "button",
                        button,
                        "buttons",
                        (moved && button.equals("left")) || type.equals("mousePressed") ? 1 : 0,
                        "clickCount",
                        moved ? 0 : 1,
                        "pointerType",
                        "mouse"));
    }

    private JsonNode call(String method, Map<String, Object> parameters) throws Exception {
        return call(method, parameters, session);
    }

    private JsonNode call(String method, Map<String, Object> parameters, String inSession) throws Exception {
        int number = ++id;
        Map<String, Object> message = new java.util.LinkedHashMap<>();
        message.put("id", number);
        message.put("method", method);
        message.put("params", parameters);
        if (!inSession.isEmpty()) {
            message.put("sessionId", inSession);
        }
        socket.sendText(JSON.writeValueAsString(message), true).get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        while (true) {
            JsonNode answer = answers.poll(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            if (answer == null) {
                throw new IOException("Chromium does not answer to " + method);
            }
            if (answer.path("id").asInt(-1) == number) {
                if (answer.has("error")) {
                    throw new IOException(method + ": " + answer.path("error"));
                }
                return answer.path("result");
            }
        }
    }

    private static final class Listener implements WebSocket.Listener {
        private final BlockingQueue<JsonNode> answers;
        private final List<String> faults;
        private final StringBuilder text = new StringBuilder();

        Listener(BlockingQueue<JsonNode> answers, List<String> faults) {
            this.answers = answers;
            this.faults = faults;
        }

        @Override
        public CompletionStage<?> onText(WebSocket socket, CharSequence data, boolean last) {
            text.append(data);
            if (last) {
                JsonNode message = JSON.readTree(text.toString());
                text.setLength(0);
                String method = message.path("method").asString("");
                if (method.equals("Runtime.exceptionThrown")) {
                    JsonNode details = message.path("params").path("exceptionDetails");
                    faults.add(details.path("exception").path("description").asString(details.toString()));
                } else if (method.equals("Network.requestWillBeSent")) {
                    String url =
                            message.path("params").path("request").path("url").asString("");
                    if (!url.matches("(file|data|blob|about|devtools|chrome)[^/]*:.*|http://127\\.0\\.0\\.1:.*")) {
                        faults.add("asked for " + url);
                    }
                } else if (message.has("id")) {
                    answers.add(message);
                }
            }
            socket.request(1);
            return java.util.concurrent.CompletableFuture.completedFuture(null);
        }
    }
}
