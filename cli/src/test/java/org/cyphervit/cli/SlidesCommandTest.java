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
