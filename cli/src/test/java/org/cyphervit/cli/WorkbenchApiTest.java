package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.cyphervit.cli.viewer.Viewer;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What the workbench takes and what it refuses, asked as a program would. */
class WorkbenchApiTest {
    @TempDir
    private Path folder = Path.of("");

    private String address = "";
    private String token = "";

    @Test
    void slidesComeInPartsAndNothingIsWrittenOver() throws Exception {
        Path picture = folder.resolve("a.png");
        ImageFiles.writePng(picture, PinkTissue.of(700, 640));
        byte[] bytes = Files.readAllBytes(picture);
        Path work = Files.createDirectories(folder.resolve("work"));
        try (Viewer viewer = start(work)) {
            int half = bytes.length / 2;
            assertThat(send("a.png", half, bytes.length, new byte[10]).statusCode())
                    .isEqualTo(409); // begins in the middle
            assertThat(send("a.png", 0, bytes.length, Arrays.copyOf(bytes, half))
                            .body())
                    .contains("\"done\":" + half);
            assertThat(json("/api/slides")).as("half a slide is none").isEmpty();
            assertThat(send("a.png", half, bytes.length, Arrays.copyOfRange(bytes, half, bytes.length))
                            .body())
                    .contains("\"id\":\"0/slides/a.png\"", "\"width\":700");
            assertThat(work.resolve("slides/a.png")).hasBinaryContent(bytes);
            assertThat(send("a.png", 0, 3, new byte[3]).statusCode()).isEqualTo(409);
            assertThat(work.resolve("slides/a.png")).hasBinaryContent(bytes);
            assertThat(send("broken.svs", 0, 3, new byte[3]).body()).contains("was not kept");
            for (String name :
                    List.of("../a.png", "..", ".a.png", "b/a.png", "b\\a.png", "a\n.png", "a.exe", "C:a.png")) {
                assertThat(send(name, 0, 3, new byte[3]).statusCode()).as(name).isEqualTo(400);
            }
            assertThat(send("b.png", 0, 9L << 20, new byte[(8 << 20) + 1]).statusCode())
                    .isEqualTo(400);
            assertThat(send("b.png", 0, 1L << 52, new byte[3]).body()).contains("has no room");
            try (Stream<Path> files = Files.list(work.resolve("slides"))) {
                assertThat(files).containsExactly(work.resolve("slides/a.png"));
            }
        }
    }

    @Test
    void whatThePageAsksForNeverBecomesAnOption() throws Exception {
        Path work = Files.createDirectories(folder.resolve("work"));
        ImageFiles.writePng(work.resolve("--out=x.png"), PinkTissue.of(700, 640));
        ImageFiles.writePng(work.resolve("@x.png"), PinkTissue.of(700, 640));
        ImageFiles.writePng(folder.resolve("outside.png"), PinkTissue.of(700, 640));
        Files.createDirectories(work.resolve("tiles"));
        try (Viewer viewer = start(work)) {
            for (String wish : List.of(
                    "{\"do\":\"serve\"}",
                    "{\"do\":\"tile\",\"slides\":[]}",
                    "{\"do\":\"tile\",\"slides\":[\"0/../outside.png\"]}",
                    "{\"do\":\"tile\",\"slides\":[\"0/tiles\"]}",
                    "{\"do\":\"map\",\"slides\":[\"0/@x.png\"],\"encoder\":\"--help\"}",
                    "{\"do\":\"train\",\"data\":\"0/tiles\",\"name\":\"../x\",\"backbone\":\"cyphervit_nano\",\"method\":\"dino\",\"epochs\":1}",
                    "{\"do\":\"train\",\"data\":\"0/tiles\",\"name\":\"x\",\"backbone\":\"--help\",\"method\":\"dino\",\"epochs\":1}",
                    "{\"do\":\"train\",\"data\":\"0/tiles\",\"name\":\"x\",\"backbone\":\"cyphervit_nano\",\"method\":\"dino\",\"epochs\":0}",
                    "{\"do\":\"report\",\"run\":\"0/tiles\"}",
                    "{\"do\":\"evaluate\",\"encoder\":\"none\",\"data\":\"0/tiles\"}")) {
                HttpResponse<String> answer = post("/api/jobs", wish);
                assertThat(answer.statusCode()).as(wish + answer.body()).isEqualTo(400);
            }
            assertThat(post("/api/slide/scale?id=0/@x.png", "{\"mpp\":-1}").statusCode())
                    .isEqualTo(400);
            assertThat(post("/api/slide/scale?id=0/nothing.png", "{\"mpp\":1}").statusCode())
                    .isEqualTo(400);
            assertThat(post("/api/slide/scale?id=0/@x.png", "{\"mpp\":0.25}").statusCode())
                    .isEqualTo(200);
            assertThat(json("/api/slide?id=0/@x.png").path("mpp").asDouble()).isEqualTo(0.25);
            assertThat(post("/api/job/cancel?job=7", "{}").body()).contains("There is no job 7");
            String wish = "{\"do\":\"tile\",\"slides\":[\"0/--out=x.png\",\"0/@x.png\"]}";
            assertThat(post("/api/jobs", wish).statusCode()).isEqualTo(200);
            assertThat(json("/api/jobs"))
                    .extracting(job -> job.path("line").asString())
                    .containsExactlyInAnyOrder(
                            "cyphervit tile ./--out=x.png --out tiles",
                            "cyphervit tile ./@x.png --out tiles --mpp 0.25");
            for (JsonNode job : json("/api/jobs")) {
                post("/api/job/cancel?job=" + job.path("id").asInt(), "{}");
            }
        }
    }

    @Test
    void aFolderThatAnotherWorksInCanBeLookedAt() throws Exception {
        Path work = Files.createDirectories(folder.resolve("work"));
        ImageFiles.writePng(work.resolve("a.png"), PinkTissue.of(700, 640));
        try (Viewer first = start(work);
                Viewer second = start(work)) {
            assertThat(first.port()).isNotEqualTo(second.port());
            assertThat(get("/api/choices").statusCode()).isEqualTo(409);
            assertThat(get("/api/choices").body()).contains("Another program writes");
            assertThat(post("/api/jobs", "{\"do\":\"tile\",\"slides\":[\"0/a.png\"]}")
                            .statusCode())
                    .isEqualTo(405);
            assertThat(json("/api/slides")).hasSize(1);
        }
    }

    private Viewer start(Path work) throws Exception {
        Viewer viewer = Viewer.start(List.of(work), 0, 100);
        address = "http://127.0.0.1:" + viewer.port();
        token = viewer.address().replaceAll(".*token=", "");
        return viewer;
    }

    private HttpResponse<String> send(String name, long offset, long size, byte[] bytes) throws Exception {
        return ask(HttpRequest.newBuilder(URI.create(address + "/api/upload?name="
                        + URLEncoder.encode(name, StandardCharsets.UTF_8) + "&offset=" + offset + "&size=" + size))
                .POST(HttpRequest.BodyPublishers.ofByteArray(bytes)));
    }

    private HttpResponse<String> post(String path, String body) throws Exception {
        return ask(HttpRequest.newBuilder(URI.create(address + path)).POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    private HttpResponse<String> get(String path) throws Exception {
        return ask(HttpRequest.newBuilder(URI.create(address + path)));
    }

    private JsonNode json(String path) throws Exception {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return new ObjectMapper().readTree(answer.body());
    }

    private HttpResponse<String> ask(HttpRequest.Builder request) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    request.header("Authorization", "token " + token).build(), HttpResponse.BodyHandlers.ofString());
        }
    }
}
