package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Images are shown at the encoder's scale, and a report is about the data that it was asked for. */
class ScaleAndHeadTest {
    @TempDir
    private Path folder;

    private SmallRun small;

    @BeforeEach
    void train() throws Exception {
        small = SmallRun.in(folder);
    }

    @Test
    void attendShowsTilesAtTheEncodersScaleAndTakesSeveralImages() throws Exception {
        CommandRun set =
                CommandRun.of("encoders", "set", "--encoder", small.run().toString(), "--tile-microns", "48");
        assertThat(set.code()).as(set.err()).isZero();
        Path tiles = Files.createDirectories(folder.resolve("cut/tiles/one"));
        Path tile = tiles.resolve("a.png");
        ImageFiles.writePng(
                tile, GeneratedTissue.field(64, List.of(Phenotype.MUSCLE), 1).image());
        // 64 pixels of 1.5 microns are 96 of the encoder's, which saw 48 microns in 48 pixels
        Files.writeString(folder.resolve("cut/manifest.csv"), "slide,label,size_level0,size,mpp\none,,64,64,1.5\n");
        assertThat(attend("known", folder + "/cut/tiles")).isEqualTo(96);

        Path image = folder.resolve("b.png");
        ImageFiles.writePng(
                image, GeneratedTissue.field(700, List.of(Phenotype.MUCUS), 1).image());
        CommandRun unknown = run("several", image.toString(), tile.toString());
        assertThat(unknown.code()).as(unknown.err()).isZero();
        assertThat(unknown.err()).contains("b.png' shows is unknown", "--mpp", "2 images");
        assertThat(width("several", "b")).as("four of the encoder's images").isEqualTo(4 * 48);
        JsonNode areas = unknown.json().path("areas");
        assertThat(areas.size()).isEqualTo(2);

        Path twin = Files.createDirectories(folder.resolve("other")).resolve("b.png");
        Files.copy(image, twin);
        assertThat(run("twice", image.toString(), twin.toString()).err()).contains("Two images are called 'b'");
    }

    @Test
    void anEvaluationOfOtherClassesDoesNotHeadTheReport() throws Exception {
        Path other = folder.resolve("other");
        for (int i = 0; i < 16; i++) {
            Path file = other.resolve((i % 2 == 0 ? "mucus" : "tumour") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            ImageFiles.writePng(
                    file,
                    GeneratedTissue.field(64, List.of(i % 2 == 0 ? Phenotype.MUCUS : Phenotype.ADIPOSE), i)
                            .image());
        }
        evaluate(other);
        JsonNode stray = report();
        assertThat(stray.has("knn")).isFalse();
        assertThat(stray.path("evaluations").get(0).path("on").asString()).contains("other");
        evaluate(small.tiles());
        evaluate(other);
        JsonNode own = report();
        assertThat(own.path("knn").path("on").asString()).contains("tiles");
        assertThat(own.path("evaluations").get(0).path("on").asString()).contains("other");
    }

    private int attend(String out, String input) throws Exception {
        CommandRun run = run(out, input);
        assertThat(run.code()).as(run.err()).isZero();
        return width(out, "a");
    }

    private int width(String out, String image) throws Exception {
        return ImageFiles.read(folder.resolve(out).resolve(image + "-segmentation.png"))
                .width();
    }

    private CommandRun run(String out, String... inputs) {
        List<String> words = new java.util.ArrayList<>(List.of("attend"));
        words.addAll(List.of(inputs));
        words.addAll(List.of("--encoder", small.run().toString(), "--shifts", "1", "--json"));
        words.addAll(List.of("--out", folder.resolve(out).toString()));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private void evaluate(Path tiles) {
        CommandRun run = CommandRun.of(
                "evaluate", "knn", "--encoder", small.run().toString(), "--data", tiles.toString(), "--k", "1,3,5");
        assertThat(run.code()).as(run.err()).isZero();
    }

    private JsonNode report() throws Exception {
        CommandRun run = CommandRun.of("report", small.run().toString());
        assertThat(run.code()).as(run.err()).isZero();
        Matcher data = Pattern.compile("id=\"data\"[^>]*>(.*?)</script>", Pattern.DOTALL)
                .matcher(Files.readString(small.run().resolve("report.html")));
        assertThat(data.find()).isTrue();
        return new ObjectMapper().readTree(data.group(1)).path("runs").get(0);
    }
}
