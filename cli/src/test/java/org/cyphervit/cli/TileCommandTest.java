package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileCommandTest {
    @TempDir
    private Path folder;

    @Test
    void fieldsBecomeAugmentedCropsWithoutAScale() throws Exception {
        Path fields = Files.createDirectories(folder.resolve("fields"));
        ImageFiles.writePng(fields.resolve("nki.png"), PinkTissue.of(1128, 720));
        String out = folder.resolve("out").toString();
        CommandRun run = CommandRun.of("tile", fields.toString(), "--out", out, "--fields", "--augment", "--json");
        assertThat(run.code()).as(run.err()).isZero();
        // 9 x 5 crops from edge to edge, five of each.
        assertThat(run.json().get("tiles").asInt()).isEqualTo(45);
        assertThat(run.json().get("files").asInt()).isEqualTo(225);
        assertThat(folder.resolve("out/tiles/nki/x904_y496_r90.jpg")).isNotEmptyFile();
        assertThat(folder.resolve("out/qc/nki.jpg")).isNotEmptyFile();
        CommandRun again = CommandRun.of("tile", fields.toString(), "--out", out, "--fields", "--augment", "--json");
        assertThat(again.json().get("done_before").asInt()).isEqualTo(1);
        assertThat(again.json().get("files").asInt()).isZero();
    }

    @Test
    void placesGoToTheLayoutsOfOtherPrograms() throws Exception {
        Path slide = folder.resolve("case.png");
        ImageFiles.writePng(slide, PinkTissue.of(900, 460));
        Path out = folder.resolve("out");
        CommandRun silent = CommandRun.of("tile", slide.toString(), "--out", out.toString(), "--write", "trident,clam");
        assertThat(silent.code()).as("no slide could be tiled").isEqualTo(1);
        assertThat(silent.err()).contains("--mpp").contains("case.png");
        CommandRun run = CommandRun.of(
                "tile", slide.toString(), "--out", out.toString(), "--write", "trident,clam", "--mpp", "0.5", "--json");
        assertThat(run.json().get("tiles").asInt()).isEqualTo(4 * 2);
        assertThat(run.json().get("files").asInt()).isZero();
        assertThat(out.resolve("trident/20x_224px_0px_overlap/patches/case_patches.h5"))
                .isNotEmptyFile();
        assertThat(out.resolve("clam/patches/case.h5")).isNotEmptyFile();
        assertThat(out.resolve("tiles")).doesNotExist();
        CommandRun other = CommandRun.of(
                "tile", slide.toString(), "--out", out.toString(), "--write", "trident,clam", "--mpp", "0.25");
        assertThat(other.code()).isEqualTo(1);
        assertThat(other.err())
                .contains("other options")
                .contains("scale given: 0.5")
                .contains("--redo");
    }

    @Test
    void aSlideThatCannotBeReadIsNamedAndMakesTheExitCodeOneWhileOthersAreCut() throws Exception {
        Path slides = Files.createDirectories(folder.resolve("slides"));
        ImageFiles.writePng(slides.resolve("good.png"), PinkTissue.of(900, 460));
        Files.writeString(slides.resolve("broken.svs"), "nothing");
        CommandRun run = CommandRun.of("tile", slides.toString(), "--out", folder + "/cut", "--mpp", "0.5", "--json");
        assertThat(run.code()).isOne();
        assertThat(run.err()).contains("broken.svs").doesNotContain("\tat ");
        assertThat(run.json().path("tiles").asInt()).isEqualTo(4 * 2);
        assertThat(run.json().path("failed").toString()).contains("broken.svs");
    }

    @Test
    void optionsThatContradictEachOtherAreRefused() {
        String slide = folder.toString();
        assertThat(CommandRun.of("tile", slide, "--out", slide).err()).contains("There are no slides");
        assertThat(CommandRun.of("tile", slide, "--out", slide, "--overlap", "x")
                        .code())
                .isEqualTo(2);
        assertThat(CommandRun.of("tile", slide + "/none.svs", "--out", slide).err())
                .contains("none.svs");
    }
}
