package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** What a map says in numbers is the same wherever it says it, and what is drawn; and a map that means nothing says so. */
class MapNumbersTest {
    private static final int SIDE = 480;
    private static final ObjectMapper JSON = new ObjectMapper();

    @TempDir
    private Path folder;

    @Test
    void pageJsonAndOutlinesTellTheSameAreas() throws Exception {
        SmallRun small = SmallRun.in(folder);
        Path slide = folder.resolve("field.png");
        ImageFiles.writePng(
                slide,
                GeneratedTissue.field(SIDE, List.of(Phenotype.MUSCLE, Phenotype.ADIPOSE, Phenotype.MUCUS), 5)
                        .image());
        CommandRun map = map(small, slide, "maps");
        assertThat(map.code()).as(map.err()).isZero();
        JsonNode said = map.json().path("maps").get(0);
        Path out = folder.resolve("maps/field");
        JsonNode about = JSON.readTree(Files.readString(out.resolve("map.json")));
        JsonNode page = page(out.resolve("report.html"));
        Map<String, Double> outlined = outlined(out.resolve("phenotypes.geojson.gz"));
        double all = outlined.values().stream().mapToDouble(area -> area).sum();
        double areas = 0;
        double means = 0;
        for (int k = 0; k < 3; k++) {
            JsonNode layer = about.path("layers").get(k);
            double area = layer.path("share").asDouble();
            assertThat(said.path("areas").get(k).asDouble()).isEqualTo(area);
            assertThat(page.path("tokens").get(k).path("share").asDouble()).isEqualTo(area);
            assertThat(page.path("tokens").get(k).path("mean").asDouble())
                    .isEqualTo(layer.path("mean_assignment").asDouble());
            assertThat(outlined.getOrDefault(layer.path("name").asString(), 0.0) / all)
                    .as("outlines of " + layer.path("name"))
                    .isCloseTo(area, within(0.03)); // small pieces have no outline
            areas += area;
            means += layer.path("mean_assignment").asDouble();
        }
        assertThat(areas).isCloseTo(1, within(1e-6));
        assertThat(means).isCloseTo(1, within(1e-3));

        assertThat(about.path("trust").path("level").asString()).isEqualTo("collapse");
        assertThat(page.path("trust").path("title").asString())
                .isEqualTo("Do not trust this map: the encoder is next to untrained");
        assertThat(page.path("trust").path("words").asString()).contains("It saw 24 tiles", "chance alone gives 33 %");
        assertThat(map.err()).contains("Do not trust this map");
    }

    @Test
    void aSlideWithoutTissueLeavesNothing() throws Exception {
        SmallRun small = SmallRun.in(folder);
        Path glass = folder.resolve("glass.png");
        ImageFiles.writePng(glass, RgbImage.blank(400, 400));
        assertThat(map(small, glass, "none").code()).isEqualTo(1);
        assertThat(folder.resolve("none/glass")).doesNotExist();
    }

    private CommandRun map(SmallRun small, Path slide, String out) {
        return CommandRun.of(
                "map",
                slide.toString(),
                "--encoder",
                small.run().toString(),
                "--out",
                folder.resolve(out).toString(),
                "--mpp",
                "0.5",
                "--tile-microns",
                "48",
                "--json");
    }

    private static JsonNode page(Path file) throws Exception {
        Matcher data = Pattern.compile("id=\"data\"[^>]*>(.*?)</script>", Pattern.DOTALL)
                .matcher(Files.readString(file));
        assertThat(data.find()).isTrue();
        return JSON.readTree(data.group(1));
    }

    // Level-0 pixels under each class's outlines, all of which lie within the slide.
    private static Map<String, Double> outlined(Path file) throws Exception {
        Map<String, Double> areas = new HashMap<>();
        try (InputStream stream = new GZIPInputStream(Files.newInputStream(file))) {
            for (JsonNode feature : JSON.readTree(stream).path("features")) {
                double area = 0;
                for (JsonNode ring : feature.path("geometry").path("coordinates")) {
                    double twice = 0;
                    for (int i = 0; i + 1 < ring.size(); i++) {
                        double x = ring.get(i).get(0).asDouble();
                        double y = ring.get(i).get(1).asDouble();
                        assertThat(x).isBetween(0.0, (double) SIDE);
                        assertThat(y).isBetween(0.0, (double) SIDE);
                        twice += x * ring.get(i + 1).get(1).asDouble()
                                - ring.get(i + 1).get(0).asDouble() * y;
                    }
                    area += twice / 2; // holes turn the other way
                }
                areas.merge(feature.path("properties").path("name").asString(), Math.abs(area), (a, b) -> a + b);
            }
        }
        return areas;
    }
}
