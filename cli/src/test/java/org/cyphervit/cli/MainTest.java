package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class MainTest {
    @Test
    void wrongUsageIsTwoAndAUsersMistakeOneWithoutAStackTrace(@TempDir Path folder) {
        assertThat(CommandRun.of("pretrian").code()).isEqualTo(2);
        assertThat(CommandRun.of("pretrain", "--dta", "x").err()).contains("--data");
        CommandRun missing =
                CommandRun.of("pretrain", "--data", folder.resolve("no").toString(), "--out", folder + "/r");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("There is no folder").doesNotContain("\tat ");
        CommandRun empty = CommandRun.of(
                "embed", "--encoder", folder.toString(), "--data", folder.toString(), "--out", folder + "/e");
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("usable images").doesNotContain("\tat ");
    }

    @Test
    void aShortQuickstartGoesTheWholeRoad(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("quick");
        CommandRun quick = CommandRun.of(
                "quickstart",
                "--out",
                out.toString(),
                "--json",
                "--set",
                "run.steps=4",
                "--set",
                "backbone.width=48",
                "--set",
                "method.hidden=64");
        assertThat(quick.code()).as(quick.err()).isZero();
        JsonNode json = quick.json();
        assertThat(json.path("accuracy").asDouble()).isBetween(0.05, 1.0);
        String page = Files.readString(Path.of(json.path("report").asString()));
        assertThat(page).contains("colour alone", "data:image/jpeg", "muscle").doesNotContain("https://", "{{");

        String tiles = out.resolve("tiles").toString();
        CommandRun embed =
                CommandRun.of("embed", "--encoder", out.toString(), "--data", tiles, "--out", folder + "/e", "--json");
        assertThat(embed.json().path("width").asInt()).isEqualTo(48);
        byte[] npy = Files.readAllBytes(folder.resolve("e/features.npy"));
        assertThat(new String(npy, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
        assertThat(npy).hasSize(128 + 4 * 48 * embed.json().path("tiles").asInt());

        CommandRun knn = CommandRun.of(
                "evaluate", "knn", "--encoder", out.toString(), "--data", tiles, "--labels", "parent", "--json");
        assertThat(knn.json().path("color_histogram").path("accuracy").asDouble())
                .isBetween(0.2, 1.0);
        assertThat(knn.err()).contains("recall");

        CommandRun attend = CommandRun.of(
                "attend", tiles, "--encoder", out.toString(), "--out", folder + "/a", "--count", "2", "--json");
        assertThat(Path.of(attend.json().path("sheet").asString())).exists();
        assertThat(folder.resolve("a").toFile().list((in, name) -> !name.startsWith(".")))
                .hasSize(1 + 2 * (4 + 2)); // of each tile its tokens, the strongest, its patches' features

        CommandRun again = CommandRun.of("pretrain", "--data", tiles, "--out", out.toString());
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("--resume");
    }

    @Test
    void benchAndDoctorTellWhatTheyMeasured() {
        CommandRun bench = CommandRun.of(
                "bench", "--backbone", "vit_nano", "--batch", "2", "--out-dim", "64", "--steps", "1", "--json");
        assertThat(bench.json().path("images_per_second").asDouble()).isPositive();
        assertThat(CommandRun.of("doctor", "--json").json().path("java").asString())
                .contains("25");
    }
}
