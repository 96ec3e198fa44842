package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.cyphervit.cli.viewer.Viewer;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServeTest {
    @TempDir
    private Path folder;

    @Test
    void nothingOutsideTheRootsIsServedAndNobodyElseIsAnswered() throws Exception {
        Path root = Files.createDirectories(folder.resolve("root"));
        Path secret = Files.createDirectories(folder.resolve("secret"));
        Files.writeString(secret.resolve("recipe.yaml"), "secret");
        Files.writeString(secret.resolve("report.html"), "secret");
        Files.writeString(secret.resolve("map.json"), "{\"secret\":1}");
        ImageFiles.writePng(
                secret.resolve("big.png"),
                GeneratedTissue.field(640, List.of(Phenotype.MUSCLE), 1).image());
        Files.createSymbolicLink(root.resolve("link"), secret);
        Files.createSymbolicLink(root.resolve("link.png"), secret.resolve("big.png"));
        try (Viewer viewer = Viewer.start(List.of(root), 0, 100)) {
            int port = viewer.port();
            String token = "\r\nAuthorization: token " + viewer.address().replaceAll(".*token=", "");
            String own = "Host: 127.0.0.1:" + port + token;
            for (String id : List.of(
                    "0/../secret",
                    "0/..%2Fsecret",
                    "0%2F..%2Fsecret",
                    "0/%2e%2e/secret",
                    "0/..%252Fsecret",
                    "0/..%5Csecret",
                    "0/" + secret,
                    secret.toString(),
                    "0//" + secret,
                    "0/link",
                    "0/./link/../link",
                    "0/x%00/../link",
                    "1",
                    "-1",
                    "99999999999",
                    "")) {
                for (String path : List.of(
                        "/api/run?id=" + id,
                        "/api/metrics?id=" + id,
                        "/report?id=" + id,
                        "/api/map?id=" + id,
                        "/api/slide?id=" + id + "/big.png",
                        "/api/slide/thumbnail?id=" + id + "/big.png",
                        "/api/layer?layer=token-1&level=0&x=0&y=0&id=" + id)) {
                    assertThat(get(port, path, own))
                            .as(path)
                            .matches("(?s)HTTP/1.1 40[04].*")
                            .doesNotContain("secret\"");
                }
            }
            assertThat(get(port, "/api/slide?id=0/link.png", own)).startsWith("HTTP/1.1 404");
            assertThat(get(port, "/api/layer?layer=..%2F..&level=0&x=0&y=0&id=0", own))
                    .startsWith("HTTP/1.1 404");
            assertThat(get(port, "/web/../../cli/quickstart.yaml", own)).startsWith("HTTP/1.1 404");
            assertThat(get(port, "/api/slides", own)).startsWith("HTTP/1.1 200").endsWith("[]");
            assertThat(get(port, "/api/runs", own)).startsWith("HTTP/1.1 200").endsWith("[]");
            assertThat(get(port, "/", own)).startsWith("HTTP/1.1 200").contains("CypherViT workbench", "nosniff");

            for (String path : List.of("/api/runs", "/api/jobs", "/web/viewer.js", "/report?id=0", "/?token=wrong")) {
                assertThat(get(port, path, "Host: 127.0.0.1:" + port))
                        .as(path + " without the token")
                        .startsWith("HTTP/1.1 403");
                assertThat(get(port, path, "Host: 127.0.0.1:" + port + "\r\nCookie: cyphervit-" + port + "=wrong"))
                        .startsWith("HTTP/1.1 403");
            }
            assertThat(get(port, viewer.address().replaceAll(".*/", "/"), "Host: 127.0.0.1:" + port))
                    .startsWith("HTTP/1.1 303")
                    .contains("HttpOnly; SameSite=Strict");
            assertThat(get(port, "/api/runs", "Host: evil.example:" + port + token))
                    .startsWith("HTTP/1.1 403");
            assertThat(get(port, "/api/runs", own + "\r\nOrigin: http://evil.example"))
                    .startsWith("HTTP/1.1 403");
            assertThat(get(port, "/api/runs", own + "\r\nOrigin: null")).startsWith("HTTP/1.1 403");
            assertThat(get(port, "/api/runs", own + "\r\nSec-Fetch-Site: cross-site"))
                    .startsWith("HTTP/1.1 403");
            assertThat(get(port, "/api/runs", own + "\r\nOrigin: http://127.0.0.1:" + port))
                    .startsWith("HTTP/1.1 200");
            assertThat(get(port, "/api/tile?id=0&tile=-5", own)).startsWith("HTTP/1.1 40");
            assertThat(CommandRun.of("serve", folder + "/none").err()).contains("There is no folder");
            assertThat(CommandRun.of("serve", root.toString(), "--port", Integer.toString(port))
                            .err())
                    .contains("is taken");
        }
    }

    @Test
    void anIdMayEndWithThePlaneToLookAt() throws Exception {
        Path made = Path.of("../core/src/test/resources/slides");
        Files.copy(made.resolve("focus.ome.tif"), folder.resolve("case.ome.tif"));
        try (Viewer viewer = Viewer.start(List.of(folder), 0, 100)) {
            String own = "Host: 127.0.0.1:" + viewer.port() + "\r\nAuthorization: token "
                    + viewer.address().replaceAll(".*token=", "");
            String slide = "/api/slide?id=0/case.ome.tif";
            assertThat(get(viewer.port(), slide, own))
                    .contains("focal plane 2 of 3", "\"planes\":[{\"axis\":\"z\",\"count\":3,\"chosen\":2}]");
            assertThat(get(viewer.port(), slide + "%23z%3D1", own))
                    .contains("\"name\":\"case.ome.tif\"", "\"id\":\"0/case.ome.tif#z=1\"", "focal plane 1 of 3");
            assertThat(get(viewer.port(), slide + "%23z%3D9", own))
                    .startsWith("HTTP/1.1 400")
                    .contains("no plane z=9");
            String tile = "/api/slide/tile?level=8&x=0&y=0&id=0/case.ome.tif";
            assertThat(get(viewer.port(), tile + "%23z%3D1", own))
                    .startsWith("HTTP/1.1 200")
                    .isNotEqualTo(get(viewer.port(), tile, own));
            assertThat(get(viewer.port(), "/api/slide?id=0/../case.ome.tif%23z%3D1", own))
                    .startsWith("HTTP/1.1 404");
        }
    }

    @Test
    void runsTilesAndSlidesAnswerToClicks() throws Exception {
        SmallRun small = SmallRun.in(folder);
        Path slides = Files.createDirectories(folder.resolve("slides"));
        Path slide = slides.resolve("field.png");
        ImageFiles.writePng(
                slide,
                GeneratedTissue.field(700, List.of(Phenotype.MUSCLE, Phenotype.ADIPOSE), 5)
                        .image());
        String[] mapping = {
            "map",
            slide.toString(),
            "--encoder",
            small.run().toString(),
            "--out",
            folder + "/maps",
            "--mpp",
            "0.5",
            "--json"
        };
        assertThat(CommandRun.of(mapping).err()).contains("--tile-microns");
        Files.writeString(folder.resolve("manifest.csv"), "slide,size,mpp\na,64,0.75\n");
        CommandRun map = CommandRun.of(mapping);
        assertThat(map.code()).as(map.err()).isZero();
        assertThat(map.err()).contains("A tile is 48.00 microns wide");
        assertThat(map.json().path("maps").get(0).path("tiles").asInt()).isBetween(15, 64);
        try (Viewer viewer = Viewer.start(List.of(folder), 0, 100);
                Browser browser = Browser.start(folder.resolve(".profile"))) {
            browser.resize(1280, 900, false);
            browser.open(viewer.address() + "#/runs", "document.querySelector('.run')");
            browser.click(".run");
            browser.await("document.querySelectorAll('.chart path').length > 3");
            assertThat(browser.ask("document.querySelector('[data-step]').dataset.step")
                            .asString())
                    .isEqualTo("6");

            browser.click("a.chip[href$='/tiles']");
            browser.await("document.querySelector('.scatter canvas')");
            browser.await("document.querySelector('.scatter canvas').width > 100");
            for (int i = 0;
                    i < 400 && !browser.ask("!!document.querySelector('.hit')").asBoolean();
                    i++) {
                browser.ask(
                        "(() => { const c = document.querySelector('.scatter canvas'), b = c.getBoundingClientRect();"
                                + " const at = {clientX: b.x + b.width * " + (i % 20 + 0.5) / 20
                                + ", clientY: b.y + b.height * "
                                + (Math.floorDiv(i, 20) + 0.5) / 20 + ", pointerType: 'mouse', bubbles: true};"
                                + " c.dispatchEvent(new PointerEvent('pointerdown', at));"
                                + " c.dispatchEvent(new PointerEvent('pointerup', at)); })()");
                Thread.sleep(10);
            }
            browser.await("document.querySelectorAll('.hit').length === 23");
            browser.await("[...document.querySelectorAll('.hit img')].every(i => i.complete && i.naturalWidth > 0)");
            String before =
                    browser.ask("document.querySelector('.now').textContent").asString();
            browser.click(".hit");
            browser.await("document.querySelector('.now').textContent !== " + quoted(before));

            browser.click("a.chip[href$='/phenotypes']");
            browser.await("document.querySelectorAll('.token input').length === 3");
            browser.ask("(() => { const f = document.querySelector('.token input'); f.value = 'muscle <b>';"
                    + " f.dispatchEvent(new Event('change')); })()");
            browser.await("document.querySelector('.token p').textContent.startsWith('Kept')");
            assertThat(CommandRun.of(
                                    "phenotypes",
                                    "list",
                                    "--encoder",
                                    small.run().toString(),
                                    "--json")
                            .json()
                            .path("names")
                            .get(0)
                            .asString())
                    .isEqualTo("muscle <b>");

            assertThat(Files.readString(folder.resolve("maps/field/report.html")))
                    .contains("muscle \\u003cb>");

            browser.click("a[data-part='slides']");
            browser.await("document.querySelector('a.slide[href*=\"field.png\"]')");
            browser.click("a.slide[href*='field.png']");
            browser.await("stage && stage.world.getItemCount() === 2 && stage.world.getItemAt(1).getFullyLoaded()");
            assertThat(browser.ask("stage.world.getItemAt(1).getOpacity()").asDouble())
                    .isEqualTo(0.8);
            browser.ask("(() => { const s = document.querySelector('#strength'); s.value = 20;"
                    + " s.dispatchEvent(new Event('input')); })()");
            assertThat(browser.ask("stage.world.getItemAt(1).getOpacity()").asDouble())
                    .isEqualTo(0.2);
            assertThat(browser.ask("document.querySelector('.legend label').textContent")
                            .asString())
                    .as("the name given to the run reaches the map that was made before")
                    .isEqualTo("muscle <b>");

            browser.resize(390, 844, true);
            assertThat(browser.ask("document.documentElement.scrollWidth").asInt())
                    .isLessThanOrEqualTo(390);
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static String quoted(String text) {
        return new tools.jackson.databind.ObjectMapper().writeValueAsString(text);
    }

    // By hand: HttpClient neither sends a foreign Host nor leaves a path as it is.
    private static String get(int port, String path, String headers) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            socket.getOutputStream()
                    .write(("GET " + path + " HTTP/1.1\r\n" + headers + "\r\nConnection: close\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            StringBuilder answer = new StringBuilder();
            BufferedReader reader =
                    new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
            for (int c = reader.read(); c >= 0; c = reader.read()) {
                answer.append((char) c);
            }
            return answer.toString();
        }
    }
}
