package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class MainTest {
    private record Outcome(int code, String out, String err) {
        JsonNode json() {
            List<String> lines = out.lines().toList();
            assertThat(lines).as("standard output is one line of JSON").hasSize(1);
            return new ObjectMapper().readTree(lines.getLast());
        }
    }

    @Test
    void wrongUsageIsTwoAndAUsersMistakeOneWithoutAStackTrace(@TempDir Path folder) {
        assertThat(run("pretrian").code()).isEqualTo(2);
        assertThat(run("pretrain", "--dta", "x").err()).contains("--data");
        Outcome missing = run("pretrain", "--data", folder.resolve("no").toString(), "--out", folder + "/r");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("There is no folder").doesNotContain("\tat ");
        Outcome empty =
                run("embed", "--encoder", folder.toString(), "--data", folder.toString(), "--out", folder + "/e");
        assertThat(empty.code()).isEqualTo(1);
        assertThat(empty.err()).contains("usable images").doesNotContain("\tat ");
    }

    @Test
    void aShortQuickstartGoesTheWholeRoad(@TempDir Path folder) throws Exception {
        Path out = folder.resolve("quick");
        Outcome quick = run(
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
        Outcome embed = run("embed", "--encoder", out.toString(), "--data", tiles, "--out", folder + "/e", "--json");
        assertThat(embed.json().path("width").asInt()).isEqualTo(48);
        byte[] npy = Files.readAllBytes(folder.resolve("e/features.npy"));
        assertThat(new String(npy, 1, 5, StandardCharsets.US_ASCII)).isEqualTo("NUMPY");
        assertThat(npy).hasSize(128 + 4 * 48 * embed.json().path("tiles").asInt());

        Outcome knn =
                run("evaluate", "knn", "--encoder", out.toString(), "--data", tiles, "--labels", "parent", "--json");
        assertThat(knn.json().path("color_histogram").path("accuracy").asDouble())
                .isBetween(0.2, 1.0);
        assertThat(knn.err()).contains("recall");

        Outcome attend =
                run("attend", tiles, "--encoder", out.toString(), "--out", folder + "/a", "--count", "2", "--json");
        assertThat(Path.of(attend.json().path("sheet").asString())).exists();
        assertThat(folder.resolve("a").toFile().list()).hasSize(1 + 2 * 5);

        Outcome again = run("pretrain", "--data", tiles, "--out", out.toString());
        assertThat(again.code()).isEqualTo(1);
        assertThat(again.err()).contains("--resume");
    }

    @Test
    void benchAndDoctorTellWhatTheyMeasured() {
        Outcome bench =
                run("bench", "--backbone", "vit_nano", "--batch", "2", "--out-dim", "64", "--steps", "1", "--json");
        assertThat(bench.json().path("images_per_second").asDouble()).isPositive();
        assertThat(run("doctor", "--json").json().path("java").asString()).contains("25");
    }

    private static Outcome run(String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream captured = new ByteArrayOutputStream();
        ByteArrayOutputStream errors = new ByteArrayOutputStream();
        System.setOut(new PrintStream(captured, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(errors, true, StandardCharsets.UTF_8));
        try {
            int code = Main.run(args);
            return new Outcome(
                    code, captured.toString(StandardCharsets.UTF_8), errors.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }
}
