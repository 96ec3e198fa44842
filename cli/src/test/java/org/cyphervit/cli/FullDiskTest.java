package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.monitor.MetricsCsv;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every command that writes much, on a file system that is nearly full and on one that is read-only: a real one in memory,
 * which only root on Linux can make.
 */
class FullDiskTest {
    @TempDir
    private static Path folder = Path.of("");

    private static Path disk = Path.of("");
    private static Path slide = Path.of("");
    private static SmallRun small = new SmallRun(folder, folder);
    private static boolean mounted;

    @BeforeAll
    static void mount() throws Exception {
        disk = Files.createDirectories(folder.resolve("disk"));
        mounted = Path.of("/proc/mounts").toFile().exists()
                && ran("mount", "-t", "tmpfs", "-o", "size=64k", "none", disk.toString());
        assumeTrue(mounted, "no file system of 64 KiB can be made: that needs root and Linux");
        small = SmallRun.in(folder);
        slide = folder.resolve("slide.png");
        ImageFiles.writePng(
                slide, GeneratedTissue.field(200, List.of(Phenotype.MUSCLE), 5).image());
    }

    @AfterAll
    static void unmount() throws Exception {
        if (mounted) {
            ran("umount", disk.toString());
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "pretrain --data TILES --method simclr --backbone cyphervit_nano --out OUT --set run.steps=3"
                        + " --set run.batch=4 --set backbone.width=24 --set backbone.heads=2 --set method.hidden=32",
                "tile SLIDE --out OUT --mpp 0.5 --size 64 --fields",
                "tile SLIDE --out OUT --mpp 0.5 --size 64 --fields --write shards",
                "pack --data TILES --out OUT",
                "embed --encoder RUN --data TILES --out OUT --format csv",
                "map SLIDE --encoder RUN --out OUT --mpp 0.5 --tile-microns 32",
                "attend TILES --encoder RUN --out OUT --shifts 1",
                "normalize --data TILES --out OUT",
                "umap --encoder RUN --data TILES --out OUT",
                "export --encoder RUN --format onnx --out OUT",
                "export --encoder RUN --format torchscript --out OUT",
                "report RUN --data TILES --out OUT/report.html"
            })
    void saysWhatCouldNotBeWrittenAndHowToGoOn(String command) throws Exception {
        clear();
        Files.writeString(disk.resolve("earlier"), "kept");
        Files.write(disk.resolve("filled"), new byte[52 << 10]);
        CommandRun full = run(command);
        assertThat(full.code()).as(full.err()).isOne();
        assertThat(full.err())
                .contains("The disk is full", disk.toString(), "intact", "Free some space")
                .doesNotContain("fault of the program", "Exception", "\tat ");
        assertThat(full.json().path("error").asString()).contains("The disk is full");
        assertThat(disk.resolve("earlier")).hasContent("kept");

        clear();
        assertThat(ran("mount", "-o", "remount,ro", disk.toString())).isTrue();
        try {
            CommandRun readOnly = run(command);
            assertThat(readOnly.code()).as(readOnly.err()).isOne();
            assertThat(readOnly.err())
                    .contains("cannot be written", disk.toString(), "mounted read-only", "Name another folder")
                    .doesNotContain("fault of the program", "Exception");
        } finally {
            assertThat(ran("mount", "-o", "remount,rw", disk.toString())).isTrue();
        }
    }

    // What else is on the disk grows while the run trains.
    @Test
    void aTrainingWhoseDiskFillsGoesOnWhenThereIsSpaceAgain() throws Exception {
        String command = "pretrain --data TILES --method simclr --backbone cyphervit_nano --set run.steps=30"
                + " --set run.batch=4 --set run.checkpointEvery=2 --set run.loaderThreads=1 --set backbone.width=24"
                + " --set backbone.heads=2 --set backbone.tokens=[6,3] --set method.hidden=32 --out ";
        Path unbroken = folder.resolve("unbroken");
        assertThat(run(command + unbroken).code()).isZero();
        Path large = Files.createDirectories(folder.resolve("large"));
        assertThat(ran("mount", "-t", "tmpfs", "-o", "size=16m", "none", large.toString()))
                .isTrue();
        try {
            Path out = large.resolve("run");
            Path filler = large.resolve("filler");
            Thread fills = Thread.ofPlatform().start(() -> fillAfterTheFirstCheckpoint(out, filler));
            CommandRun full = run(command + out);
            fills.join();
            assertThat(full.code()).as(full.err()).isOne();
            assertThat(full.json().path("error").asString())
                    .contains("The disk is full", out.toString(), "What was saved before is intact", "--resume");
            assertThat(full.err()).doesNotContain("fault of the program", "Exception", "\tat ");
            long rows = MetricsCsv.read(out.resolve(MetricsCsv.NAME)).size();
            assertThat(rows).as("rows on the full disk").isBetween(1L, 29L);

            assertThat(run(command + out + " --resume").err()).contains("The disk is full");
            Files.delete(filler);
            CommandRun resumed = run(command + out + " --resume");
            assertThat(resumed.code()).as(resumed.err()).isZero();
            assertThat(resumed.err()).contains("Resumed from");
            assertThat(out.resolve(EncoderFile.NAME)).hasSameBinaryContentAs(unbroken.resolve(EncoderFile.NAME));
            assertThat(losses(out)).hasSize(30).isEqualTo(losses(unbroken));
            assertThat(Files.readAllLines(out.resolve(MetricsCsv.NAME))).hasSize(31);
        } finally {
            assertThat(ran("umount", large.toString())).isTrue();
        }
    }

    private static void fillAfterTheFirstCheckpoint(Path run, Path filler) {
        try {
            while (Files.notExists(run.resolve("checkpoints/step-000000002.safetensors"))) {
                Thread.sleep(2);
            }
            try (OutputStream stream = Files.newOutputStream(filler)) {
                for (byte[] page = new byte[4096]; ; ) {
                    stream.write(page);
                }
            }
        } catch (IOException e) {
            // it is full
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Map<Long, Double> losses(Path run) throws IOException {
        Map<Long, Double> losses = new TreeMap<>();
        MetricsCsv.read(run.resolve(MetricsCsv.NAME))
                .forEach((step, row) -> losses.put(step, Objects.requireNonNull(row.get("loss"))));
        return losses;
    }

    private static CommandRun run(String command) {
        return CommandRun.of(Arrays.stream((command + " --json").split(" "))
                .map(word -> word.replace("RUN", small.run().toString())
                        .replace("TILES", small.tiles().toString())
                        .replace("SLIDE", slide.toString())
                        .replace("OUT", disk + "/out"))
                .toArray(String[]::new));
    }

    private static void clear() throws IOException {
        Files.walkFileTree(disk, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) throws IOException {
                if (!visited.equals(disk)) {
                    Files.delete(visited);
                }
                return FileVisitResult.CONTINUE;
            }
        });
    }

    private static boolean ran(String... words) throws Exception {
        Process process = new ProcessBuilder(words)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return process.waitFor() == 0;
    }
}
