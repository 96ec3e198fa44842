package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.cyphervit.cli.viewer.Viewer;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.train.Run;
import org.cyphervit.train.recipe.Recipes;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Connections that say nothing or half of a request do not keep others from their tiles. */
class ViewerLoadTest {
    private static final int IDLE = 50;
    private static final int REQUESTS = 200;

    @TempDir
    private Path folder = Path.of("");

    private String token = "";

    @Test
    @Timeout(value = 120, unit = TimeUnit.SECONDS)
    void idleSocketsDoNotStarveParallelRequestsForTiles() throws Exception {
        for (int i = 0; i < 12; i++) { // more than are kept open
            ImageFiles.writePng(folder.resolve("slide" + i + ".png"), picture(620, i));
        }
        List<Socket> idle = new ArrayList<>();
        try (Viewer viewer = Viewer.start(List.of(folder), 0, 100);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = port(viewer);
            for (int i = 0; i < IDLE; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
                if (i % 2 == 0) { // the others say nothing at all
                    socket.getOutputStream()
                            .write("GET /api/slides HTTP/1.1\r\nHost: ".getBytes(StandardCharsets.ISO_8859_1));
                }
                idle.add(socket);
            }
            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                String path = "/api/slide/tile?id=0/slide" + i % 12 + ".png&level=" + (8 + i % 3) + "&x=0&y=0";
                answers.add(clients.submit(() -> status(port, path)));
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).startsWith("HTTP/1.1 200");
            }
            Files.delete(folder.resolve("slide3.png"));
            assertThat(status(port, "/api/slide/tile?id=0/slide3.png&level=8&x=0&y=0"))
                    .startsWith("HTTP/1.1 404");
            ImageFiles.writePng(folder.resolve("slide4.png"), picture(900, 4));
            assertThat(body(port, "/api/slide?id=0/slide4.png")).contains("\"width\":900");
        } finally {
            for (Socket socket : idle) {
                socket.close();
            }
        }
    }

    @Test
    void aRunThatIsReplacedAndDeletedWhileItIsLookedAt() throws Exception {
        Path run = Files.createDirectories(folder.resolve("run"));
        String recipe = Recipes.write(Recipes.resolve(Recipes.empty(), new DatasetInfo(64, List.of())));
        Files.writeString(run.resolve(Run.RECIPE), recipe);
        Files.writeString(run.resolve(MetricsCsv.NAME), "step,epoch,loss\n1,0,3\n");
        try (Viewer viewer = Viewer.start(List.of(folder), 0, 100);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            int port = port(viewer);
            assertThat(body(port, "/api/metrics?id=0/run")).contains("\"last\":1");
            Path other = Files.createDirectories(folder.resolve("other"));
            Files.writeString(other.resolve(Run.RECIPE), recipe);
            Files.writeString(other.resolve(MetricsCsv.NAME), "step,epoch,loss\n1,0,3\n2,0,2\n");
            Files.move(run, folder.resolve("earlier"));
            Files.move(other, run);
            Files.setLastModifiedTime(run.resolve(MetricsCsv.NAME), FileTime.fromMillis(1));
            assertThat(body(port, "/api/metrics?id=0/run")).contains("\"last\":2");

            List<Future<String>> answers = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                String path = List.of("/api/run?id=0/run", "/api/metrics?id=0/run", "/api/runs")
                        .get(i % 3);
                answers.add(clients.submit(() -> status(port, path)));
                if (i == 30) {
                    Files.delete(run.resolve(MetricsCsv.NAME));
                    Files.delete(run.resolve(Run.RECIPE));
                    Files.delete(run);
                }
            }
            for (Future<String> answer : answers) {
                assertThat(answer.get()).matches("HTTP/1.1 (200|404).*");
            }
            assertThat(status(port, "/api/run?id=0/run")).startsWith("HTTP/1.1 404");
            assertThat(status(port, "/api/metrics?id=0/run")).startsWith("HTTP/1.1 404");
            assertThat(body(port, "/api/runs")).contains("earlier").doesNotContain("0/run\"");
        }
    }

    private int port(Viewer viewer) {
        token = viewer.address().replaceAll(".*token=", "");
        return viewer.port();
    }

    private static RgbImage picture(int side, int number) {
        byte[] rgb = new byte[3 * side * side];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) ((i * (number + 1)) >> 6);
        }
        return new RgbImage(side, side, rgb);
    }

    private String status(int port, String path) throws Exception {
        return body(port, path).lines().findFirst().orElse("");
    }

    private String body(int port, String path) throws Exception {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            String request = "GET " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + port + "\r\nAuthorization: token "
                    + token + "\r\nConnection: close\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            InputStream answer = socket.getInputStream();
            return new String(answer.readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }
}
