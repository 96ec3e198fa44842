package org.cyphervit.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.assertj.core.groups.Tuple;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.embed.EmbeddedTiles;
import org.cyphervit.embed.Embedder;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.tiling.SlidePlan;
import org.cyphervit.slide.tiling.Tile;
import org.cyphervit.torch.Engine;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cohort of three slides on two cores of Spark; one slide is broken, one lies where every read fails once. */
class SparkJobTest {
    private static final GeneratedTissue TISSUE = new GeneratedTissue(20, 2, 48, 1);

    @TempDir
    private static Path folder = Path.of(".");

    private static SparkSession spark = session();

    private static SparkSession session() {
        return SparkSession.builder()
                .config(SparkMain.configuration(2)
                        .set("spark.hadoop.fs.file.impl", FlakyFiles.class.getName())
                        .set("spark.sql.shuffle.partitions", "1"))
                .getOrCreate();
    }

    @BeforeAll
    static void draw() throws IOException {
        for (int i = 0; i < TISSUE.size(); i++) {
            String slide = i < 130 ? "slide-a" : "slide-b";
            write(folder.resolve("tiles").resolve(slide), "%03d".formatted(i), i);
        }
        Files.writeString(folder.resolve("tiles/slide-a/050.png"), "no picture");
        Path broken = Files.createDirectories(folder.resolve("tiles/slide-broken"));
        Files.writeString(broken.resolve("1.png"), "nor this");
        for (int i = 0; i < 3; i++) {
            write(folder.resolve("hiccups/slide-c"), i == 1 ? "worker" : "tile" + i, i);
        }
        Backbone backbone = Backbones.preset("cyphervit_nano").config(8, 48, 0).build(3, new Device("cpu"));
        EncoderFile.write(folder.resolve("encoder.safetensors"), backbone, Map.of());
    }

    private static void write(Path to, String name, int tile) throws IOException {
        ImageFiles.writePng(Files.createDirectories(to).resolve(name + ".png"), TISSUE.read(tile));
    }

    @AfterAll
    static void stop() {
        spark.stop();
    }

    private static SparkJob job(String out, String... roots) throws IOException {
        byte[] encoder = Files.readAllBytes(folder.resolve("encoder.safetensors"));
        return new SparkJob(encoder, List.of(roots), null, folder.resolve(out).toString(), 64, "cpu");
    }

    @Test
    void featuresAreThoseOfOneMachineBitForBit() throws IOException {
        SparkJob job = job("out", folder.resolve("tiles").toString());
        SparkJob.Result result = job.run(spark);

        assertThat(result.slides()).isEqualTo(3);
        assertThat(result.embedded()).isEqualTo(TISSUE.size() - 1);
        assertThat(result.skipped())
                .extracting(Skipped::slide, Skipped::tile)
                .containsExactly(Tuple.tuple("slide-a", "050.png"), Tuple.tuple("slide-broken", "tiles 0 to 0"));
        assertThat(Files.readAllLines(folder.resolve("out/skipped.csv"))).hasSize(3);
        Map<String, float[]> found = read("out");
        Engine.threads(1);
        Backbone backbone = EncoderFile.read(folder.resolve("encoder.safetensors"), new Device("cpu"));
        for (String slide : List.of("slide-a", "slide-b")) {
            ImageFolder source = ImageFolder.scan(folder.resolve("tiles").resolve(slide));
            EmbeddedTiles alone =
                    EmbeddedTiles.of(source, Embedder.of(backbone, "cpu").embed(backbone, source));
            for (int i = 0; i < alone.names().size(); i++) {
                String name = alone.names().get(i);
                assertThat(found.remove(slide + "/" + name))
                        .as("%s of %s", name, slide)
                        .containsExactly(alone.features().select(new int[] {i}).values());
            }
        }
        assertThat(found).isEmpty();
        assertThatThrownBy(() -> job.run(spark)).isInstanceOf(UserError.class).hasMessageContaining("complete already");
    }

    @Test
    void failedReadsAndTasksAreTriedAgainAndLeaveEachRowOnce() throws IOException {
        SparkJob.Result result =
                job("retried", folder.resolve("hiccups").toString()).run(spark);
        assertThat(result.skipped()).isEmpty();
        assertThat(result.embedded()).isEqualTo(3);
        assertThat(read("retried").keySet())
                .containsExactlyInAnyOrder("slide-c/tile0.png", "slide-c/worker.png", "slide-c/tile2.png");
    }

    @Test
    void foldersWithoutTilesAreRefused() throws IOException {
        Path empty = Files.createDirectories(folder.resolve("empty"));
        assertThatThrownBy(() -> job("nothing", empty.toString()).run(spark))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no images");
        assertThatThrownBy(() ->
                        job("nothing", folder.resolve("missing").toString()).run(spark))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot be listed");
    }

    @Test
    void slidesAreCutOnTheExecutors() throws IOException {
        Path slide = Path.of(System.getProperty("data.dir", "missing"), "slides", "CMU-1-Small-Region.svs");
        Assumptions.assumeTrue(Files.exists(slide), "needs the slide CMU-1-Small-Region.svs in data.dir");
        Path slides = Files.createDirectories(folder.resolve("slides"));
        Files.copy(slide, slides.resolve("cmu.svs"));
        Files.writeString(slides.resolve("broken.svs"), "no slide");
        Tiling tiling = new Tiling(224, 0.5, 0, 0.7);
        byte[] encoder = Files.readAllBytes(folder.resolve("encoder.safetensors"));
        SparkJob.Result result = new SparkJob(
                        encoder,
                        List.of(slides.toString()),
                        tiling,
                        folder.resolve("cut").toString(),
                        64,
                        "cpu")
                .run(spark);
        assertThat(result.skipped()).extracting(Skipped::slide).containsExactly("broken.svs");
        try (Slide opened = Slide.open(slide)) {
            SlidePlan plan = SlidePlan.of(opened, tiling.options());
            Tile second = plan.kept().get(1);
            assertThat(result.embedded()).isEqualTo(plan.kept().size()).isGreaterThan(10);
            assertThat(read("cut")).containsKey("cmu.svs/" + second.x() + "_" + second.y());
        }
    }

    private static Map<String, float[]> read(String out) {
        Map<String, float[]> features = new HashMap<>();
        List<Row> rows = spark.read()
                .parquet(folder.resolve(out).resolve(SparkJob.FEATURES).toString())
                .collectAsList();
        for (Row row : rows) {
            List<Float> values = row.getList(row.fieldIndex("feature"));
            float[] feature = new float[values.size()];
            for (int i = 0; i < feature.length; i++) {
                feature[i] = values.get(i);
            }
            features.put(row.getAs("slide") + "/" + row.getAs("tile"), feature);
        }
        assertThat(features).hasSameSizeAs(rows);
        return features;
    }
}
