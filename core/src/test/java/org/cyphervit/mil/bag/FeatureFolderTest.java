package org.cyphervit.mil.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.export.slide.FeatureH5;
import org.cyphervit.export.slide.SlideFeatures;
import org.cyphervit.file.CsvTable;
import org.cyphervit.file.NpyArray;
import org.cyphervit.file.hdf5.Hdf5Dataset;
import org.cyphervit.file.hdf5.Hdf5File;
import org.cyphervit.file.parquet.ParquetColumn;
import org.cyphervit.file.parquet.ParquetTable;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every layout gives the same bags. */
class FeatureFolderTest {
    private static final float[] ROWS = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    private static final long[] PLACES = {0, 0, 512, 0, 0, 512};

    @TempDir
    private Path folder;

    @Test
    void tridentsAndClamsFilesAreRead() throws Exception {
        SlideFeatures.Geometry geometry = new SlideFeatures.Geometry(256, 512, 0, 20, 40, 4096, 4096);
        SlideFeatures slide = new SlideFeatures("TCGA-1.abc", "uni", new FeatureMatrix(ROWS, 4), PLACES, geometry);
        Path trident = FeatureH5.writeTrident(folder.resolve("trident"), slide);
        Path clam = FeatureH5.writeClam(folder.resolve("clam"), slide);
        for (Path file : List.of(trident, clam)) {
            try (FeatureFolder features =
                    FeatureFolder.open(Objects.requireNonNull(file.getParent()), folder.resolve("scratch"))) {
                assertThat(features.find("TCGA-1.abc.svs")).isEqualTo("TCGA-1.abc");
                Bag bag = features.bag("TCGA-1.abc");
                check(bag, ROWS);
                var places = Objects.requireNonNull(bag.places());
                assertThat(places.corners()).containsExactly(PLACES);
                assertThat(places.side()).isEqualTo(512);
                assertThat(bag.encoder()).isEqualTo(file.equals(trident) ? "uni" : null);
                assertThat(bag.spans().getFirst().file())
                        .as("read where it lies")
                        .isEqualTo(file);
            }
        }
        // The whole job holds the slide twice as soon as it has features of two encoders.
        SlideFeatures other = new SlideFeatures("TCGA-1.abc", "gigapath", slide.features(), PLACES, geometry);
        FeatureH5.writeTrident(folder.resolve("trident"), other);
        assertThatThrownBy(() -> FeatureFolder.open(folder.resolve("trident"), folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("two files")
                .hasMessageContaining("features_gigapath");
    }

    @Test
    void parquetOfOneSlideAndOfSparkAreRead() throws Exception {
        parquet(folder.resolve("one/s1.parquet"), ROWS, new double[] {0, 512, 0});
        Path spark = folder.resolve("features");
        parquet(spark.resolve("slide=sub%2Fs1.svs/part-0.parquet"), new float[] {1, 2, 3, 4}, new double[] {0});
        parquet(
                spark.resolve("slide=sub%2Fs1.svs/part-1.parquet"),
                new float[] {5, 6, 7, 8, 9, 10, 11, 12},
                new double[] {512, 0});
        Path scratch = folder.resolve("scratch");
        for (Path place : List.of(folder.resolve("one"), spark)) {
            Path left = Files.createDirectories(scratch).resolve("features-12.f32");
            Files.write(left, new byte[4]); // by a program that was killed
            try (FeatureFolder features = FeatureFolder.open(place, scratch)) {
                assertThat(left).doesNotExist();
                Bag bag = features.bag("s1");
                check(bag, ROWS);
                assertThat(bag.places()).isNotNull();
                assertThat(scratch).isNotEmptyDirectory();
            }
            assertThat(scratch).as("unpacked features are removed").doesNotExist();
        }
    }

    @Test
    void whatEmbedWritesIsReadByGroup() throws Exception {
        List<String> head = List.of("row", "tile", "class", "group");
        List<List<String>> index = List.of(
                List.of("0", "a/1.png", "x", "p1"),
                List.of("1", "a/2.png", "x", "p2"),
                List.of("2", "a/3.png", "x", "p1"));
        Path npy = folder.resolve("npy");
        NpyArray.write(npy.resolve("features.npy"), ROWS, 3, 4);
        CsvTable.write(npy.resolve("index.csv"), head, index);
        Path h5 = folder.resolve("h5");
        Hdf5File.write(
                h5.resolve("features.h5"), List.of(new Hdf5Dataset("features", ROWS, new long[] {3, 4}, Map.of())));
        CsvTable.write(h5.resolve("index.csv"), head, index);
        Path parquet = folder.resolve("parquet");
        ParquetTable.write(
                parquet.resolve("features.parquet"),
                List.of(
                        ParquetColumn.of("tile", new String[] {"a/1.png", "a/2.png", "a/3.png"}),
                        ParquetColumn.of("group", new String[] {"p1", "p2", "p1"}),
                        ParquetColumn.vectors("embedding", ROWS, 4)));
        for (Path place : List.of(npy, h5, parquet)) {
            try (FeatureFolder features = FeatureFolder.open(place, folder.resolve("scratch"))) {
                assertThat(features.slides()).containsExactly("p1", "p2");
                check(features.bag("p1"), 1, 2, 3, 4, 9, 10, 11, 12);
                check(features.bag("p2"), 5, 6, 7, 8);
            }
        }
    }

    @Test
    void someInstancesAreDrawnAnewWithEverySeed() throws Exception {
        float[] many = new float[400];
        for (int i = 0; i < many.length; i++) {
            many[i] = Math.floorDiv(i, 4); // a row holds its own number
        }
        MadeCohort.h5(folder.resolve("f/s.h5"), many, 4, "made");
        try (FeatureFolder features = FeatureFolder.open(folder.resolve("f"), folder.resolve("scratch"));
                Scope scope = Scope.open()) {
            Bag bag = features.bag("s");
            Example example = new Example("s", "p", List.of(bag, bag), Target.ofClass(0));
            float[] first = Tensors.floats(BagReader.read(example, 20, new SplittableRandom(1)));
            float[] again = Tensors.floats(BagReader.read(example, 20, new SplittableRandom(1)));
            float[] other = Tensors.floats(BagReader.read(example, 20, new SplittableRandom(2)));
            assertThat(again).containsExactly(first).isNotEqualTo(other);
            assertThat(first).hasSize(80);
            for (int i = 0; i < first.length; i += 4) {
                assertThat(first[i + 3]).as("rows are whole").isEqualTo(first[i]);
            }
            assertThat(BagReader.read(example, 0, new SplittableRandom(1)).size(0))
                    .isEqualTo(200);
        }
    }

    @Test
    void whatIsNoBagIsNamed() throws Exception {
        assertThatThrownBy(() -> FeatureFolder.open(folder.resolve("none"), folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> FeatureFolder.open(folder, folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no features of slides");
        Hdf5File.write(
                folder.resolve("f/whole.h5"),
                List.of(new Hdf5Dataset("features", new float[] {1, 2}, new long[] {2}, Map.of())));
        Hdf5File.write(
                folder.resolve("f/places.h5"),
                List.of(new Hdf5Dataset("coords", new long[] {1, 2}, new long[] {1, 2}, Map.of())));
        Hdf5File.write(
                folder.resolve("f/uneven.h5"),
                List.of(
                        new Hdf5Dataset("features", new float[] {1, 2}, new long[] {2, 1}, Map.of()),
                        new Hdf5Dataset("coords", new long[] {1, 2}, new long[] {1, 2}, Map.of())));
        try (FeatureFolder features = FeatureFolder.open(folder.resolve("f"), folder.resolve("scratch"))) {
            refused(features, "whole", "embedding of a whole slide");
            refused(features, "places", "no array 'features'; it has coords");
            refused(features, "uneven", "2 rows of features and 1 coordinates");
        }
    }

    private static void refused(FeatureFolder features, String slide, String words) {
        assertThatThrownBy(() -> features.bag(slide))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(slide + ".h5")
                .hasMessageContaining(words);
    }

    private static void check(Bag bag, float... expected) throws IOException {
        try (Scope scope = Scope.open()) {
            Tensor read = BagReader.read(new Example("x", "p", List.of(bag), Target.ofClass(0)));
            assertThat(Tensors.floats(read)).containsExactly(expected);
            assertThat(read.size(1)).isEqualTo(4);
        }
    }

    private static void parquet(Path file, float[] values, double[] x) throws IOException {
        Files.createDirectories(file.getParent());
        ParquetTable.write(
                file,
                List.of(
                        ParquetColumn.of("x", x),
                        ParquetColumn.of("y", x),
                        ParquetColumn.vectors("feature", values, 4)));
    }
}
