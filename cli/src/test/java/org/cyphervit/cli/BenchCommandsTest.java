package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.format.OpenSlide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

class BenchCommandsTest {
    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"dino", "ibot", "dinov2", "moco", "simclr", "mae", "supervised"})
    void aStepOfEveryMethodIsTimedByPhase(String method) {
        List<String> command = new ArrayList<>(List.of("bench", "step", "--method", method));
        command.addAll(List.of("--backbone", method.equals("mae") ? "vit_nano" : "cyphervit_nano"));
        command.addAll(List.of("--batch", "4", "--steps", "2", "--json"));
        switch (method) { // the heads of the papers take longer to draw than the steps
            case "dino", "simclr" -> command.addAll(List.of("--set", "method.hidden=32"));
            case "moco" -> command.addAll(List.of("--set", "method.hidden=32", "--set", "method.queue=64"));
            case "ibot", "dinov2" -> command.addAll(List.of("--set", "method.dino.hidden=32"));
            default -> assertThat(method).isIn("mae", "supervised");
        }
        JsonNode json = measured(command);
        assertPositive(
                json,
                "images_per_second",
                "ms_per_step",
                "gflop_per_image",
                "achieved_gflops",
                "gemm_gflops",
                "floor_ms",
                "share_of_floor",
                "ms_student_forward",
                "ms_backward",
                "ms_clip_and_optimizer");
        assertThat(json.path("memory_mib_per_image").isNumber()).isTrue();
        boolean teacher = !List.of("simclr", "mae", "supervised").contains(method);
        assertThat(json.has("ms_teacher_forward")).isEqualTo(teacher);
        double phases = json.propertyNames().stream()
                .filter(name -> name.startsWith("ms_") && !name.startsWith("ms_per_step"))
                .mapToDouble(name -> json.path(name).asDouble())
                .sum();
        assertThat(phases)
                .as("phases do not overlap")
                .isLessThanOrEqualTo(json.path("ms_per_step_max").asDouble());
    }

    @Test
    void placesLikeOneAreTimed() {
        JsonNode json =
                measured(List.of("bench", "places", "--tiles", "5000", "--width", "16", "--queries", "3", "--json"));
        assertPositive(json, "ms_per_query", "ms_per_query_max", "threads");
        assertThat(CommandRun.of("bench", "places", "--tiles", "900000000").err())
                .contains("--tiles and --width ask for");
    }

    @Test
    void theOldInvocationsKeepTheirKeys() throws Exception {
        JsonNode step = measured(List.of(
                "bench",
                "--backbone",
                "vit_nano",
                "--patch",
                "16",
                "--batch",
                "2",
                "--local-crops",
                "1",
                "--out-dim",
                "64",
                "--precision",
                "fp32",
                "--steps",
                "1",
                "--json"));
        assertPositive(
                step,
                "images_per_second",
                "ms_per_step",
                "ms_per_step_min",
                "ms_per_step_max",
                "threads",
                "ms_backward");
        Files.createDirectories(folder.resolve("tiles"));
        for (int i = 0; i < 3; i++) {
            ImageFiles.writePng(folder.resolve("tiles/" + i + ".png"), PinkTissue.of(64, 64));
        }
        String tiles = folder.resolve("tiles").toString();
        List<String> load = List.of("--data", tiles, "--batch", "2", "--steps", "2", "--threads", "1", "--json");
        List<String> old = new ArrayList<>(List.of("bench", "--views"));
        old.addAll(load);
        assertPositive(measured(old), "images_per_second", "threads");
        List<String> named = new ArrayList<>(List.of("bench", "views"));
        named.addAll(load);
        assertPositive(measured(named), "images_per_second", "threads");
        named.addAll(List.of("--views", "device"));
        CommandRun onDevice = CommandRun.of(named.toArray(String[]::new));
        assertThat(onDevice.err()).contains("views made on cpu");
        assertPositive(onDevice.json(), "images_per_second", "threads");
    }

    @Test
    void everyBenchmarkGoesToTheHistoryAndBack() throws Exception {
        String history = folder.resolve("figures/history.jsonl").toString();
        assertPositive(
                measured(List.of(
                        "bench",
                        "embed",
                        "--backbone",
                        "vit_nano",
                        "--size",
                        "32",
                        "--batch",
                        "2",
                        "--steps",
                        "2",
                        "--json",
                        "--history",
                        history)),
                "images_per_second",
                "ms_per_batch",
                "gflop_per_image",
                "share_of_floor");
        assertPositive(
                measured(List.of(
                        "bench",
                        "knn",
                        "--train",
                        "200",
                        "--test",
                        "50",
                        "--width",
                        "16",
                        "--json",
                        "--history",
                        history)),
                "queries_per_second",
                "seconds",
                "share_of_floor");
        assertPositive(
                measured(List.of("bench", "umap", "--points", "60", "--width", "8", "--json", "--history", history)),
                "points_per_second",
                "seconds");
        for (int i = 0; i < 2; i++) {
            assertPositive(
                    measured(List.of("bench", "floor", "--size", "64", "--mib", "1", "--json", "--history", history)),
                    "gemm_gflops_fp32",
                    "gemm_gflops_bf16",
                    "memory_gb_per_second");
        }
        assertThat(Files.readAllLines(Path.of(history))).hasSize(5);
        CommandRun shown = CommandRun.of("bench", "history", history, "--json");
        assertThat(shown.err()).contains("bench embed", "bench knn", "bench umap", "bench floor");
        JsonNode first = shown.json().path("runs").get(0);
        assertThat(first.propertyNames())
                .startsWith("date", "version", "bench", "of", "cpu")
                .contains("threads", "precision", "peak_memory_mib");
    }

    @Test
    void aSlideIsCutByTheReadersThatKnowIt() throws Exception {
        Path slide = folder.resolve("case.png");
        ImageFiles.writePng(slide, PinkTissue.of(900, 460));
        JsonNode json = measured(List.of("bench", "tile", slide.toString(), "--mpp", "0.5", "--limit", "5", "--json"));
        assertPositive(json, "tiles_per_second_java", "ms_plan_java", "threads");
        assertThat(json.path("tiles").asInt()).isEqualTo(5);
        assertThat(json.has("tiles_per_second_openslide"))
                .as("OpenSlide reads no PNG, installed or not: %s", OpenSlide.version())
                .isFalse();
    }

    @Test
    void whatCannotBeTimedIsToldInALine() throws Exception {
        assertRefused("Unknown method 'dyno'", "bench", "step", "--method", "dyno");
        assertRefused("a ViT", "bench", "step", "--method", "mae", "--backbone", "cyphervit_nano");
        assertRefused("--steps from 1 to 100000 (got 0)", "bench", "step", "--backbone", "vit_nano", "--steps", "0");
        assertRefused("Unknown precision 'fp8'", "bench", "embed", "--precision", "fp8");
        assertRefused("--batch from 1 to 4096 (got 0)", "bench", "embed", "--batch", "0");
        assertRefused("needs more points", "bench", "umap", "--points", "5", "--width", "2");
        assertRefused("--k from 1", "bench", "knn", "--train", "5", "--test", "1", "--width", "2", "--k", "0");
        assertRefused("--train, --test and --width ask for", "bench", "knn", "--train", "1000000000");
        assertRefused("--points and --width ask for", "bench", "umap", "--points", "1000000000");
        assertRefused("--tiles and --width ask for", "bench", "slides", "--tiles", "1000000", "--width", "16384");
        assertRefused("no slide", "bench", "tile", folder.resolve("none.svs").toString());
        assertRefused("--data FOLDER", "bench", "--views");
        assertRefused(
                "There is no file", "bench", "history", folder.resolve("none").toString());
        Path broken = Files.writeString(folder.resolve("broken"), "{\"bench\": \"floor\"}\n{\"ben\n");
        assertRefused("Line 2", "bench", "history", broken.toString());
    }

    private static void assertRefused(String why, String... command) {
        CommandRun run = CommandRun.of(command);
        assertThat(run.code()).as(run.err()).isEqualTo(1);
        assertThat(run.err().lines().toList()).hasSize(1);
        assertThat(run.err()).startsWith("cyphervit: ").contains(why).doesNotContain("fault of the program");
    }

    private static JsonNode measured(List<String> command) {
        CommandRun run = CommandRun.of(command.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        return run.json();
    }

    private static void assertPositive(JsonNode json, String... keys) {
        for (String key : keys) {
            assertThat(json.path(key).asDouble(Double.NaN)).as(key).isPositive();
        }
    }
}
