package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.cyphervit.file.OutputLock;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** How a command that fails ends: one object for programs, a sentence for people, nothing left behind. */
class FailureOutputTest {
    @TempDir
    private Path folder = Path.of("");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "embed --encoder NONE --data NONE --out OUT | 1 | NONE",
                "export --encoder NOISE --format onnx --out OUT | 1 | NOISE",
                "evaluate knn --encoder NOISE --train NONE --test NONE | 1 | NONE",
                "pretrain --data NONE --out OUT | 1 | NONE",
                "pretrain --data NONE --out OUT --set run.batch=-1 | 1 | ",
                "tile NONE --out OUT | 1 | NONE",
                "tile NOISE --out OUT --mpp 0.5 | 1 | ",
                "map NONE --out OUT | 1 | ",
                "pack --data NONE --out OUT | 1 | NONE",
                "normalize --data NONE --out OUT | 1 | NONE",
                "export --encoder NONE --format onnx --out OUT | 1 | NONE",
                "report NONE | 1 | NONE",
                "encoders get no-such-encoder | 1 | no-such-encoder",
                "embed --out OUT | 2 | --data",
                "embed --encoder NONE --data NONE --out NOISE/sub | 1 | NOISE",
                "tile NONE --out OUT --size many | 2 | --size",
                "nothing-of-that-name | 2 | nothing-of-that-name"
            })
    void endsWithOneObjectOnFailureAndLeavesNothing(String command, int exit, String words) throws Exception {
        Path noise = Files.write(folder.resolve("noise.safetensors"), new byte[] {1, 2, 3, 4, 5, 6, 7, 8, 9});
        CommandRun failed = run(command + " --json");
        assertThat(failed.code()).as(failed.err()).isEqualTo(exit);
        assertThat(failed.json().path("exit").asInt()).isEqualTo(exit);
        assertThat(failed.json().path("error").asString()).isNotBlank().doesNotStartWith("cyphervit:");
        assertThat(failed.err()).doesNotContain("fault of the program", "Exception");
        if (words != null) {
            assertThat(failed.json().path("error").asString()).contains(place(words));
        }
        assertThat(noise).hasSize(9);
        assertThat(folder.resolve("out/" + OutputLock.NAME)).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "embed --encoder NONE --data NONE --out OUT",
                "pack --data NONE --out OUT",
                "normalize --data NONE --out OUT",
                "export --encoder NONE --format onnx --out OUT",
                "map NONE --out OUT",
                "umap --data NONE --out OUT",
                "attend NONE --out OUT",
                "report NONE --out OUT",
                "qc NONE --out OUT",
                "slide evaluate --features NONE --table NONE --out OUT"
            })
    void aSecondProgramIsRefusedAndToldWhoIsThere(String command) throws Exception {
        Path out = folder.resolve("out");
        boolean file = command.startsWith("report");
        try (OutputLock first = file ? OutputLock.file(out) : OutputLock.folder(out)) {
            CommandRun second = run(command + " --json");
            assertThat(second.code()).as(second.err()).isOne();
            assertThat(second.json().path("error").asString())
                    .contains("Another program writes to", out.toString(), "host ", "since ")
                    .contains("process " + ProcessHandle.current().pid());
        }
        assertThat(run(command).err()).doesNotContain("Another program");
    }

    @Test
    void aClosedPipeEndsQuietly() throws Exception {
        List<String> words = new ArrayList<>(ChildProcess.JAVA);
        words.addAll(List.of(Main.class.getName(), "data", "list", "--json"));
        Path errors = folder.resolve("errors");
        Process process =
                new ProcessBuilder(words).redirectError(errors.toFile()).start();
        process.getInputStream().close(); // as 'head' does when it has enough
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        assertThat(Files.readString(errors, StandardCharsets.UTF_8))
                .contains("pannuke")
                .doesNotContain("Exception", "fault", "Broken pipe");
    }

    @Test
    void withoutALocaleTextIsUtf8AndANameThatIsNoneIsSaidSo() throws Exception {
        assertThat(bare("encoders", "show", "uni")).contains("µm per pixel").doesNotContain("?");
        assertThat(bare("tile", "Müller", "--out", folder.resolve("out").toString()))
                .contains("is no file name here", "LC_ALL=C.UTF-8")
                .doesNotContain("InvalidPathException");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "attend TILES --encoder RUN --out OUT --count 4 --shifts 1",
                "evaluate knn --encoder RUN --data TILES"
            })
    void whatTakesLongCountsWithAnEtaInAPipe(String command) throws Exception {
        SmallRun small = SmallRun.in(folder);
        List<String> words = new ArrayList<>(ChildProcess.JAVA);
        words.add("-Dcyphervit.progress.seconds=0"); // each time, not each ten seconds
        words.add(Main.class.getName());
        Arrays.stream(command.split(" "))
                .map(word -> word.replace("TILES", small.tiles().toString())
                        .replace("RUN", small.run().toString()))
                .map(this::place)
                .forEach(words::add);
        Path said = folder.resolve("said");
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(process.waitFor(120, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as(Files.readString(said)).isZero();
        assertThat(Files.readString(said)).containsPattern("\\d+/(4|24)  [\\d.]+(/s| s each)  ETA \\d+ s\n");
    }

    // In a process with no environment variable at all, as under 'env -i'.
    private String bare(String... command) throws Exception {
        List<String> words = new ArrayList<>(ChildProcess.JAVA);
        words.add(Main.class.getName());
        words.addAll(List.of(command));
        Path said = folder.resolve("said");
        ProcessBuilder builder =
                new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(said.toFile());
        builder.environment().clear();
        assertThat(builder.start().waitFor(60, TimeUnit.SECONDS)).isTrue();
        return Files.readString(said, StandardCharsets.UTF_8);
    }

    private CommandRun run(String command) {
        return CommandRun.of(Arrays.stream(command.split(" ")).map(this::place).toArray(String[]::new));
    }

    private String place(String word) {
        return word.replace("NOISE", folder.resolve("noise.safetensors").toString())
                .replace("NONE", folder.resolve("none").toString())
                .replace("OUT", folder.resolve("out").toString());
    }
}
