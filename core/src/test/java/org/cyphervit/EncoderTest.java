package org.cyphervit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.embed.EmbeddedTiles;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.EmbeddingFiles;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.file.parquet.ParquetTable;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderTest {
    @TempDir
    private Path folder;

    @Test
    void threeLinesGiveTheFeatureThatEmbeddingWritesAndThatIsReadBack() throws Exception {
        Path file = folder.resolve("encoder.safetensors");
        CypherVitConfig config = CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3));
        RgbImage image = GeneratedTissue.field(50, List.of(Phenotype.MUSCLE), 1).image();
        Path tiles = folder.resolve("tiles");
        Path png = tiles.resolve("muscle/one, \"two\".png");
        java.nio.file.Files.createDirectories(tiles.resolve("muscle"));
        ImageFiles.writePng(png, image);
        ImageFiles.writePng(tiles.resolve("muscle/three.png"), image);
        Embedder.Result embedded;
        TileSource source = ImageFolder.scan(tiles, ImageFolder.Labels.AUTO, 16, 2);
        try (Backbone backbone = config.build(5, TestDevice.get())) {
            EncoderFile.write(file, backbone, Map.of());
            embedded = Embedder.of(backbone, TestDevice.NAME).embed(backbone, source);
        }

        float[] feature;
        try (Encoder encoder = Encoder.load(file)) {
            feature = encoder.embed(png);
            assertThat(encoder.width()).isEqualTo(24);
            assertThat(encoder.embed(List.of(image, image))[1])
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(feature);
            assertThat(encoder.phenotypes(image, 1).tokens()).isEqualTo(3);
            assertThat(encoder.embed(List.of())).isEmpty();
        }
        assertThat(feature)
                .containsExactly(embedded.features().select(new int[] {0}).values(), within(1e-5f));

        EmbeddingFiles.write(folder, EmbeddingFiles.Format.NPY, source, embedded, Map.of());
        EmbeddedTiles read = EmbeddedTiles.read(folder);
        assertThat(read.features().values()).isEqualTo(embedded.features().values());
        assertThat(read.names()).containsExactly("muscle/one, \"two\".png", "muscle/three.png");
        assertThat(read.classes())
                .containsOnly(source.label(0) < 0 ? "" : "muscle")
                .hasSize(2);
        for (EmbeddingFiles.Format format : EmbeddingFiles.Format.values()) {
            Path place = folder.resolve("as-" + format);
            Path vectors = EmbeddingFiles.write(place, format, source, embedded, Map.of());
            float[] back = switch (format) {
                case NPY -> EmbeddedTiles.read(place).features().values();
                case CSV -> {
                    CsvTable table = CsvTable.read(vectors);
                    assertThat(table.at(0, table.column("tile")))
                            .isEqualTo(read.names().getFirst());
                    float[] values = new float[2 * 24];
                    for (int i = 0; i < values.length; i++) {
                        values[i] = (float) table.number(i / 24, table.column("f" + i % 24));
                    }
                    yield values;
                }
                case PARQUET -> {
                    ParquetTable table = ParquetTable.read(vectors);
                    assertThat((Object[]) table.column("tile").values())
                            .containsExactly(read.names().toArray());
                    yield (float[]) table.column("embedding").values();
                }
                case H5 -> {
                    try (Hdf5Reader h5 = Hdf5Reader.open(vectors)) {
                        yield h5.floats("features", 1 << 20);
                    }
                }
            };
            assertThat(back).as(format.toString()).isEqualTo(embedded.features().values());
        }
    }
}
