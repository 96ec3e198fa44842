package org.cyphervit.slide.cohort;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.FileClaim;
import org.cyphervit.file.TarShards;
import org.cyphervit.file.parquet.ParquetTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.SlideTestFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileJobTest {
    @TempDir
    private Path folder;

    @Test
    void twoProcessesShareACohortWithoutDoingASlideTwice() throws Exception {
        Path slides = cohort(8);
        Path out = folder.resolve("out");
        Process first = process("-Xmx512m", slides, out);
        Process second = process("-Xmx512m", slides, out);
        List<String> done = new ArrayList<>(names(first));
        List<String> alsoDone = names(second);
        assertThat(done).doesNotContainAnyElementsOf(alsoDone);
        done.addAll(alsoDone);
        assertThat(done).hasSize(8);
        CsvTable manifest = CsvTable.read(out.resolve("manifest.csv"));
        assertThat(manifest.rows()).isEqualTo(8 * 4);
        for (int row = 0; row < manifest.rows(); row++) {
            assertThat(out.resolve(manifest.at(row, manifest.column("file")))).isNotEmptyFile();
        }
        TileJob.Outcome again = job(out, false).run(SlideSource.find(List.of(slides)), new TileJobProcess.Silent());
        assertThat(again.doneBefore()).hasSize(8);
        assertThat(again.done()).isEmpty();
        assertThat(CsvTable.read(out.resolve("manifest.csv")).rows()).isEqualTo(8 * 4);
    }

    @Test
    void aSlideThatIsClaimedIsLeftToItsOwner() throws Exception {
        Path slides = cohort(2);
        Path out = folder.resolve("out");
        try (FileClaim claim =
                FileClaim.take(out.resolve(".claims/slide0.lock")).orElseThrow()) {
            TileJob.Outcome outcome =
                    job(out, false).run(SlideSource.find(List.of(slides)), new TileJobProcess.Silent());
            assertThat(outcome.elsewhere()).containsExactly("slide0");
            assertThat(outcome.done()).hasSize(1);
            assertThat(FileClaim.take(out.resolve(".claims/slide0.lock"))).isEmpty();
        }
        assertThat(job(out, false)
                        .run(SlideSource.find(List.of(slides)), new TileJobProcess.Silent())
                        .done())
                .extracting(SlideRecord::slide)
                .containsExactly("slide0");
    }

    @Test
    void aBrokenSlideIsNamedAndTheRestIsDone() throws Exception {
        Path slides = cohort(2);
        byte[] whole = Files.readAllBytes(slides.resolve("slide0.png"));
        Files.write(slides.resolve("cut.svs"), new byte[] {0x49, 0x49, 42, 0, 8, 0, 0, 0, 9});
        Files.write(slides.resolve("cut.png"), Arrays.copyOf(whole, 40));
        assertThatThrownBy(() -> SlideSource.find(List.of(slides)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("both be called 'cut'");
        Files.move(slides.resolve("cut.png"), slides.resolve("cut2.png"));
        Path out = folder.resolve("out");
        TileJob.Outcome outcome = job(out, true).run(SlideSource.find(List.of(slides)), new TileJobProcess.Silent());
        assertThat(outcome.done()).hasSize(2);
        assertThat(outcome.failed()).containsOnlyKeys("cut", "cut2");
        assertThat(outcome.failed().get("cut")).contains("cut.svs").contains("broken");
        assertThat(outcome.failed().get("cut2")).contains("cut2.png");
        assertThatThrownBy(() -> job(out, false).run(SlideSource.find(List.of(slides)), new TileJobProcess.Silent()))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("other options")
                .hasMessageContaining("setting 'redo'");
    }

    @Test
    void shardsAndTablesSayTheSame() throws Exception {
        Path slides = cohort(2);
        Path classes = Files.createDirectories(folder.resolve("classes"));
        Files.move(
                slides.resolve("slide0.png"),
                Files.createDirectories(classes.resolve("benign")).resolve("a.png"));
        Files.move(
                slides.resolve("slide1.png"),
                Files.createDirectories(classes.resolve("tumour")).resolve("b.1.png"));
        Path out = folder.resolve("out");
        TileStore store = TileStore.shards(out, "jpg", Map.of("benign", 0, "tumour", 1), 1 << 20);
        new TileJob(out, TileJobProcess.options(true), store, List.of())
                .run(SlideSource.find(List.of(classes)), new TileJobProcess.Silent());
        ParquetTable table = ParquetTable.read(out.resolve("manifest.parquet"));
        String[] labels = (String[]) table.column("label").values();
        assertThat(labels).hasSize(2 * 4 * 5).contains("benign", "tumour");
        assertThat((double[]) table.column("coverage").values()).contains(1.0);
        assertThat((long[]) table.column("x").values()).contains(0, 224);
        List<TarShards.Entry> entries = TarShards.entries(out.resolve("shards/tumour_b_1-000000.tar"));
        assertThat(entries).hasSize(4 * 5 * 3);
        assertThat(entries.stream().map(TarShards.Entry::extension).distinct()).containsExactly("jpg", "cls", "json");
        assertThat(out.resolve("qc/tumour/b.1.jpg")).isNotEmptyFile();
        assertThat(CsvTable.read(out.resolve("slides.csv")).rows()).isEqualTo(2);
    }

    @Test
    void turnedTilesAreTurned() {
        RgbImage image = RgbImage.blank(3, 3);
        image.rgb()[3] = 9; // the middle of the upper edge
        assertThat(Orientation.ROTATED_90.of(image).at(2, 1, 0))
                .as("clockwise, to the right edge")
                .isEqualTo(9);
        assertThat(Orientation.ROTATED_180.of(image).at(1, 2, 0)).isEqualTo(9);
        assertThat(Orientation.FLIPPED_VERTICALLY.of(image).at(1, 2, 0)).isEqualTo(9);
        image.rgb()[0] = 5;
        assertThat(Orientation.FLIPPED_HORIZONTALLY.of(image).at(2, 0, 0)).isEqualTo(5);
        RgbImage twice = Orientation.ROTATED_90.of(Orientation.ROTATED_90.of(image));
        assertThat(twice.rgb()).isEqualTo(Orientation.ROTATED_180.of(image).rgb());
    }

    /** 10^10 pixels without a pyramid, in a process of 1 GB of heap. */
    @Test
    void aHugeSparseSlideIsTiledInLittleMemory() throws Exception {
        Path slides = Files.createDirectories(folder.resolve("huge"));
        SlideTestFiles.sparse(slides.resolve("huge.tif"), 100_000, 256, 0.25, 150, 166, tissue(256, 256, 7));
        Path out = folder.resolve("out");
        Process process = process("-Xmx1g", slides, out);
        assertThat(names(process)).containsExactly("huge");
        SlideRecord record = SlideRecord.read(out.resolve("records/huge.json")).orElseThrow();
        assertThat(record.width()).isEqualTo(100_000);
        // 16 tiles of 256 px are 4096 px: 9 tiles of 448 px.
        assertThat(record.kept()).isBetween(8 * 8, 10 * 10);
        assertThat(record.rejected().getOrDefault("glass", 0) + record.kept()).isEqualTo(224 * 224);
    }

    private Path cohort(int count) throws IOException {
        Path slides = Files.createDirectories(folder.resolve("slides"));
        for (int i = 0; i < count; i++) {
            ImageFiles.writePng(slides.resolve("slide" + i + ".png"), tissue(448, 448, i));
        }
        return slides;
    }

    private static TileJob job(Path out, boolean augment) {
        return new TileJob(out, TileJobProcess.options(augment), TileStore.files(out, "jpg"), List.of());
    }

    private static RgbImage tissue(int width, int height, int seed) {
        RgbImage image = RgbImage.blank(width, height);
        Random random = new Random(seed);
        for (int i = 0; i < width * height; i++) {
            int shade = (i % width / 32 + i / width / 32) % 3 * 15 + random.nextInt(8);
            image.rgb()[3 * i] = (byte) (190 + shade);
            image.rgb()[3 * i + 1] = (byte) (110 + shade);
            image.rgb()[3 * i + 2] = (byte) (160 + shade);
        }
        return image;
    }

    private static Process process(String heap, Path slides, Path out) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        heap,
                        "--enable-native-access=ALL-UNNAMED",
                        "-cp",
                        System.getProperty("java.class.path"),
                        TileJobProcess.class.getName(),
                        slides.toString(),
                        out.toString())
                .redirectError(new File(System.getProperty("java.io.tmpdir"), "tile-job-process.err"))
                .start();
    }

    private static List<String> names(Process process) throws Exception {
        List<String> names;
        try (Stream<String> lines = new java.io.BufferedReader(
                        new java.io.InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                .lines()) {
            names = lines.toList();
        }
        assertThat(process.waitFor(300, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return names;
    }
}
