package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.image.BufferedImage;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import javax.imageio.ImageIO;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** From features and a table to a model, what it says, and how good that is. */
class SlideCommandsTest {
    private static final int WIDTH = 8;

    @TempDir
    private Path folder;

    // Slides of class b have some tiles whose first feature is high, and earlier events.
    private String table(int patients) throws Exception {
        Random random = new Random(3);
        StringBuilder table = new StringBuilder("slide,patient,label,time,event\n");
        for (int p = 0; p < patients; p++) {
            float[] features = new float[30 * WIDTH];
            for (int i = 0; i < features.length; i++) {
                features[i] = (float) random.nextGaussian();
            }
            for (int t = 0; t < (p % 2) * 10; t++) {
                features[t * WIDTH] = 6;
            }
            long[] places = new long[60];
            for (int i = 0; i < 30; i++) {
                places[2 * i] = 512L * i;
            }
            Hdf5File.write(
                    folder.resolve("features/s" + p + ".h5"),
                    List.of(
                            new Hdf5Dataset("features", features, new long[] {30, WIDTH}, Map.of("encoder", "made")),
                            new Hdf5Dataset("coords", places, new long[] {30, 2}, Map.of("patch_size_level0", 512L))));
            table.append(CsvTable.line(List.of(
                    "s" + p, "p" + p, p % 2 == 0 ? "a" : "b", String.valueOf(5 - 3 * (p % 2) + p * 0.01), "1")));
        }
        Path file = folder.resolve("slides.csv");
        Files.writeString(file, table);
        return file.toString();
    }

    private CommandRun slide(String command, String out, String... more) {
        List<String> args = new java.util.ArrayList<>(List.of(
                "slide", command, "--features", folder.resolve("features").toString(), "--out", folder + "/" + out));
        args.addAll(List.of(more));
        args.add("--json");
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void trainedModelsSayWhatTheyThinkAndWhereTheyLook() throws Exception {
        String table = table(16);
        CommandRun train =
                slide("train", "model", "--table", table, "--lr", "1e-2", "--epochs", "15", "--attention", "16");
        assertThat(train.code()).as(train.err()).isZero();
        assertThat(train.json().path("counts").path("tiles").asInt()).isEqualTo(480);
        CommandRun predict = slide("predict", "said", "--model", folder + "/model");
        assertThat(predict.code()).as(predict.err()).isZero();
        int right = 0;
        for (JsonNode said : predict.json().path("slides")) {
            int p = Integer.parseInt(said.path("slide").asString().substring(1));
            right += said.path("verdict").asString().equals(p % 2 == 0 ? "a" : "b") ? 1 : 0;
            assertThat(said.path("p_a").asDouble() + said.path("p_b").asDouble())
                    .isBetween(0.999, 1.001);
        }
        assertThat(right).isGreaterThanOrEqualTo(14);
        assertThat(CsvTable.read(folder.resolve("said/predictions.csv")).rows()).isEqualTo(16);
        try (Hdf5Reader attention = Hdf5Reader.open(folder.resolve("said/attention/s1.h5"))) {
            float[] weights = attention.floats("attention", 1 << 20);
            assertThat(weights).hasSize(30);
            double tumour = 0;
            for (int i = 0; i < 10; i++) {
                tumour += weights[i];
            }
            assertThat(tumour).as("a third of the tiles").isGreaterThan(0.5);
        }
        assertThat(folder.resolve("said/attention/s1.geojson.gz")).isNotEmptyFile();
        assertThat(folder.resolve("model/scratch")).doesNotExist();
        Path map = folder.resolve("said/maps/s1");
        JsonNode about = new ObjectMapper().readTree(map.resolve("map.json").toFile());
        assertThat(about.path("width").asInt()).isEqualTo(30);
        assertThat(about.path("scale").asInt()).isEqualTo(512);
        assertThat(map.resolve("token-1.dzi")).isNotEmptyFile();
        BufferedImage row = ImageIO.read(map.resolve("token-1_files/5/0_0.png").toFile());
        assertThat(row.getWidth()).isEqualTo(30);
        assertThat(row.getRGB(0, 0) >>> 24)
                .as("a tumour tile is more opaque than a normal one")
                .isGreaterThan(row.getRGB(20, 0) >>> 24);
    }

    @Test
    void modelsAreExportedWithACard() throws Exception {
        assertThat(slide("train", "model", "--table", table(12), "--lr", "1e-2", "--epochs", "2")
                        .code())
                .isZero();
        for (String format : List.of("onnx", "torchscript")) {
            CommandRun run = CommandRun.of(
                    "slide",
                    "export",
                    "--model",
                    folder + "/model",
                    "--format",
                    format,
                    "--out",
                    folder + "/out",
                    "--json");
            assertThat(run.code()).as(run.err()).isZero();
            assertThat(run.json().path("files").size()).isEqualTo(2);
            assertThat(Path.of(run.json().path("files").get(0).asString())).isNotEmptyFile();
        }
        JsonNode card = new ObjectMapper()
                .readTree(folder.resolve("out/slide-model.json").toFile());
        assertThat(card.path("encoder").asString()).isEqualTo("made");
        assertThat(card.path("classes").size()).isEqualTo(2);
        assertThat(CommandRun.of("slide", "export", "--model", folder + "/none", "--format", "onnx", "--out", "x")
                        .err())
                .contains("no slide model at");
    }

    @Test
    void theMostAndLeastAttendedTilesAreShown() throws Exception {
        String table = table(12);
        assertThat(slide("train", "model", "--table", table, "--lr", "1e-2", "--epochs", "2")
                        .code())
                .isZero();
        Path slides = folder.resolve("slides");
        CommandRun missing = slide("predict", "none", "--model", folder + "/model", "--slides", folder + "/features");
        assertThat(missing.code()).as("h5 files are no slides").isEqualTo(1);
        for (int p = 0; p < 12; p++) {
            Path file = slides.resolve("s" + p + ".png");
            Files.createDirectories(slides);
            ImageFiles.writePng(file, new RgbImage(1024, 512, new byte[3 * 1024 * 512]));
        }
        CommandRun run =
                slide("predict", "said", "--model", folder + "/model", "--slides", slides.toString(), "--mpp", "0.5");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(ImageIO.read(folder.resolve("said/maps/s3/tiles.png").toFile())
                        .getWidth())
                .isGreaterThan(8 * 128);
        Files.delete(slides.resolve("s5.png"));
        assertThat(slide("predict", "again", "--model", folder + "/model", "--slides", slides.toString())
                        .err())
                .contains("no slide 's5'");
    }

    @Test
    void evaluationTellsClassesBesideTheBaselines() throws Exception {
        CommandRun run = slide(
                "evaluate",
                "eval",
                "--table",
                table(32),
                "--lr",
                "1e-2",
                "--epochs",
                "20",
                "--attention",
                "16",
                "--folds",
                "2",
                "--seeds",
                "2",
                "--compare",
                folder.resolve("features").toString());
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode json = run.json();
        assertThat(json.path("trained").path("auroc").asDouble()).isGreaterThan(0.9);
        assertThat(json.path("trained").path("intervals").path("auroc").size()).isEqualTo(2);
        assertThat(json.path("trained").path("chosen").size()).isEqualTo(4);
        assertThat(json.path("compared").path("auroc").asDouble())
                .as("the same features on the same folds")
                .isEqualTo(json.path("trained").path("auroc").asDouble());
        assertThat(json.path("majority").path("auroc").asDouble()).isBetween(0.2, 0.8);
        assertThat(json.has("permuted_labels") && json.has("mean_pooling") && json.has("p_mean_pooling"))
                .isTrue();
        assertThat(json.path("counts").path("patients").asInt()).isEqualTo(32);
        String page = Files.readString(folder.resolve("eval/report.html"));
        assertThat(page).contains("<svg", "Calibration", "Class against the rest", "mean pooling");
        assertThat(CsvTable.read(folder.resolve("eval/predictions.csv")).rows()).isEqualTo(64);
        assertThat(folder.resolve("eval/results.md")).isNotEmptyFile();
    }

    @Test
    void colourStandsBesideWhereTheSlidesAreThere() throws Exception {
        String table = table(12);
        Path slides = Files.createDirectories(folder.resolve("slides"));
        for (int p = 0; p < 12; p++) {
            byte[] rgb = new byte[3 * 1024 * 512];
            java.util.Arrays.fill(rgb, (byte) ((p % 2 == 0 ? 40 : 120) + p / 2));
            ImageFiles.writePng(slides.resolve("s" + p + ".png"), new RgbImage(1024, 512, rgb));
        }
        String[] options = {
            "--table",
            table,
            "--slides",
            slides.toString(),
            "--lr",
            "1e-2",
            "--epochs",
            "8",
            "--folds",
            "2",
            "--seeds",
            "1"
        };
        CommandRun run = slide("evaluate", "eval", options);
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().path("color_histogram").path("auroc").asDouble())
                .as("one class is darker")
                .isGreaterThan(0.95);
        assertThat(run.json().has("p_color_histogram")).isTrue();
        assertThat(Files.readString(folder.resolve("eval/results.md"))).contains("colour histogram, mean pooling");
        Files.delete(slides.resolve("s5.png"));
        assertThat(slide("evaluate", "again", options).err()).contains("no slide 's5'");
    }

    @Test
    void evaluationsAreKeptByTheRunThatMadeTheFeatures() throws Exception {
        SmallRun small = SmallRun.in(folder);
        String[] options = {"--lr", "1e-2", "--epochs", "2", "--folds", "2", "--seeds", "1"};
        List<String> args = new java.util.ArrayList<>(
                List.of("--table", table(12), "--encoder", small.run().toString()));
        args.addAll(List.of(options));
        CommandRun run = slide("evaluate", "eval", args.toArray(String[]::new));
        assertThat(run.code()).as(run.err()).isZero();
        try (var kept = Files.list(small.run().resolve("results"))) {
            JsonNode result =
                    new ObjectMapper().readTree(kept.findFirst().orElseThrow().toFile());
            assertThat(result.path("evaluation").asString()).isEqualTo("slide-abmil");
            assertThat(result.path("numbers").path("counts").path("patients").asInt())
                    .isEqualTo(12);
            assertThat(result.path("floors").toString()).contains("mean pooling", "permuted labels", "majority");
        }
        assertThat(slide("evaluate", "x", "--table", folder + "/slides.csv", "--encoder", folder + "/nothing")
                        .err())
                .contains("nothing");
    }

    @Test
    void evaluationOfSurvivalDrawsTheCurvesOfTheGroups() throws Exception {
        CommandRun run = slide(
                "evaluate",
                "eval",
                "--table",
                table(32),
                "--task",
                "survival",
                "--lr",
                "1e-2",
                "--epochs",
                "20",
                "--attention",
                "16",
                "--folds",
                "2",
                "--seeds",
                "1",
                "--batch",
                "8");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().path("trained").path("c_index").asDouble()).isGreaterThan(0.55);
        assertThat(run.json().path("kaplan_meier").path("low").size()).isPositive();
        assertThat(Files.readString(folder.resolve("eval/report.html"))).contains("Kaplan-Meier", "Log-rank");
    }

    @Test
    void wrongWishesAreNamed() throws Exception {
        String table = table(4);
        assertThat(slide("train", "m", "--table", table, "--aggregator", "transmil")
                        .err())
                .contains("clam_sb");
        assertThat(slide("train", "m", "--table", table, "--task", "grade").err())
                .contains("survival");
        assertThat(slide("train", "m", "--table", table, "--bag", "block").err())
                .contains("slide or patient");
        assertThat(slide("train", "m", "--table", table, "--label-column", "grade")
                        .err())
                .contains("slide, patient, label, time, event");
        assertThat(slide("evaluate", "m", "--table", table, "--seeds", "0").err())
                .contains("--seeds");
        assertThat(slide("evaluate", "m", "--table", table).err()).contains("5 folds of 4 patients");
        assertThat(CommandRun.of("slide").code()).isEqualTo(2);
    }

    @Test
    void simulatedTumourIsFoundByColour() throws Exception {
        Path tiles = SmallRun.paint(folder);
        CommandRun run = CommandRun.of(
                "slide",
                "simulate",
                "--data",
                tiles.toString(),
                "--normal",
                "muscle",
                "--out",
                folder + "/sim",
                "--slides",
                "12",
                "--tiles",
                "10",
                "--folds",
                "2",
                "--shares",
                "0.3",
                "--lr",
                "1e-2",
                "--epochs",
                "15",
                "--attention",
                "8",
                "--seeds",
                "2",
                "--json");
        assertThat(run.code()).as(run.err()).isZero();
        JsonNode seeds = run.json().path("shares").get(0).path("attention_auroc_by_seed");
        assertThat(seeds.size()).isEqualTo(2);
        assertThat(seeds.get(0).asDouble())
                .as("other slides")
                .isNotEqualTo(seeds.get(1).asDouble());
        assertThat(run.json().path("shares").get(0).path("attention_auroc").asDouble())
                .isGreaterThan(0.8);
        assertThat(folder.resolve("sim/simulated.md")).isNotEmptyFile();
        assertThat(CommandRun.of(
                                "slide",
                                "simulate",
                                "--data",
                                tiles.toString(),
                                "--normal",
                                "bone",
                                "--out",
                                folder + "/x")
                        .err())
                .contains("'bone'");
    }
}
