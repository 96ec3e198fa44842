package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What is wrong with slides, from the command line. */
class QcCommandTest {
    private static final int SIDE = 512;

    @TempDir
    private Path folder;

    // Tissue, a third of which is under green ink.
    private Path inked() throws Exception {
        RgbImage tissue =
                GeneratedTissue.field(SIDE, List.of(Phenotype.MUSCLE), 1).image();
        byte[] rgb = tissue.rgb().clone();
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (i % SIDE < SIDE / 3) {
                rgb[3 * i] = 20;
                rgb[3 * i + 1] = (byte) 140;
                rgb[3 * i + 2] = 60;
            }
        }
        Path file = folder.resolve("slides/inked.png");
        Files.createDirectories(file.getParent());
        ImageFiles.writePng(file, new RgbImage(SIDE, SIDE, rgb));
        return file;
    }

    private CommandRun qc(Path slide, String out, String... more) {
        List<String> args = new ArrayList<>(List.of("qc", slide.toString(), "--out", folder + "/" + out));
        args.addAll(List.of("--mpp", "4", "--target-mpp", "4", "--size", "64", "--json"));
        args.addAll(List.of(more));
        return CommandRun.of(args.toArray(String[]::new));
    }

    @Test
    void inkIsALayerForTheViewer() throws Exception {
        CommandRun run = qc(inked(), "qc");
        assertThat(run.code()).as(run.err()).isZero();
        assertThat(run.json().path("slides").get(0).path("rejected").path("pen").asInt())
                .isGreaterThanOrEqualTo(16);
        Path map = folder.resolve("qc/maps/inked");
        JsonNode about = new ObjectMapper().readTree(map.resolve("map.json").toFile());
        assertThat(about.path("slide").asString()).isEqualTo("inked.png");
        JsonNode layer = about.path("layers").get(0);
        assertThat(layer.path("name").asString()).isEqualTo("green pen");
        assertThat(layer.path("share").asDouble()).isBetween(0.25, 0.4);
        assertThat(map.resolve(layer.path("file").asString() + ".dzi")).isNotEmptyFile();
    }

    @Test
    void limitsAreKeptAndReadAgain() throws Exception {
        Path slide = inked();
        assertThat(qc(slide, "strict", "--max-pen", "0.05").code()).isZero();
        Path kept = folder.resolve("strict/quality.yaml");
        assertThat(Files.readString(kept)).contains("pen: 0.05", "focus: 0.1");
        assertThat(qc(slide, "again", "--limits", kept.toString(), "--max-fold", "0.3")
                        .code())
                .isZero();
        assertThat(Files.readString(folder.resolve("again/quality.yaml"))).contains("pen: 0.05", "fold: 0.3");
        Files.writeString(kept, "check: true\npen: 2\nfold: 0.2\nbubble: 0.25\nfocus: 0.1\n");
        assertThat(qc(slide, "x", "--limits", kept.toString()).err()).contains("quality.yaml", "0 to 1");
        Files.writeString(kept, "check: true\npen: 0.1\nfold: 0.2\nbubble: 0.25\nfocus: 0.1\npens: 0.2\n");
        assertThat(qc(slide, "x", "--limits", kept.toString()).err()).contains("quality.yaml", "pens");
        assertThat(qc(slide, "x", "--limits", folder + "/none.yaml").err()).contains("none.yaml", "cannot be read");
    }
}
