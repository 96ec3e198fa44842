package org.cyphervit.export.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.jhdf.HdfFile;
import io.jhdf.api.Dataset;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FeatureH5Test {
    private static final SlideFeatures.Geometry GEOMETRY =
            new SlideFeatures.Geometry(256, 512, 0, 20, 40, 70_000, 50_000);
    private static final SlideFeatures SLIDE = new SlideFeatures(
            "case-1",
            "cyphervit",
            new FeatureMatrix(new float[] {1, 2, 3, 4.5f, 5, 6}, 3),
            new long[] {0, 512, 1024, 49_000},
            GEOMETRY);

    @TempDir
    private Path folder;

    @Test
    void tridentsLayoutHoldsFeaturesPlacesAndHowTheyWereCut() throws Exception {
        Path file = FeatureH5.writeTrident(folder, SLIDE);
        assertThat(folder.relativize(file))
                .hasToString(
                        "20x_256px_0px_overlap/features_cyphervit/case-1.h5".replace('/', java.io.File.separatorChar));
        try (HdfFile hdf = new HdfFile(file)) {
            Dataset features = hdf.getDatasetByPath("features");
            assertThat((float[][]) features.getData()).isDeepEqualTo(new float[][] {{1, 2, 3}, {4.5f, 5, 6}});
            assertThat(features.getAttribute("encoder").getData()).isEqualTo("cyphervit");
            Dataset coordinates = hdf.getDatasetByPath("coords");
            assertThat((long[][]) coordinates.getData()).isDeepEqualTo(new long[][] {{0, 512}, {1024, 49_000}});
            assertThat(coordinates.getAttribute("patch_size_level0").getData()).isEqualTo(512L);
            assertThat(coordinates.getAttribute("target_magnification").getData())
                    .isEqualTo(20L);
        }
        assertThat(folder.resolve("20x_256px_0px_overlap/patches/case-1_patches.h5"))
                .isNotEmptyFile();
    }

    @Test
    void clamsLayoutHoldsThemWithShortCoordinates() throws Exception {
        Path file = FeatureH5.writeClam(folder, SLIDE);
        assertThat(folder.relativize(file))
                .hasToString(Path.of("h5_files", "case-1.h5").toString());
        try (HdfFile hdf = new HdfFile(file)) {
            assertThat((int[][]) hdf.getDatasetByPath("coords").getData())
                    .isDeepEqualTo(new int[][] {{0, 512}, {1024, 49_000}});
            assertThat(hdf.getDatasetByPath("features").getDimensions()).containsExactly(2, 3);
        }
        try (HdfFile hdf = new HdfFile(folder.resolve("patches/case-1.h5"))) {
            assertThat(hdf.getDatasetByPath("coords")
                            .getAttribute("patch_level")
                            .getData())
                    .isEqualTo(0L);
        }
    }

    @Test
    void h5pyReadsTheSame() throws Exception {
        String python = python();
        Path trident = FeatureH5.writeTrident(folder, SLIDE);
        Path clam = FeatureH5.writeClam(folder, SLIDE);
        String script = "import h5py, sys\n"
                + "f = h5py.File(sys.argv[1]); c = f['coords']; x = f['features']\n"
                + "print(x.dtype, x[:].tolist(), c.dtype, c[:].tolist())\n"
                + "t = lambda v: v.decode() if isinstance(v, bytes) else str(v)\n"
                + "print(t(x.attrs['encoder']), *(t(c.attrs[k]) for k in ('patch_size', 'patch_size_level0',"
                + " 'level0_magnification', 'overlap', 'name', 'level0_width')))\n"
                + "g = h5py.File(sys.argv[2]); print(g['coords'].dtype, g['features'].shape)\n";
        assertThat(run(python, "-c", script, trident.toString(), clam.toString())
                        .lines())
                .containsExactly(
                        "float32 [[1.0, 2.0, 3.0], [4.5, 5.0, 6.0]] int64 [[0, 512], [1024, 49000]]",
                        "cyphervit 256 512 40 0 case-1 70000",
                        "int32 (2, 3)");
    }

    @Test
    void aSlideWithoutTilesIsAFileWithoutRows() throws Exception {
        SlideFeatures empty =
                new SlideFeatures("blank", "cyphervit", new FeatureMatrix(new float[0], 3), new long[0], GEOMETRY);
        try (HdfFile hdf = new HdfFile(FeatureH5.writeTrident(folder, empty))) {
            assertThat(hdf.getDatasetByPath("features").getDimensions()).containsExactly(0, 3);
            assertThat(hdf.getDatasetByPath("coords").getDimensions()).containsExactly(0, 2);
        }
    }

    @Test
    void aNameThatIsAPathIsRefused() {
        assertThatThrownBy(
                        () -> new SlideFeatures("../a", "e", new FeatureMatrix(new float[0], 3), new long[0], GEOMETRY))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("../a");
    }

    /** A Python that has h5py, or the test is skipped. */
    private static String python() throws Exception {
        for (String python : new String[] {"python3", "/usr/bin/python3"}) {
            try {
                if (run(python, "-c", "import h5py; print('h5py')").strip().equals("h5py")) {
                    return python;
                }
            } catch (IOException e) {
                // no such program: try the next
            }
        }
        Assumptions.abort("skipped: no python3 with h5py to read the files back");
        return "";
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        return output;
    }
}
