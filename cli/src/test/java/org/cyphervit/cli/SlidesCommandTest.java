package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.file.CsvTable;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

class SlidesCommandTest {
    private static final Path MADE = Path.of("../core/src/test/resources/slides");

    @TempDir
    private Path folder;

    @Test
    void aPlaneChosenByTheNameReachesInfoAndTiles() throws Exception {
        String slide = MADE.resolve("focus.ome.tif").toString();
        CommandRun info = CommandRun.of("slides", "info", slide, slide + "#z=3", "--json");
        assertThat(info.code()).as(info.err()).isZero();
        assertThat(info.json().at("/slides/0/format").asString()).isEqualTo("OME-TIFF, focal plane 2 of 3");
        assertThat(info.json().at("/slides/1/format").asString()).isEqualTo("OME-TIFF, focal plane 3 of 3");
        for (String plane : new String[] {"", "#z=1"}) {
            CommandRun run = tile(slide + plane);
            assertThat(run.json().get("tiles").asInt()).as(run.err()).isEqualTo(12);
            assertThat(tile(slide + plane).json().get("done_before").asInt()).isEqualTo(1);
        }
        assertThat(folder.resolve("tiles/focus.ome/x0_y0.png"))
                .as("another plane, another picture")
                .isNotEmptyFile()
                .satisfies(png -> assertThat(Files.mismatch(png, folder.resolve("tiles/focus.ome-z1/x0_y0.png")))
                        .isNotNegative());
        assertThat(CommandRun.of("slides", "info", slide + "#z=4").err()).contains("no plane z=4. It has z=1 to 3");
    }

    private CommandRun tile(String slide) throws Exception {
        return CommandRun.of(
                "tile",
                slide,
                "--out",
                folder.toString(),
                "--size",
                "64",
                "--target-mpp",
                "0.499",
                "--min-tissue",
                "0",
                "--no-quality",
                "--format",
                "png",
                "--json");
    }

    @Test
    void everySlideHasALineAndBrokenOnesSayWhy() throws Exception {
        Files.copy(MADE.resolve("rgb.ome.tif"), folder.resolve("whole.ome.tif"));
        byte[] bytes = Files.readAllBytes(MADE.resolve("philips.tiff"));
        Files.write(folder.resolve("cut.tiff"), java.util.Arrays.copyOf(bytes, 500));
        Files.write(folder.resolve("empty.svs"), new byte[0]);
        ImageFiles.writePng(folder.resolve("field.png"), PinkTissue.of(400, 300));
        Path csv = folder.resolve("triage.csv");
        CommandRun run = CommandRun.of(
                "slides",
                "info",
                folder.toString(),
                MADE.resolve("dicom").toString(),
                "--csv",
                csv.toString(),
                "--json");
        assertThat(run.code()).as("some cannot be read").isEqualTo(1);
        JsonNode slides = run.json().get("slides");
        assertThat(slides.size()).isEqualTo(4 + 7);
        assertThat(run.json().get("unreadable").asInt()).isEqualTo(2);
        CsvTable table = CsvTable.read(csv);
        int row = 0;
        while (!table.at(row, table.column("slide")).equals("jpeg")) {
            row++;
        }
        assertThat(table.at(row, table.column("format"))).isEqualTo("DICOM");
        assertThat(table.at(row, table.column("levels"))).isEqualTo("1.000 2.000 4.000");
        assertThat(table.at(row, table.column("mpp"))).isEqualTo("0.4990");
        assertThat(table.at(row, table.column("objective"))).isEqualTo("20.00");
        assertThat(table.at(row, table.column("stain"))).isEqualTo("hematoxylin stain");
        assertThat(table.at(row, table.column("problems"))).isEmpty();
        assertThat(run.err())
                .contains("the file is empty")
                .contains("is a broken TIFF file")
                .contains("no scale");
        assertThat(CommandRun.of("slides", "info", MADE.resolve("rgb.ome.tif").toString())
                        .code())
                .isZero();
    }
}
