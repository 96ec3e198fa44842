package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.cyphervit.cli.viewer.Viewer;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The journey of a pathologist, with the mouse alone: from an empty folder to a named, measured, exported map. With {@code
 * -Dworkbench.pictures=FOLDER} it leaves pictures of the pages there.
 */
class WorkbenchTest {
    private static final int SIDE = 1400;
    private static final int FIELD = 128;

    @TempDir
    private Path folder;

    @Test
    void fromAnEmptyFolderToANamedMeasuredAndExportedMap() throws Exception {
        Path work = Files.createDirectories(folder.resolve("work"));
        Path saved = Files.createDirectories(folder.resolve("saved"));
        Path first = slide("case 1.png", 5, Phenotype.MUSCLE, Phenotype.ADIPOSE, Phenotype.MUCOSA);
        Path second = slide("case 2.png", 5, Phenotype.MUCOSA, Phenotype.ADIPOSE, Phenotype.MUSCLE);
        try (Browser browser = Browser.start(folder.resolve("profile"))) {
            browser.download(saved);
            browser.resize(1280, 900, false);
            try (Viewer viewer = Viewer.start(List.of(work), 0, 100)) {
                browser.open(viewer.address(), "document.querySelector('#no-encoder, #map-encoder')");
                assertThat(browser.ask("location.search").asString()).isEmpty(); // the token is in a cookie now
                picture(browser, "welcome");
                bringSlides(browser, first, second);
                train(browser, work);
                map(browser);
                picture(browser, "workbench");
                lookAt(browser, saved, work);
                requireAccessible(browser);
                onAPhone(browser);
            }
            afterARestart(browser, work);
            assertThat(browser.faults()).isEmpty();
        }
    }

    private void bringSlides(Browser browser, Path first, Path second) throws Exception {
        browser.choose("#files", List.of(first, second));
        browser.await("document.querySelectorAll('table.slides tbody tr').length === 2");
        browser.await("document.querySelectorAll('table.slides input[type=number]').length === 2"); // no scale in a PNG
        for (int row = 1; row <= 2; row++) {
            browser.click("table.slides tbody tr:nth-child(" + row + ") input[type=number]");
            browser.type("0.5");
            browser.key("Tab", 9);
            browser.await("document.querySelectorAll('table.slides td div.small.soft').length > 0");
        }
        browser.await("[...document.querySelectorAll('table.slides td.num div.small')]"
                + ".filter(d => d.textContent === 'given by you').length === 2");
        browser.choose("#files", List.of(first));
        browser.await("document.querySelector('.sending .alarm')?.textContent.includes('already')");
    }

    private void train(Browser browser, Path work) throws Exception {
        browser.press("Cut tiles of the chosen slides");
        browser.await("document.querySelector('.job.done h3')?.textContent === 'Cut tiles of 2 slides'");
        assertThat(browser.ask("document.querySelector('.job code').textContent")
                        .asString())
                .isEqualTo("cyphervit tile 'slides/case 1.png' 'slides/case 2.png' --out tiles --mpp 0.5");
        browser.await("document.querySelector('#train-data option')?.textContent === 'tiles/tiles'");
        browser.ask("document.querySelector('#train-epochs').value = 1");
        browser.ask("document.querySelector('#train-name').value = 'mine'");
        browser.press("How long will it take?");
        browser.await("document.querySelectorAll('.job.done').length === 2");
        assertThat(browser.ask("document.querySelector('.job p').textContent").asString())
                .startsWith("Training needs some ")
                .contains("all ");
        assertThat(work.resolve("runs")).doesNotExist();
        browser.press("Train");
        browser.await("document.querySelector('.job.running, .job.done:nth-child(1)')");
        browser.await("document.querySelectorAll('.job.done').length === 3");
    }

    private void map(Browser browser) throws Exception {
        browser.await("document.querySelector('#map-encoder option')?.value === 'runs/mine'");
        assertThat(browser.ask("document.querySelector('#train-epochs').value").asString())
                .as("typed before the cards were made anew")
                .isEqualTo("1");
        browser.press("Map the chosen slides");
        browser.await("document.querySelectorAll('.job').length === 5");
        browser.await("document.querySelectorAll('.job.done').length === 5");
        browser.await("document.querySelectorAll('table.slides a.chip').length === 2");
        browser.press("Map the chosen slides");
        browser.await("[...document.querySelectorAll('.do .alarm')].some(p => p.textContent.includes('already'))");
    }

    private void lookAt(Browser browser, Path saved, Path work) throws Exception {
        browser.click("table.slides tbody tr:first-child a.chip");
        browser.await("stage && stage.world.getItemCount() === 2 && stage.world.getItemAt(1).getFullyLoaded()");
        browser.await("document.querySelector('.legend .num').textContent.endsWith('%')");
        browser.await("document.querySelector('.bar span').textContent.endsWith('µm')");

        JsonNode shown =
                browser.ask("[...document.querySelectorAll('.legend .num')].map(n => parseFloat(n.textContent))");
        double sum = 0;
        for (JsonNode share : shown) {
            sum += share.asDouble();
        }
        assertThat(sum).as("shares of the area " + shown).isBetween(98.0, 102.0);

        browser.press("Draw a rectangle");
        browser.drag(".stage .view", 0.4, 0.3, 0.6, 0.6);
        browser.await(
                "document.querySelectorAll('#areas tbody tr').length === document.querySelectorAll('.legend li').length");
        browser.await("document.querySelector('.mark.measured')");

        browser.drag(".stage .view", 0.45, 0.4, 0.45, 0.4); // a click
        browser.await("document.querySelectorAll('#places .hit').length === 18");
        browser.await(
                "[...document.querySelectorAll('#places img')].slice(0, 6).every(i => i.complete && i.naturalWidth > 0)");
        browser.await("stage.world.getItemAt(1).getFullyLoaded()");
        picture(browser, "slide");

        int largest = 0;
        for (int k = 1; k < shown.size(); k++) {
            largest = shown.get(k).asDouble() > shown.get(largest).asDouble() ? k : largest;
        }
        browser.click(".legend li:nth-child(" + (largest + 1) + ") .pencil");
        browser.type("smooth muscle");
        browser.key("Enter", 13);
        browser.await("[...document.querySelectorAll('.legend label')].some(l => l.textContent === 'smooth muscle')");
        browser.await("document.querySelector('#said').textContent.includes('2 maps and in the encoder')");
        for (String slide : List.of("case 1", "case 2")) {
            assertThat(Files.readString(work.resolve("maps/mine/" + slide + "/map.json")))
                    .contains("\"smooth muscle\"");
            assertThat(Files.readString(work.resolve("maps/mine/" + slide + "/report.html")))
                    .contains("\"smooth muscle\"");
        }

        browser.press("Picture (PNG)");
        browser.await("desk.picture && desk.picture.bytes > 10000");
        browser.press("Outlines (GeoJSON)");
        browser.press("Areas (CSV)");
        JsonNode outlines = new ObjectMapper().readTree(await(saved.resolve("case_1.png-phenotypes.geojson")));
        assertThat(outlines.path("features").toString()).contains("smooth muscle");
        assertThat(await(saved.resolve("case_1.png-phenotypes.csv")))
                .startsWith("phenotype,area_mm2,share_of_tissue,mean_assignment\n")
                .contains("\n\"smooth muscle\",0.");
        Path drawn = saved.resolve("case 1-map.png");
        await(drawn);
        assertThat(ImageFiles.size(drawn)[0]).isGreaterThan(600);
        keep(drawn, "export");

        browser.ask(
                "(() => { const s = document.querySelector('#beside'); s.value = 'slide'; s.dispatchEvent(new Event('change')); })()");
        browser.await("desk.panes.length === 2 && desk.panes[1].osd.world.getItemCount() === 1");
        browser.ask("void stage.viewport.zoomBy(3)");
        browser.await("Math.abs(desk.panes[1].osd.viewport.getZoom() - stage.viewport.getZoom()) < 1e-6");
        browser.await("desk.panes.every(p => p.osd.world.getItemAt(0).getFullyLoaded())");
        picture(browser, "beside");

        browser.ask(
                "(() => { const c = document.querySelector('#certainty'); c.value = 100; c.dispatchEvent(new Event('input')); })()");
        browser.await(
                "document.querySelector('#beside').closest('main').textContent.includes('at least 100 % certain')");

        String other = "[...document.querySelectorAll('#places .hit')].find(h => h.textContent.includes('case 2'))";
        browser.await(other);
        browser.ask(other + ".click()");
        browser.await(
                "document.querySelector('h1').textContent === 'case 2.png' && document.querySelector('.mark.found')");
    }

    private static void requireAccessible(Browser browser) throws Exception {
        browser.await("document.querySelector('.legend li')");
        List<String> told = browser.accessible();
        assertThat(told)
                .anyMatch(line -> line.equals("heading: case 2.png"))
                .anyMatch(line -> line.equals("checkbox: smooth muscle"))
                .anyMatch(line -> line.startsWith("slider: Certainty"))
                .anyMatch(line -> line.equals("toolbar: View"))
                .anyMatch(line -> line.equals("button: Name smooth muscle"))
                .noneMatch(line -> line.matches("(button|checkbox|textbox|combobox|slider|link): \\s*"));
        assertThat(browser.ask("document.querySelector('a, button, input, select').className")
                        .asString())
                .as("what Tab reaches first")
                .isEqualTo("skip");
    }

    private void onAPhone(Browser browser) throws Exception {
        browser.resize(390, 844, true);
        assertThat(browser.ask("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
        picture(browser, "phone-slide");
        browser.ask("location.hash = '#/'");
        browser.await(
                "document.querySelectorAll('table.slides tbody tr').length === 2 && document.querySelector('.job')");
        assertThat(browser.ask("document.documentElement.scrollWidth").asInt()).isLessThanOrEqualTo(390);
        picture(browser, "phone");
        browser.resize(1280, 900, true);
        picture(browser, "dark");
    }

    // Jobs, logs and scales are still known.
    private static void afterARestart(Browser browser, Path work) throws Exception {
        try (Viewer viewer = Viewer.start(List.of(work), 0, 100)) {
            browser.open(viewer.address(), "document.querySelectorAll('.job.done').length === 5");
            browser.click(".job:first-child summary");
            browser.await("document.querySelector('.job:first-child pre').textContent.includes('mm² of tissue')");
            browser.await("document.querySelector('table.slides input[type=number]')?.value === '0.5'");
        }
    }

    // A mosaic of small fields: painting a large one takes minutes.
    private Path slide(String name, int seed, Phenotype... phenotypes) throws Exception {
        List<RgbImage> fields = new ArrayList<>();
        for (Phenotype phenotype : phenotypes) {
            fields.add(GeneratedTissue.field(FIELD, List.of(phenotype), seed).image());
        }
        RgbImage slide = RgbImage.blank(SIDE, SIDE);
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                RgbImage field = fields.get((x / 350 + y / 350) % fields.size());
                System.arraycopy(field.rgb(), 3 * (y % FIELD * FIELD + x % FIELD), slide.rgb(), 3 * (y * SIDE + x), 3);
            }
        }
        Path file = folder.resolve(name);
        ImageFiles.writePng(file, slide);
        return file;
    }

    private static String await(Path file) throws Exception {
        for (int i = 0; i < 200 && !Files.exists(file); i++) {
            Thread.sleep(50);
        }
        try (Stream<Path> files = Files.list(file.getParent())) {
            assertThat(file).as(files.toList().toString()).exists();
        }
        return file.toString().endsWith(".png") ? "" : Files.readString(file);
    }

    private static void picture(Browser browser, String name) throws Exception {
        String pictures = System.getProperty("workbench.pictures");
        if (pictures != null) {
            Thread.sleep(600); // drawn to the end
            Files.write(Files.createDirectories(Path.of(pictures)).resolve(name + ".png"), browser.picture());
        }
    }

    private static void keep(Path file, String name) throws Exception {
        String pictures = System.getProperty("workbench.pictures");
        if (pictures != null) {
            Files.write(Path.of(pictures).resolve(name + ".png"), Files.readAllBytes(file));
        }
    }
}
