package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.file.OutputLock;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.monitor.MetricsCsv;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.io.TempDir;

/**
 * Commands, and jobs of the workbench, that are killed at random and given again write what they would have written unbroken.
 * A kill of each here; {@code bin/kill-trial} kills a hundred times.
 */
class KillTrialTest {
    private static final int KILLS = Integer.getInteger("kills", 1);
    private static final long SEED = Long.getLong("seed", 1);
    private static final long STEPS = 24;

    @TempDir
    private static Path shared = Path.of("");

    private static SmallRun small = new SmallRun(shared, shared);

    @TempDir
    private Path folder = Path.of("");

    @BeforeAll
    static void paint() throws Exception {
        small = SmallRun.in(shared);
        for (int i = 0; i < 4; i++) {
            RgbImage field = GeneratedTissue.field(150, List.of(Phenotype.values()[i]), i)
                    .image();
            ImageFiles.writePng(shared.resolve("slides/slide" + i + ".png"), repeated(field, 6));
        }
    }

    @Test
    void pretrain(TestInfo test) throws Exception {
        String words = "pretrain --data " + small.tiles() + " --method simclr --backbone cyphervit_nano --out OUT"
                + " --set backbone.width=24 --set backbone.heads=2 --set backbone.tokens=[6,3] --set method.hidden=32"
                + " --set run.batch=4 --set run.checkpointEvery=4 --set run.loaderThreads=1 --set run.steps=" + STEPS;
        tell(test, trial(words, words + " --resume").run(KILLS, SEED, KillTrialTest::sameRun));
    }

    @Test
    void tile(TestInfo test) throws Exception {
        String words = "tile " + shared.resolve("slides") + " --out OUT --mpp 0.5 --size 64 --fields --format png";
        tell(
                test,
                trial(words, words)
                        .run(
                                KILLS,
                                SEED,
                                (broken, unbroken) -> sameFiles(broken, unbroken, path -> {
                                    String name = path.toString().replace('\\', '/');
                                    return name.startsWith("tiles/")
                                            || name.matches("(manifest|slides)\\..*")
                                            || name.startsWith("qc/");
                                })));
    }

    @Test
    void map(TestInfo test) throws Exception {
        String slides = Stream.of(0, 1, 2)
                .map(i -> shared.resolve("slides/slide" + i + ".png").toString())
                .reduce("", (a, b) -> a + " " + b);
        String words = "map" + slides + " --encoder " + small.run() + " --out OUT --mpp 0.5 --tile-microns 48";
        tell(test, trial(words, words).run(KILLS, SEED, KillTrialTest::sameFiles));
    }

    @Test
    void pack(TestInfo test) throws Exception {
        String words = "pack --data " + small.tiles() + " " + small.tiles() + " --out OUT --shard-mib 1";
        tell(test, trial(words, words + " --overwrite").run(KILLS, SEED, KillTrialTest::sameFiles));
    }

    @Test
    void embed(TestInfo test) throws Exception {
        String words = "embed --encoder " + small.run() + " --data " + small.tiles() + " --out OUT";
        tell(test, trial(words, words).run(KILLS, SEED, KillTrialTest::sameFiles));
    }

    // Training, the longest, is killed by itself above; how the queue goes on with it is in JobQueueTest.
    @Test
    void jobs(TestInfo test) throws Exception {
        List<JobKillTrial.Wish> wishes = List.of(
                new JobKillTrial.Wish("/api/slide/scale?id=0/slides/slide0.png", "{\"mpp\":0.5}"),
                job("\"do\":\"tile\",\"slides\":[\"0/slides/slide0.png\"]"),
                job("\"do\":\"map\",\"slides\":[\"0/slides/slide0.png\"],\"encoder\":\"runs/first\",\"microns\":48"),
                job("\"do\":\"report\",\"run\":\"0/runs/first\""));
        tell(test, new JobKillTrial(folder, KillTrialTest::workplace, wishes).run(KILLS, SEED, (broken, unbroken) -> {
                    sameFiles(broken, unbroken, path -> {
                        String name = path.toString().replace('\\', '/');
                        return name.matches("tiles/(tiles|qc)/.*|tiles/(manifest|slides)\\..*|maps/.*");
                    });
                    assertThat(broken.resolve("runs/first/report.html")).isNotEmptyFile();
                }));
    }

    private static JobKillTrial.Wish job(String fields) {
        return new JobKillTrial.Wish("/api/jobs", "{" + fields + "}");
    }

    // A slide and a run to make maps with.
    private static void workplace(Path place) throws IOException {
        copy(shared.resolve("slides/slide0.png"), place.resolve("slides/slide0.png"));
        copy(small.run(), place.resolve("runs/first"));
    }

    private static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.filter(Files::isRegularFile).toList()) {
                Path target = to.resolve(from.relativize(path).toString()).normalize();
                Files.createDirectories(Objects.requireNonNull(target.getParent()));
                Files.copy(path, target);
            }
        }
    }

    private static RgbImage repeated(RgbImage field, int times) {
        int side = field.width();
        byte[] rgb = new byte[3 * side * times * side * times];
        for (int y = 0; y < side * times; y++) {
            for (int x = 0; x < times; x++) {
                System.arraycopy(field.rgb(), 3 * side * (y % side), rgb, 3 * side * (y * times + x), 3 * side);
            }
        }
        return new RgbImage(side * times, side * times, rgb);
    }

    private KillTrial trial(String first, String again) {
        return new KillTrial(folder, List.of(first.split(" ")), List.of(again.split(" ")));
    }

    // What bin/kill-trial prints.
    private static void tell(TestInfo test, KillTrial.Outcome outcome) {
        assertThat(outcome.kills()).isEqualTo(KILLS);
        assertThat(outcome.outputs()).isPositive();
        System.out.println("kill-trial: " + test.getTestMethod().orElseThrow().getName() + ": " + outcome.kills()
                + " kills, " + outcome.outputs() + " outputs, each as without kills");
    }

    // The same weights, and each step's row once with the same loss.
    private static void sameRun(Path broken, Path unbroken) throws IOException {
        sameFiles(broken, unbroken, path -> path.toString().equals("encoder.safetensors"));
        Map<Long, Map<String, Double>> rows = MetricsCsv.read(broken.resolve(MetricsCsv.NAME));
        Map<Long, Map<String, Double>> expected = MetricsCsv.read(unbroken.resolve(MetricsCsv.NAME));
        assertThat(rows.keySet())
                .containsExactlyElementsOf(
                        LongStream.rangeClosed(1, STEPS).boxed().toList());
        assertThat(Files.readAllLines(broken.resolve(MetricsCsv.NAME))).hasSize((int) STEPS + 1);
        rows.forEach((step, row) -> assertThat(row.get("loss"))
                .isEqualTo(Objects.requireNonNull(expected.get(step)).get("loss")));
    }

    private static void sameFiles(Path broken, Path unbroken) throws IOException {
        sameFiles(broken, unbroken, path -> true);
    }

    private static void sameFiles(Path broken, Path unbroken, Predicate<Path> which) throws IOException {
        Map<String, Path> files = files(broken, which);
        Map<String, Path> expected = files(unbroken, which);
        assertThat(files.keySet()).isEqualTo(expected.keySet()).isNotEmpty();
        for (Map.Entry<String, Path> file : files.entrySet()) {
            String own = text(file.getValue()).replace(name(broken), name(unbroken)); // some say where they lie
            assertThat(own.equals(text(Objects.requireNonNull(expected.get(file.getKey())))))
                    .as(file.getKey() + " is as without kills")
                    .isTrue();
        }
        try (Stream<Path> all = Files.walk(broken)) {
            assertThat(all.map(path -> path.getFileName().toString()))
                    .noneMatch(name -> name.endsWith(".part") || name.equals(OutputLock.NAME));
        }
    }

    private static String name(Path folder) {
        return String.valueOf(folder.getFileName());
    }

    // Any bytes, a character each.
    private static String text(Path file) throws IOException {
        return Files.readString(file, StandardCharsets.ISO_8859_1);
    }

    private static Map<String, Path> files(Path folder, Predicate<Path> which) throws IOException {
        Map<String, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.walk(folder)) {
            all.filter(Files::isRegularFile)
                    .filter(path -> which.test(folder.relativize(path)))
                    .forEach(path -> files.put(folder.relativize(path).toString(), path));
        }
        return files;
    }
}
