package org.cyphervit.hostile;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Hundreds of hostile files of each format in a process with 1 GB of heap: each is read or refused by a message that names it
 * within ten seconds, and the process lives.
 */
class HostileFilesTest {
    private static final int FILES = 500;
    /** Heap, what the engine takes when it is loaded, and what an image takes beside the heap. */
    private static final long MOST_MEBIBYTES = 2500;

    @TempDir
    private Path folder;

    @Test
    void hostileFilesAreRefusedInBoundedTimeAndMemory() throws Exception {
        Path log = folder.resolve("log");
        Path inside = Files.createDirectories(folder.resolve("in/side"));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx1g",
                        "-XX:TieredStopAtLevel=1",
                        "--enable-native-access=ALL-UNNAMED",
                        "-Dorg.bytedeco.javacpp.nopointergc=true",
                        "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                        "-Dorg.slf4j.simpleLogger.defaultLogLevel=error",
                        "-cp",
                        System.getProperty("java.class.path"),
                        HostileFilesProcess.class.getName(),
                        inside.toString(),
                        String.valueOf(FILES))
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        boolean ended = process.waitFor(10, TimeUnit.MINUTES);
        process.destroyForcibly();
        String told = Files.readString(log, StandardCharsets.UTF_8);
        assertThat(ended).as(told).isTrue();
        assertThat(process.exitValue()).as(told).isZero();
        List<String[]> lines = told.lines()
                .filter(line -> line.matches("\\w+ \\d+ \\d+ \\d+ \\d+"))
                .map(line -> line.split(" "))
                .toList();
        assertThat(lines).as(told).hasSize(HostileFilesProcess.FORMATS.size());
        for (String[] line : lines) {
            assertThat(Integer.parseInt(line[2])).as("refused: " + told).isGreaterThan(FILES / 10);
            assertThat(Long.parseLong(line[4])).as("MiB: " + told).isLessThan(MOST_MEBIBYTES);
        }
        requireNothingElse(inside);
    }

    // What an archive named '../x' or '/etc/x' must not have made.
    private void requireNothingElse(Path inside) throws IOException {
        try (var files = Files.walk(folder.resolve("in"))) {
            assertThat(files.filter(file -> !Files.isDirectory(file))).isEmpty();
        }
        assertThat(inside).isEmptyDirectory();
    }
}
