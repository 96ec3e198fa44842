package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportTest {
    @TempDir
    private Path folder;

    @Test
    void namesTravelAndThePageAnswersToClicksWithoutANetwork() throws Exception {
        SmallRun small = SmallRun.in(folder);
        String run = small.run().toString();
        CommandRun named = CommandRun.of("phenotypes", "name", run, "2", "stroma, <i>loose</i>", "--json");
        assertThat(named.err()).as("the old form").contains("Warning: the encoder is now named by --encoder");
        assertThat(named.json().path("names").toString())
                .isEqualTo("[\"token 1\",\"stroma, <i>loose</i>\",\"token 3\"]");
        assertThat(CommandRun.of("phenotypes", "name", "--encoder", run, "4", "fat")
                        .err())
                .contains("tokens 1 to 3");
        assertThat(CommandRun.of("phenotypes", "name", run, "1", "stroma, <i>loose</i>")
                        .err())
                .contains("same name");
        CommandRun gallery = CommandRun.of(
                "phenotypes",
                "gallery",
                "--encoder",
                run,
                "--data",
                small.tiles().toString(),
                "--out",
                folder + "/gallery",
                "--count",
                "4",
                "--json");
        assertThat(gallery.json().path("shares").size()).isEqualTo(3);
        assertThat(ImageFiles.read(folder.resolve("gallery/gallery.png")).width())
                .isGreaterThan(4 * 96);
        CommandRun onnx = CommandRun.of("export", "--encoder", run, "--format", "onnx", "--out", folder + "/onnx");
        assertThat(onnx.code()).as(onnx.err()).isZero();
        assertThat(Files.readString(folder.resolve("onnx/model-card.json"))).contains("stroma, <i>loose</i>");

        CommandRun linear = CommandRun.of(
                "evaluate", "linear", "--encoder", run, "--data", small.tiles().toString(), "--test-share", "0.6");
        assertThat(linear.code()).as(linear.err()).isZero();
        CommandRun report = CommandRun.of(
                "report",
                run,
                run,
                "--data",
                small.tiles().toString(),
                "--test-share",
                "0.6",
                "--out",
                folder + "/page",
                "--json");
        assertThat(report.code()).as(report.err()).isZero();
        Path page = Path.of(report.json().path("report").asString());
        assertThat(page).as("a name without an ending is a folder").isEqualTo(folder.resolve("page/report.html"));
        assertThat(Files.readString(page)).doesNotContain("https://", "<i>", "{{");
        assertThat(folder.resolve("run/results").toFile().list())
                .as("k-NN was measured for the report, and is kept as the linear probe is")
                .hasSize(2);
        try (Browser browser = Browser.start(folder.resolve("profile"))) {
            look(browser, page);
        }
    }

    @Test
    void aRunOfMaeShowsWhatItPaintedAndAnEvaluationOfAnOlderEncoderIsLeftOut() throws Exception {
        Path tiles = SmallRun.paint(folder);
        String run = folder.resolve("mae").toString();
        List<String> pretrain = new ArrayList<>(List.of("pretrain", "--data", tiles.toString(), "--out", run));
        pretrain.addAll(List.of("--method", "mae", "--backbone", "vit_nano", "--set", "backbone.width=24"));
        pretrain.addAll(List.of("--set", "backbone.heads=2", "--set", "run.steps=2", "--set", "run.batch=4"));
        CommandRun trained = CommandRun.of(pretrain.toArray(String[]::new));
        assertThat(trained.code()).as(trained.err()).isZero();
        CommandRun knn = CommandRun.of("evaluate", "knn", "--encoder", run, "--data", tiles.toString());
        assertThat(knn.code()).as(knn.err()).isZero();
        Path page = folder.resolve("mae/report.html");
        CommandRun report = CommandRun.of("report", run, "--examples", "1");
        assertThat(report.code()).as(report.err()).isZero();
        try (Browser browser = Browser.start(folder.resolve("mae-profile"))) {
            browser.open(page.toUri().toString(), "document.querySelector('#reconstructions img')?.naturalWidth > 400");
            assertThat(browser.ask("document.querySelectorAll('#floors .track').length")
                            .asInt())
                    .as("the run and its floors, which 'evaluate' left")
                    .isEqualTo(4);
            assertThat(browser.faults()).isEmpty();
        }
        Files.writeString(folder.resolve("mae/metrics.csv"), "step,loss\n3,1.0\n");
        assertThat(CommandRun.of("report", run, "--examples", "1").err())
                .contains("it judged step 2, and the run is at 3 now");
    }

    private static void look(Browser browser, Path page) throws Exception {
        browser.resize(1280, 900, false);
        browser.open(page.toUri().toString(), "document.querySelector('.blend canvas[data-ready]')");
        assertThat(browser.ask("document.querySelector('h1').textContent").asString())
                .contains("Which encoder");
        assertThat(browser.ask("[...document.querySelectorAll('main > section')].map(s => s.id).join(' ')")
                        .asString())
                .isEqualTo("tokens examples map results training data recipe");
        assertThat(browser.ask("document.querySelectorAll('#tokens h3')[1].textContent")
                        .asString())
                .isEqualTo("stroma, <i>loose</i>");
        assertThat(browser.ask("document.querySelectorAll('#floors .track').length")
                        .asInt())
                .as("two runs, each with its twin, and two floors")
                .isEqualTo(6);
        assertThat(browser.ask("document.querySelector('.evaluation h3').textContent")
                        .asString())
                .isEqualTo("Linear probe");
        assertThat(browser.ask("document.querySelectorAll('.evaluation tr.floor').length")
                        .asInt())
                .isEqualTo(2 * 3);
        browser.click(".evaluation summary");
        assertThat(browser.ask("document.querySelector('.evaluation details').open")
                        .asBoolean())
                .isTrue();

        String sum = "(() => { const c = document.querySelector('.blend canvas');"
                + " return c.getContext('2d').getImageData(0, 0, c.width, c.height).data.reduce((a, b) => a + b, 0); })()";
        double colored = browser.ask(sum).asDouble();
        for (int k = 1; k <= 3; k++) {
            browser.click("#examples .chip[aria-pressed='true']");
        }
        double plain = browser.ask(sum).asDouble();
        assertThat(plain).as("tissue without colours").isNotEqualTo(colored);
        browser.ask("(() => { const s = document.querySelector('#examples input[type=range]'); s.value = 0;"
                + " s.dispatchEvent(new Event('input')); })()");
        browser.click("#examples .chip[aria-pressed='false']");
        assertThat(browser.ask(sum).asDouble()).as("no colour at strength 0").isEqualTo(plain);

        String hit = "(() => { const m = DATA.runs[0].umap, c = document.querySelector('.scatter canvas');"
                + " c.scrollIntoView({block: 'center', behavior: 'instant'}); const b = c.getBoundingClientRect();"
                + " const lo = a => Math.min(...a), hi = a => Math.max(...a);"
                + " const s = 0.92 * b.width / Math.max(hi(m.x) - lo(m.x), hi(m.y) - lo(m.y));"
                + " return [b.x + b.width / 2 + (m.x[5] - (lo(m.x) + hi(m.x)) / 2) * s,"
                + " b.y + b.height / 2 - (m.y[5] - (lo(m.y) + hi(m.y)) / 2) * s]; })()";
        var at = browser.ask(hit);
        browser.hover(at.get(0).asDouble(), at.get(1).asDouble());
        assertThat(browser.ask("document.querySelector('.tip').hidden").asBoolean())
                .isFalse();
        assertThat(browser.ask("document.querySelector('.tip').textContent").asString())
                .contains(".png", "class ");

        browser.resize(390, 844, true);
        assertThat(browser.ask("document.documentElement.scrollWidth").asInt())
                .as("no sideways scrolling on a phone")
                .isLessThanOrEqualTo(390);
        assertThat(browser.faults()).isEmpty();
    }
}
