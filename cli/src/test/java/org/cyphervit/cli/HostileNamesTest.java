package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.cli.viewer.Viewer;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * Names of tiles, classes, runs, slides and phenotypes that would run a script, end a quotation, break a line or turn the
 * direction of writing, in everything that shows them.
 */
class HostileNamesTest {
    private static final String SCRIPT = "<script>window.ran=1<!--"; // a file's name has no slash
    private static final String IMAGE = "\"'><img src=x onerror=window.ran=1>";
    private static final String LINES = "a\nb';window.ran=1;'\u202egnp";
    private static final String NOTHING_RAN = "window.ran === undefined";

    @TempDir
    private static Path folder = Path.of("");

    private static Path tiles = Path.of("");
    private static Path run = Path.of("");

    @BeforeAll
    static void train() throws Exception {
        tiles = folder.resolve("tiles");
        String[] classes = {IMAGE, SCRIPT + LINES};
        for (int i = 0; i < 16; i++) {
            Path file = tiles.resolve(classes[i % 2]).resolve(i + (i % 4 < 2 ? IMAGE : LINES) + ".png");
            Files.createDirectories(file.getParent());
            Phenotype phenotype = i % 2 == 0 ? Phenotype.MUSCLE : Phenotype.ADIPOSE;
            ImageFiles.writePng(
                    file, GeneratedTissue.field(64, List.of(phenotype), i).image());
        }
        run = folder.resolve("run" + IMAGE + LINES);
        List<String> pretrain =
                new ArrayList<>(List.of("pretrain", "--data", tiles.toString(), "--out", run.toString()));
        for (String setting : List.of(
                "method.name=simclr",
                "method.hidden=16",
                "backbone.name=cyphervit_nano",
                "backbone.width=24",
                "backbone.heads=2",
                "backbone.tokens=[4,2]",
                "run.steps=2",
                "run.batch=4")) {
            pretrain.addAll(List.of("--set", setting));
        }
        CommandRun trained = CommandRun.of(pretrain.toArray(String[]::new));
        assertThat(trained.code()).as(trained.err()).isZero();
        CommandRun named = CommandRun.of("phenotypes", "name", run.toString(), "1", IMAGE + SCRIPT);
        assertThat(named.code()).as(named.err()).isZero();
    }

    @Test
    void nothingRunsInReportSlidePageAndViewer() throws Exception {
        CommandRun report = CommandRun.of("report", run.toString(), "--data", tiles.toString(), "--test-share", "0.5");
        assertThat(report.code()).as(report.err()).isZero();
        Path slide = folder.resolve("slide" + IMAGE + ".png");
        ImageFiles.writePng(
                slide, GeneratedTissue.field(640, List.of(Phenotype.MUSCLE), 1).image());
        Path maps = folder.resolve("maps'" + LINES);
        CommandRun map = CommandRun.of(
                "map",
                slide.toString(),
                "--encoder",
                run.toString(),
                "--out",
                maps.toString(),
                "--mpp",
                "0.5",
                "--tile-microns",
                "48",
                "--json");
        assertThat(map.code()).as(map.err()).isZero();
        requireScript(maps.resolve("import-phenotypes.groovy"));
        try (var files = Files.walk(maps)) {
            for (Path geoJson :
                    files.filter(file -> file.toString().endsWith(".geojson")).toList()) {
                JsonNode read = new ObjectMapper().readTree(Files.readAllBytes(geoJson));
                assertThat(read.isEmpty()).isFalse();
            }
        }
        try (Browser browser = Browser.start(folder.resolve("profile"));
                Viewer viewer = Viewer.start(List.of(folder), 0, 100)) {
            browser.resize(1280, 900, false);
            browser.open(run.resolve("report.html").toUri().toString(), "document.querySelector('.blend canvas')");
            requireNothingRan(browser);
            try (var pages = Files.walk(maps)) {
                Path page = pages.filter(file -> file.endsWith("report.html"))
                        .findFirst()
                        .orElseThrow();
                browser.open(page.toUri().toString(), "document.querySelector('canvas, img')");
                requireNothingRan(browser);
            }
            browser.open(viewer.address() + "#/runs", "document.querySelector('.run')");
            browser.click(".run");
            browser.await("document.querySelectorAll('.chart path').length > 1");
            browser.click("a.chip[href$='/phenotypes']");
            browser.await("document.querySelectorAll('.token input').length === 2");
            browser.click("a.chip[href$='/tiles']");
            browser.await("document.querySelector('.scatter canvas')");
            browser.click("a[data-part='slides']");
            browser.await("document.querySelector('a.slide')");
            browser.click("a.slide");
            browser.await("document.querySelector('.legend li')");
            requireNothingRan(browser);
            browser.click("a[data-part='work']");
            browser.await("document.querySelector('#report-run option')");
            requireNothingRan(browser);
        }
    }

    private static void requireNothingRan(Browser browser) throws Exception {
        Thread.sleep(300); // an image that fails to load tells it later
        assertThat(browser.ask(NOTHING_RAN).asBoolean()).isTrue();
        assertThat(browser.ask("document.querySelectorAll('img[src=x]').length").asInt())
                .isZero();
    }

    // The folder stands in one quoted text on one line.
    private static void requireScript(Path script) throws Exception {
        String text = Files.readString(script);
        assertThat(text).doesNotContain("maps'a\nb", "a\nb'");
        assertThat(text.lines().filter(line -> line.contains("maps\\'a\\nb\\'")))
                .isNotEmpty();
    }
}
