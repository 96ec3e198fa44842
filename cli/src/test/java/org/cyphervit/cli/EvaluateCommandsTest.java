package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.masks.MaskedImage;
import org.cyphervit.interpret.masks.MaskedImages;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class EvaluateCommandsTest {
    private static final GeneratedTissue TISSUE = new GeneratedTissue(6, 6, 32, 2);

    @Test
    void anEncoderIsJudgedInEveryWay(@TempDir Path folder) throws Exception {
        String tiles = folder.resolve("tiles").toString();
        TISSUE.writeTo(folder.resolve("tiles"), done -> {});
        String run = folder.resolve("run").toString();
        List<String> pretrain = new ArrayList<>(List.of("pretrain", "--data", tiles, "--out", run, "--backbone"));
        pretrain.add("cyphervit_nano");
        for (String setting : List.of("run.steps=2", "run.batch=4", "backbone.width=24", "backbone.imageSize=32")) {
            pretrain.addAll(List.of("--set", setting));
        }
        assertThat(CommandRun.of(pretrain.toArray(String[]::new)).code()).isZero();

        CommandRun judged = CommandRun.of(
                "evaluate",
                "clusters",
                "retrieval",
                "--encoder",
                run,
                "--data",
                tiles,
                "--labels",
                "parent",
                "--pool",
                "tokens",
                "--resplits",
                "2",
                "--out",
                folder.resolve("tables").toString(),
                "--json");
        assertThat(judged.code()).as(judged.err()).isZero();
        JsonNode protocols = judged.json().path("protocols");
        assertThat(protocols.path("clusters").path("trained").path("nmi_values"))
                .hasSize(2);
        assertThat(protocols
                        .path("retrieval")
                        .path("color_histogram")
                        .path("map")
                        .asDouble())
                .isBetween(0.1, 1.0);
        assertThat(judged.err()).contains("corrected for shared samples").doesNotContain("Warning");
        assertThat(Files.readString(folder.resolve("tables/clusters.tex"))).contains("8 x 8 thumbnail");

        StringBuilder csv = new StringBuilder("image,fat\n");
        for (int i = 0; i < TISSUE.size(); i++) {
            csv.append("tile%05d.png,%d%n".formatted(i, TISSUE.label(i)));
        }
        Files.writeString(folder.resolve("fat.csv"), csv);
        CommandRun ridge = CommandRun.of(
                "evaluate",
                "ridge",
                "--encoder",
                run,
                "--data",
                tiles,
                "--labels",
                "parent",
                "--targets",
                folder.resolve("fat.csv").toString(),
                "--column",
                "fat",
                "--json");
        assertThat(ridge.json().path("trained").path("mse").asDouble()).isBetween(0.01, 20.0);
        assertThat(ridge.json().path("trained").path("prediction_probability").asDouble())
                .isBetween(0.3, 1.0);

        CommandRun tuned = CommandRun.of(
                "evaluate",
                "finetune",
                "--encoder",
                run,
                "--data",
                tiles,
                "--labels",
                "parent",
                "--shares",
                "0.5",
                "--epochs",
                "1",
                "--min-steps",
                "2",
                "--json");
        assertThat(tuned.json().path("fine_tuned").path(0).path(0).asDouble()).isBetween(0.0, 1.0);
        CommandRun maps = CommandRun.of(
                "evaluate",
                "maps",
                "--encoder",
                run,
                "--generated",
                "nuclei",
                "--count",
                "2",
                "--scale",
                "64",
                "--json");
        assertThat(maps.json().path("maps")).hasSize(5);
        CommandRun looks =
                CommandRun.of("evaluate", "token-targets", "--encoder", run, "--data", tiles, "--count", "2", "--json");
        assertThat(looks.json().path("nuclei")).as(looks.err()).isNotEmpty();
        assertThat(looks.json().path("nuclei_untrained"))
                .hasSameSizeAs(looks.json().path("nuclei"))
                .isNotEqualTo(looks.json().path("nuclei"));
        CommandRun neutral = CommandRun.of(
                "evaluate", "knn", "--encoder", run, "--data", tiles, "--labels", "parent", "--neutral", "--json");
        assertThat(neutral.code()).as(neutral.err()).isZero();
        assertThat(neutral.json().path("color_histogram").path("accuracy").asDouble())
                .isBetween(0.0, 1.0);
        Path images = Files.createDirectories(folder.resolve("images"));
        Path masks = Files.createDirectories(folder.resolve("masks"));
        for (MaskedImage field : MaskedImages.nuclei(4, 64, 0)) {
            ImageFiles.writePng(images.resolve("p" + field.name() + ".png"), field.image());
            byte[] mask = new byte[3 * field.classes().length];
            for (int i = 0; i < mask.length; i++) {
                mask[i] = (byte) (field.classes()[i / 3] * 255);
            }
            ImageFiles.writePng(masks.resolve("p" + field.name() + ".png"), new RgbImage(64, 64, mask));
        }
        CommandRun dense = CommandRun.of(
                "evaluate",
                "dense",
                "--encoder",
                run,
                "--images",
                images.toString(),
                "--masks",
                masks.toString(),
                "--patient",
                "field(.)",
                "--folds",
                "2",
                "--json");
        assertThat(dense.code()).as(dense.err()).isZero();
        assertThat(dense.json().path("probes")).hasSize(5);
        assertThat(dense.json().path("probes").path(0).path("auroc").asDouble()).isBetween(0.3, 1.0);
        assertThat(folder.resolve("run/results").toFile().list())
                .as("what the report of the run will show")
                .hasSize(8)
                .anyMatch(name -> name.startsWith("ridge-"));

        CommandRun plan = CommandRun.of(
                "reproduce",
                "table4",
                "--pretrain",
                tiles,
                "--classify",
                "tissue=" + tiles + ",labels=parent",
                "--out",
                folder.resolve("study").toString(),
                "--set",
                "run.steps=3",
                "--set",
                "backbone.width=24",
                "--plan",
                "--json");
        assertThat(plan.code()).as(plan.err()).isZero();
        assertThat(plan.err()).contains("Pre-training runs: 8", "dino-cyphervit-s0-", "3 steps of 64 tiles, about");
    }

    @Test
    void mistakesAreAnsweredWithWhatThereIs(@TempDir Path folder) {
        assertThat(CommandRun.of("evaluate").code()).isEqualTo(2);
        assertThat(CommandRun.of("evaluate").err()).contains("knn, linear, logistic");
        CommandRun spec = CommandRun.of(
                "reproduce", "table1", "--pretrain", folder.toString(), "--classify", "x", "--out", folder + "/o");
        assertThat(spec.code()).isEqualTo(1);
        assertThat(spec.err()).doesNotContain("\tat ");
    }
}
