package org.cyphervit.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HubDownloadTest {
    @TempDir
    private Path folder;

    private HubServer server;
    private Path target;

    @BeforeEach
    void start() throws IOException {
        server = new HubServer();
        target = folder.resolve("model.safetensors");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private boolean get(@Nullable String token) throws IOException {
        return new HubDownload(server.hub(token), (bytes, of) -> {}, Duration.ofMillis(1))
                .get(HubServer.REPOSITORY, "abc123", HubServer.FILE, target);
    }

    @Test
    void aFileArrivesWholeAndIsNotFetchedTwice() throws IOException {
        long[] last = new long[2];
        new HubDownload(server.hub(null), (bytes, of) -> {
                    last[0] = bytes;
                    last[1] = of;
                })
                .get(HubServer.REPOSITORY, "abc123", HubServer.FILE, target);
        assertThat(target).hasBinaryContent(server.content);
        assertThat(last).containsExactly(300_000, 300_000);
        assertThat(server.requests.getFirst()).startsWith("HEAD /maker/model/resolve/abc123/model.safetensors");
        server.requests.clear();
        assertThat(get(null)).isTrue();
        assertThat(server.requests).hasSize(1); // the description alone
    }

    @Test
    void aBrokenConnectionIsGoneOnWithWhereItStopped() throws IOException {
        server.breakAfter = 70_000;
        assertThat(get(null)).isTrue();
        assertThat(target).hasBinaryContent(server.content);
        assertThat(server.requests).anyMatch(request -> request.contains("bytes=70000-"));
        assertThat(server.requests).anyMatch(request -> request.contains("bytes=280000-"));
    }

    @Test
    void aServerWithoutRangesIsAskedAgainFromTheStart() throws IOException {
        server.breakAfter = 70_000;
        server.breaks.set(2);
        server.ranges = false;
        assertThat(get(null)).isTrue();
        assertThat(target).hasBinaryContent(server.content);
    }

    @Test
    void aLaterRunGoesOnWithWhatAnEarlierLeft() throws IOException {
        Path part = folder.resolve("model.safetensors." + server.sha256().substring(0, 16) + ".part");
        Files.write(part, Arrays.copyOf(server.content, 123_456));
        Files.writeString(folder.resolve("model.safetensors.0123456789abcdef.part"), "of another version");
        assertThat(get(null)).isTrue();
        assertThat(target).hasBinaryContent(server.content);
        assertThat(server.requests.get(1)).contains("bytes=123456-");
        assertThat(part).doesNotExist();
    }

    @Test
    void aConnectionThatNeverBringsMoreIsGivenUpAndItsPartKept() throws IOException {
        server.lie = 1000; // announces more than there is
        assertThatThrownBy(() -> get(null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("broke")
                .hasMessageContaining("run again to go on");
        assertThat(target).doesNotExist();
        assertThat(files()).hasSize(1).allMatch(file -> file.toString().endsWith(".part"));
    }

    @Test
    void aServerThatSendsMoreThanItAnnouncedIsNotTrusted() throws IOException {
        server.lie = -1000;
        assertThatThrownBy(() -> get(null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("announced 299000 bytes")
                .hasMessageContaining("another mirror");
        assertThat(files()).isEmpty();
    }

    @Test
    void aWrongChecksumLeavesNothing() throws IOException {
        server.checksum = "0".repeat(64);
        assertThatThrownBy(() -> get(null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("checksum " + server.sha256() + ", expected 000")
                .hasMessageContaining("It was removed");
        assertThat(files()).isEmpty();
    }

    @Test
    void gitsChecksumOfSmallFilesIsKnownAndNoneIsSaid() throws Exception {
        server.checksum = "abc"; // no checksum at all
        assertThat(get(null)).isFalse();
        Files.delete(target);
        MessageDigest sha1 = MessageDigest.getInstance("SHA-1"); // as git hash-object has it
        sha1.update("blob 300000\0".getBytes(StandardCharsets.US_ASCII));
        server.checksum = HexFormat.of().formatHex(sha1.digest(server.content));
        assertThat(get(null)).isTrue();
        Files.delete(target);
        server.checksum = "1".repeat(40);
        assertThatThrownBy(() -> get(null)).isInstanceOf(UserError.class).hasMessageContaining("expected 1111");
    }

    @Test
    void aGatedFileAsksForATokenAndTheTokenStaysWithTheHub() throws IOException {
        server.token = "secret";
        assertThatThrownBy(() -> get(null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Accept the terms at")
                .hasMessageContaining("HF_TOKEN");
        assertThatThrownBy(() -> get("wrong"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("does not open it")
                .hasMessageNotContaining("wrong");
        server.redirects = true;
        server.requests.clear();
        assertThat(get("secret")).isTrue();
        assertThat(target).hasBinaryContent(server.content);
        assertThat(server.requests).anyMatch(request -> request.contains("/storage") && request.endsWith("null"));
        assertThat(server.requests).noneMatch(request -> request.contains("/storage") && request.contains("secret"));
    }

    @Test
    void whatIsNotThereIsNamedAndTheHubTellsItsLicence() throws IOException {
        assertThatThrownBy(() -> new HubDownload(server.hub(null), (bytes, of) -> {})
                        .get(HubServer.REPOSITORY, "main", "other.bin", target))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("has no 'other.bin' in maker/model");
        assertThat(server.hub(null).about(HubServer.REPOSITORY))
                .contains(new Hub.About("abc123", "cc-by-nc-nd-4.0", "manual"));
        assertThat(server.hub(null).about("no/body")).isEmpty();
    }

    @Test
    void theEnvironmentNamesHubTokenAndProxy() {
        Hub hub = Hub.of(
                Map.of("HF_ENDPOINT", "https://mirror.example/hub/", "HF_TOKEN", " t ", "HTTPS_PROXY", "http://p:3128"),
                null,
                null);
        assertThat(hub.endpoint()).isEqualTo("https://mirror.example/hub");
        assertThat(hub.token()).isEqualTo("t");
        assertThat(hub.proxy().address()).hasToString("p/<unresolved>:3128");
        assertThat(Hub.of(Map.of(), "http://localhost:1", null).endpoint()).isEqualTo("http://localhost:1");
        assertThatThrownBy(() -> Hub.of(Map.of(), "file:///etc", null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("named like");
        assertThatThrownBy(() -> Hub.of(Map.of(), null, "nonsense"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("http://host:3128");
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.toList();
        }
    }
}
