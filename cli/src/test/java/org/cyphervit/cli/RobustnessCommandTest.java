package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Whether features follow the tissue or its centre, from the command line. */
class RobustnessCommandTest {
    @TempDir
    private Path folder;

    private static CommandRun robustness(Path run, List<Path> places, String... more) {
        List<String> args = new ArrayList<>(
                List.of("evaluate", "robustness", "--encoder", run.toString(), "--k", "3,5", "--json", "--data"));
        places.forEach(place -> args.add(place.toString()));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void centresAreJudgedBesideTheBaselinesAndKeptForTheReport() throws Exception {
        SmallRun small = SmallRun.in(folder);
        Path other = SmallRun.paint(folder.resolve("other"));
        CommandRun run = robustness(
                small.run(),
                List.of(small.tiles(), other),
                "--out",
                folder.resolve("table.md").toString());
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().path("centres").asInt()).isEqualTo(2);
        assertThat(run.json().path("tiles").asInt()).isEqualTo(48);
        for (String row : List.of("trained", "untrained", "color_histogram", "thumbnail")) {
            JsonNode entry = run.json().path(row).get(0);
            assertThat(entry.path("robustness_index").asDouble()).as(row).isBetween(0.0, 1.0);
            assertThat(entry.path("robustness_index_by_k").size()).as(row).isEqualTo(2);
            assertThat(entry.path("balanced_accuracy").asDouble()).as(row).isBetween(0.0, 1.0);
        }
        assertThat(run.json()
                        .path("color_histogram")
                        .get(0)
                        .path("balanced_accuracy")
                        .asDouble())
                .as("muscle and fat differ in colour")
                .isGreaterThan(0.9);
        assertThat(folder.resolve("table.md")).isNotEmptyFile();
        List<Path> kept;
        try (Stream<Path> files = Files.list(small.run().resolve("results"))) {
            kept = files.toList();
        }
        JsonNode result = new ObjectMapper().readTree(kept.getFirst().toFile());
        assertThat(kept).hasSize(1);
        assertThat(result.path("evaluation").asString()).isEqualTo("robustness");
        assertThat(result.path("floors").toString()).contains("untrained", "colour histogram", "8 x 8 thumbnail");
        assertThat(result.path("numbers").path("tiles").asInt()).isEqualTo(48);
        Path page = folder.resolve("page.html");
        CommandRun report =
                CommandRun.of("report", small.run().toString(), "--examples", "1", "--out", page.toString());
        assertThat(report.code()).as(report.err()).isZero();
        assertThat(Files.readString(page)).contains("Robustness over 2 centres");
    }

    @Test
    void whatWasLearntIsNotTestedOnUnlessThatIsAllowed() throws Exception {
        SmallRun small = SmallRun.in(folder);
        String tiles = small.tiles().toString();
        String[] same = {
            "evaluate", "knn", "--encoder", small.run().toString(), "--train", tiles, "--test", tiles, "--json"
        };
        CommandRun refused = CommandRun.of(same);
        assertThat(refused.code()).isEqualTo(1);
        assertThat(refused.err()).contains("24 of 24 tiles to test on are copies", ".png", "--allow-duplicates");
        List<String> allowed = new ArrayList<>(List.of(same));
        allowed.add("--allow-duplicates");
        CommandRun run = CommandRun.of(allowed.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.err()).contains("Warning: 24 of 24 tiles");
        assertThat(run.json().path("duplicates").asInt()).isEqualTo(24);
    }

    @Test
    void wrongCentresAndClassesAreNamed() throws Exception {
        SmallRun small = SmallRun.in(folder);
        Path table = folder.resolve("centres.csv");
        Files.writeString(table, "tile,centre\n0,a\n1,b\n");
        assertThat(robustness(small.run(), List.of(small.tiles()), "--centre-table", table.toString())
                        .err())
                .contains("has no row in", "centres.csv");
        assertThat(robustness(small.run(), List.of(small.tiles()), "--same-class", "tissue")
                        .err())
                .contains("--same-class", "'tissue'");
    }
}
