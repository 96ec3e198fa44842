package org.cyphervit.export.slide;

import static org.assertj.core.api.Assertions.assertThat;

import java.awt.Color;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class GeoJsonFileTest {
    private static final PhenotypeClass STROMA = new PhenotypeClass("stroma", new Color(1, 2, 3));

    @TempDir
    private Path folder;

    @Test
    void tilesCarryClassAndMeasurementsAndTheBoundsAreTakenOff() throws Exception {
        Path path = folder.resolve("slide.geojson.gz");
        try (GeoJsonFile file = GeoJsonFile.create(path, 1000, 200)) {
            file.tile("a", 1512, 712, 256, 128, STROMA, Map.of("token 1", 0.25, "lost", Double.NaN));
            file.tile("b", 1768, 712, 256, 256, null, Map.of());
            assertThat(file.count()).isEqualTo(2);
            file.finish();
        }
        JsonNode features = read(path).path("features");
        JsonNode first = features.get(0);
        assertThat(first.path("geometry").path("coordinates").toString())
                .isEqualTo("[[[512,512],[768,512],[768,640],[512,640],[512,512]]]");
        JsonNode properties = first.path("properties");
        assertThat(properties.path("objectType").asString()).isEqualTo("tile");
        assertThat(properties.path("classification").toString()).isEqualTo("{\"name\":\"stroma\",\"color\":[1,2,3]}");
        assertThat(properties.path("measurements").toString()).isEqualTo("{\"token 1\":0.25}");
        assertThat(features.get(1).path("properties").has("classification")).isFalse();
        assertThat(features.get(1).path("id").asString())
                .hasSize(36)
                .isNotEqualTo(first.path("id").asString());
    }

    @Test
    void regionsOfAMapBecomeScaledAnnotationsWithHoles() throws Exception {
        Path path = folder.resolve("map.geojson");
        byte[] labels = {
            0, 0, 0, 1,
            0, -1, 0, 1,
            0, 0, 0, -1
        };
        try (GeoJsonFile file = GeoJsonFile.create(path, 0, 0)) {
            int added = file.annotations(
                    labels, 4, 3, 100, 50, 2.5, List.of(STROMA, new PhenotypeClass("fat", Color.RED)), 3);
            assertThat(added).isEqualTo(1);
            file.finish();
        }
        JsonNode feature = read(path).path("features").get(0);
        assertThat(feature.path("geometry").path("coordinates").size()).isEqualTo(2);
        assertThat(feature.path("geometry").path("coordinates").get(0).toString())
                .isEqualTo("[[107.5,50],[107.5,57.5],[100,57.5],[100,50],[107.5,50]]");
        assertThat(feature.path("properties").path("objectType").asString()).isEqualTo("annotation");
    }

    @Test
    void anUnfinishedFileLeavesNothing() throws Exception {
        try (GeoJsonFile file = GeoJsonFile.create(folder.resolve("cut.geojson"), 0, 0)) {
            file.tile("a", 0, 0, 1, 1, null, Map.of());
        }
        assertThat(folder.toFile().list()).isEmpty();
    }

    private static JsonNode read(Path path) throws Exception {
        try (InputStream raw = Files.newInputStream(path);
                InputStream stream = path.toString().endsWith(".gz") ? new GZIPInputStream(raw) : raw) {
            return new ObjectMapper().readTree(stream);
        }
    }
}
