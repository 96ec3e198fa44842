package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.BufferedReader;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.bytedeco.javacpp.Pointer;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.monitor.MetricsCsv;
import org.cyphervit.monitor.TensorBoardFile;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunTest {
    @Test
    void killedAndResumedItEndsWithTheSameBits(@TempDir Path folder) throws IOException, InterruptedException {
        Path straight = folder.resolve("straight");
        Path killed = folder.resolve("killed");
        Recipe recipe = TinyRun.recipe("cyphervit_nano", 14);
        new Run(straight, recipe, TinyRun.TISSUE, null, List.of(new MetricsCsv())).train(false);
        killAfter(9, killed);
        assertThat(killed.resolve(EncoderFile.NAME)).doesNotExist();

        RunListener.End end = new Run(killed, recipe, TinyRun.TISSUE, null, List.of(new MetricsCsv())).train(true);

        assertThat(end.finished()).isTrue();
        assertThat(killed.resolve(EncoderFile.NAME)).hasSameBinaryContentAs(straight.resolve(EncoderFile.NAME));
        assertThat(MetricsCsv.read(killed.resolve(MetricsCsv.NAME)).firstKey()).isEqualTo(9L);
    }

    @Test
    void stoppedItSavesTheStepAndGoesOn(@TempDir Path folder) throws IOException {
        Recipe recipe = TinyRun.recipe("vit_nano", 6);
        assertThat(TinyRun.stoppedAfter(3, folder.resolve("a"), recipe, TinyRun.TISSUE, new MetricsCsv())
                        .step())
                .isEqualTo(3);
        Run again = new Run(folder.resolve("a"), recipe, TinyRun.TISSUE, null, List.of(new MetricsCsv()));
        assertThatThrownBy(() -> again.train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("setting 'resume'");
        assertThat(again.train(true).step()).isEqualTo(6);
        assertThat(MetricsCsv.read(folder.resolve("a").resolve(MetricsCsv.NAME)).keySet())
                .containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void theEncoderKeepsTheScaleOfItsTilesAndTheNormalisationOfTheWeightsItStartedFrom(@TempDir Path folder)
            throws IOException {
        Path cohort = Files.createDirectories(folder.resolve("cohort"));
        Files.writeString(cohort.resolve("manifest.csv"), "size,mpp\n224,0.5\n224,0.5\n");
        Recipe scaled = TinyRun.recipe("vit_nano", 2, "data=[\"" + cohort + "\"]");
        Path first = folder.resolve("first");
        new Run(first, scaled, TinyRun.TISSUE, null, List.of()).train(false);
        assertThat(EncoderFile.spec(first).micronsPerPixel())
                .isEqualTo(112.0 / scaled.backbone().imageSize());
        assertThat(EncoderFile.spec(first).normalization()).isEqualTo(Normalization.IMAGENET);
        Normalization other = Normalization.of("0.7 0.5 0.6", "0.2 0.3 0.1");
        Path weights = EncoderFile.describe(
                first,
                spec -> spec.withNormalization(other)
                        .withOrigin("CC0-1.0", "tiles")
                        .withPooling(Pooling.MEAN));

        Path second = folder.resolve("second");
        Recipe from = TinyRun.recipe("vit_nano", 2, "run.init=" + weights);
        new Run(second, from, TinyRun.TISSUE, null, List.of()).train(false);
        EncoderSpec spec = EncoderFile.spec(second);
        assertThat(spec)
                .isEqualTo(new EncoderSpec(other, Pooling.CLS, spec.imageSize(), null, null, "CC0-1.0", "tiles"));
        assertThat(EncoderFile.spec(second.resolve("checkpoints/step-000000002.safetensors")))
                .isEqualTo(spec);
        Path plain = folder.resolve("plain");
        EncoderFile.describe(first, old -> EncoderSpec.STANDARD);
        new Run(plain, from, TinyRun.TISSUE, null, List.of()).train(false);
        assertThat(plain.resolve(EncoderFile.NAME)).isRegularFile();
        assertThat(weights(plain)).isNotEqualTo(weights(second)); // it saw other images
    }

    private static Map<String, String> weights(Path run) throws IOException {
        try (Scope scope = Scope.open()) {
            Map<String, String> all = new TreeMap<>();
            SafeTensors.read(run.resolve(EncoderFile.NAME))
                    .tensors()
                    .forEach((name, tensor) -> all.put(name, Arrays.toString(Tensors.floats(tensor))));
            return all;
        }
    }

    @Test
    void imagesPerSecondLeaveOutTheProbe(@TempDir Path folder) throws IOException {
        long[] begun = new long[1];
        RunListener watch = new RunListener() {
            @Override
            public void started(Start start) {
                begun[0] = System.nanoTime();
            }
        };
        Probe slow = encoder -> {
            LockSupport.parkNanos(2_000_000_000L);
            return Map.of("knn", 0.5);
        };
        Recipe recipe = TinyRun.recipe("vit_nano", 2, "run.probeEvery=1");
        RunListener.End end = new Run(folder.resolve("a"), recipe, TinyRun.TISSUE, slow, List.of(watch)).train(false);
        double whole = (System.nanoTime() - begun[0]) / 1e9;
        double images = 2.0 * recipe.run().batch() * recipe.run().accumulate();
        assertThat(images / end.imagesPerSecond()).isLessThan(whole - 1.5);
    }

    @Test
    void aRunTooShortForItsTeacherShowsTheStudentToo(@TempDir Path folder) throws IOException {
        List<String> said = new ArrayList<>();
        List<Map<String, Double>> measures = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void said(String message) {
                said.add(message);
            }

            @Override
            public void stepped(Step step) {
                measures.add(step.measures());
            }
        };
        Probe probe = encoder -> Map.of(
                "knn",
                Objects.requireNonNull(encoder.parameters().get("norm.bias"))
                        .sum()
                        .item_double());
        Recipe slow = TinyRun.recipe("vit_nano", 3, "run.probeEvery=1", "method.momentum=0.9");
        new Run(folder.resolve("slow"), slow, TinyRun.TISSUE, probe, List.of(watch)).train(false);
        // m rises from .9 to 1 along half a cosine: .9 x .925 x .975
        assertThat(said.getFirst())
                .isEqualTo(
                        "Rules: learning rate 3.13e-05 = 0.00100 x 8 / 256; teacher's momentum 0.9000, rising to 1"
                                + " (81 % of its first weights are left at the end); prototypes frozen for 1.00 epochs (4 steps).");
        assertThat(said.get(1)).contains("student");
        assertThat(measures.getLast()).containsKeys("knn", "student_knn");
        assertThat(EncoderFile.student(folder.resolve("slow")))
                .contains(folder.resolve("slow").resolve(EncoderFile.STUDENT));
        assertThat(folder.resolve("slow").resolve(EncoderFile.STUDENT).toFile()).exists();

        Recipe fast = TinyRun.recipe("vit_nano", 3, "run.probeEvery=1", "method.momentum=0");
        measures.clear();
        new Run(folder.resolve("fast"), fast, TinyRun.TISSUE, probe, List.of(watch)).train(false);
        assertThat(measures.getLast()).containsKey("knn").doesNotContainKey("student_knn");
        assertThat(EncoderFile.student(folder.resolve("fast"))).isEmpty();
    }

    @Test
    void viewsOfTheDeviceAreThoseOfTheCpuAndGoOnWithTheSameBits(@TempDir Path folder) throws IOException {
        Recipe recipe = TinyRun.recipe("vit_nano", 6, "run.views=device");
        List<Double> losses = losses(folder.resolve("straight"), recipe);
        List<Double> onCpu = losses(folder.resolve("cpu"), TinyRun.recipe("vit_nano", 6, "run.views=cpu"));
        assertThat(losses).hasSize(6).isNotEqualTo(onCpu);
        for (int i = 0; i < 6; i++) {
            assertThat(losses.get(i)).isCloseTo(onCpu.get(i), within(1e-3));
        }

        assertThat(TinyRun.stoppedAfter(3, folder.resolve("again"), recipe, TinyRun.TISSUE)
                        .step())
                .isEqualTo(3);
        assertThat(new Run(folder.resolve("again"), recipe, TinyRun.TISSUE, null, List.of())
                        .train(true)
                        .finished())
                .isTrue();
        assertThat(folder.resolve("again").resolve(EncoderFile.NAME))
                .hasSameBinaryContentAs(folder.resolve("straight").resolve(EncoderFile.NAME));
    }

    private static List<Double> losses(Path folder, Recipe recipe) throws IOException {
        List<Double> losses = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void stepped(Step step) {
                losses.add(step.measures().get("loss"));
            }
        };
        new Run(folder, recipe, TinyRun.TISSUE, null, List.of(watch)).train(false);
        return losses;
    }

    @Test
    void otherTilesAreRefusedOnResume(@TempDir Path folder) throws IOException {
        Recipe recipe = TinyRun.recipe("vit_nano", 4);
        new Run(folder, recipe, TinyRun.TISSUE, null, List.of()).train(false);
        var others = new org.cyphervit.data.generated.GeneratedTissue(4, 2, 48, 77);
        assertThatThrownBy(() -> new Run(folder, recipe, others, null, List.of()).train(true))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("tiles changed");
    }

    @Test
    void memoryStaysFlatOver300Steps(@TempDir Path folder) throws IOException {
        List<Long> megabytes = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void stepped(Step step) {
                if (step.step() > 60 && step.step() % 12 == 0) {
                    System.gc();
                    megabytes.add(Pointer.physicalBytes() >> 20);
                }
            }
        };
        Recipe recipe = TinyRun.recipe("cyphervit_nano", 300, "run.checkpointEvery=20");
        new Run(folder, recipe, TinyRun.TISSUE, null, List.of(watch, new TensorBoardFile())).train(false);
        assertThat(System.getProperty("org.bytedeco.javacpp.nopointergc")).isEqualTo("true");
        assertThat(megabytes).hasSize(20);
        // A leak raises every reading after it; a pause of the machine or a compiled method raises some. So the
        // lowest reading of the last 96 steps is held against the lowest of the first 96.
        assertThat(Collections.min(megabytes.subList(12, 20)) - Collections.min(megabytes.subList(0, 8)))
                .as("growth in MiB from steps 72..156 to steps 216..300: %s", megabytes)
                .isLessThan(24);
    }

    private static void killAfter(int step, Path folder) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
                .filter(flag -> !flag.startsWith("-javaagent"))
                .toList());
        command.addAll(
                List.of("-cp", System.getProperty("java.class.path"), TinyRun.class.getName(), folder.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try (BufferedReader output = process.inputReader()) {
            String line;
            while ((line = output.readLine()) != null && Integer.parseInt(line) < step) {
                assertThat(process.isAlive()).isTrue();
            }
        }
        process.destroyForcibly();
        process.waitFor();
        assertThat(folder.resolve("checkpoints").toFile().list()).isNotEmpty();
    }
}
