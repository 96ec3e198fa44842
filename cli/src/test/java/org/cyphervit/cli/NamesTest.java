package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** A name that is given to a phenotype reaches what was written before: maps, their outlines and pages, reports of the run. */
class NamesTest {
    private static final String GIVEN = "muscle, <b>smooth</b>";

    @TempDir
    private Path folder;

    @Test
    void aNameReachesMapsOutlinesAndPagesThatWereWrittenBefore() throws Exception {
        SmallRun small = SmallRun.in(folder);
        Path slide = folder.resolve("field.png");
        ImageFiles.writePng(
                slide,
                GeneratedTissue.field(480, List.of(Phenotype.MUSCLE, Phenotype.ADIPOSE), 5)
                        .image());
        assertThat(map(small, slide).path("maps")).hasSize(1);
        report(small, Files.createDirectories(folder.resolve("shared")).resolve("report.html"));

        int largest = strongest();
        CommandRun named = CommandRun.of(
                "phenotypes",
                "name",
                "--encoder",
                small.run().toString(),
                largest + "",
                GIVEN,
                "--maps",
                folder + "",
                "--json");
        assertThat(named.code()).as(named.err()).isZero();
        assertThat(named.json().path("maps").asInt()).isOne();
        assertThat(named.json().path("reports").asInt()).isOne();
        assertThat(named.err()).contains("1 map and 1 report.");

        Path map = folder.resolve("maps/field");
        JsonNode about = new ObjectMapper().readTree(Files.readString(map.resolve("map.json")));
        assertThat(about.path("layers").get(largest - 1).path("name").asString())
                .isEqualTo(GIVEN);
        assertThat(about.path("former_names").get(0).asString()).isEqualTo("token " + largest);
        for (String file : List.of("phenotypes.geojson.gz", "tiles.geojson.gz")) {
            assertThat(unpacked(map.resolve(file)))
                    .as(file)
                    .contains(GIVEN)
                    .doesNotContain("\"token " + largest + "\"");
        }
        JsonNode again = map(small, slide);
        assertThat(again.path("maps")).isEmpty();
        assertThat(again.path("done_before"))
                .as("a name makes no other map of it")
                .hasSize(1);
        assertThat(Files.readString(folder.resolve("maps/import-phenotypes.groovy")))
                .contains("former_names");

        try (Browser browser = Browser.start(folder.resolve("profile"))) {
            browser.open(map.resolve("report.html").toUri().toString(), "document.querySelector('.token h3')");
            assertThat(text(browser, ".lede")).contains("% to " + GIVEN).doesNotContain("{token");
            assertThat(text(browser, ".token:nth-child(" + largest + ") h3")).isEqualTo(GIVEN);
            browser.open(
                    folder.resolve("shared/report.html").toUri().toString(), "document.querySelector('.token h3')");
            assertThat(text(browser, ".token:nth-child(" + largest + ") h3")).isEqualTo(GIVEN);
            assertThat(text(browser, "body"))
                    .contains("Its most telling phenotype, ")
                    .doesNotContain("{token");
            assertThat(browser.faults()).isEmpty();
        }
    }

    private static String text(Browser browser, String place) throws Exception {
        return browser.ask("document.querySelector('" + place + "').innerText").asString();
    }

    // The token, from 1, that the map's page names first.
    private int strongest() throws Exception {
        JsonNode layers = new ObjectMapper()
                .readTree(Files.readString(folder.resolve("maps/field/map.json")))
                .path("layers");
        int largest = 1;
        for (int k = 2; k <= 3; k++) {
            largest = layers.get(k - 1).path("share").asDouble()
                            > layers.get(largest - 1).path("share").asDouble()
                    ? k
                    : largest;
        }
        return largest;
    }

    private void report(SmallRun small, Path page) {
        CommandRun report = CommandRun.of(
                "report", small.run().toString(), "--out", page.toString(), "--tiles", "24", "--examples", "1");
        assertThat(report.code()).as(report.err()).isZero();
    }

    private JsonNode map(SmallRun small, Path slide) {
        CommandRun map = CommandRun.of(
                "map",
                slide.toString(),
                "--encoder",
                small.run().toString(),
                "--out",
                folder + "/maps",
                "--mpp",
                "0.5",
                "--tile-microns",
                "48",
                "--json");
        assertThat(map.code()).as(map.err()).isZero();
        return map.json();
    }

    private static String unpacked(Path file) throws Exception {
        try (InputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
