package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.slide.cohort.SlideInfo;
import org.cyphervit.slide.cohort.SlideSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Planes of an OME-TIFF of tifffile (2 times, 3 focal planes, 4 channels, all different) and of a Zarr hierarchy. */
class PlaneChoiceTest {
    private static final OptionalDouble SILENT = OptionalDouble.empty();
    private static final int PIXELS = 48 * 40;

    @TempDir
    private Path folder;

    private static Path stack(String planes) {
        return MadeSlides.file("stack.ome.tif" + planes);
    }

    @Test
    void eachPlaneHasTheWritersPixelsOnAllLevels() {
        for (int t = 1; t <= 2; t++) {
            for (int z = 1; z <= 3; z++) {
                for (int c = 1; c <= 4; c++) {
                    assertPlane(stack("#c=" + c + ",t=" + t + ",z=" + z), 12 * (t - 1) + 4 * (z - 1) + c - 1);
                }
            }
        }
        assertPlane(stack("#c=3"), 4 + 2); // the middle focal plane, the first time
    }

    private static void assertPlane(Path path, int plane) {
        try (Slide slide = Slide.open(path)) {
            assertThat(slide.levels()).containsExactly(new PyramidLevel(48, 40, 1), new PyramidLevel(24, 20, 2));
            for (int level = 0; level < 2; level++) {
                int pixels = level == 0 ? PIXELS : PIXELS / 4;
                byte[] all = MadeSlides.pixels("stack", level);
                byte[] expected = Arrays.copyOfRange(all, plane * pixels, (plane + 1) * pixels);
                byte[] read =
                        slide.readLevel(level, 0, 0, 48 >> level, 40 >> level).rgb();
                for (int i = 0; i < pixels; i++) {
                    assertThat(read[3 * i]).as("%s, pixel %d", path, i).isEqualTo(expected[i]);
                    assertThat(read[3 * i + 2]).isEqualTo(expected[i]);
                }
            }
        }
    }

    @Test
    void factsSayWhichPlaneIsReadAndWhatThereIs() {
        try (Slide slide = Slide.open(stack("#c=2,z=3"))) {
            assertThat(slide.facts().format()).isEqualTo("OME-TIFF, focal plane 3 of 3, channel 2 of 4, time 1 of 2");
            assertThat(PlaneAxis.of(slide))
                    .containsExactly(new PlaneAxis("z", 3, 3), new PlaneAxis("c", 4, 2), new PlaneAxis("t", 2, 1));
            assertThat(SlideFormats.title(slide.path())).isEqualTo("stack.ome.tif");
        }
        SlideSource source = SlideSource.find(List.of(stack("#c=2"))).getFirst();
        assertThat(source.name()).isEqualTo("stack.ome-c2");
        assertThat(SlideInfo.of(source, SlideReader.AUTO, SILENT).format())
                .isEqualTo("OME-TIFF, focal plane 2 of 3, channel 2 of 4, time 1 of 2");
    }

    @Test
    void aPlaneOfColourIsChosenByItsFocus() {
        byte[] sharp = MadeSlides.pixels("region", 0);
        try (Slide middle = Slide.open(MadeSlides.file("focus.ome.tif#z=2"));
                Slide first = Slide.open(MadeSlides.file("focus.ome.tif#z=1"))) {
            assertThat(middle.readLevel(0, 0, 0, 201, 155).rgb()).isEqualTo(sharp);
            byte[] blurred = sharp.clone();
            for (int i = 0; i < blurred.length; i++) {
                blurred[i] = (byte) ((blurred[i] & 255) / 2 + 40); // as make_tiff.py has it
            }
            assertThat(first.readLevel(0, 0, 0, 201, 155).rgb()).isEqualTo(blurred);
        }
        try (Slide green = Slide.open(MadeSlides.file("planes.ome.tif#c=2"))) {
            byte[] grey = green.readLevel(0, 0, 0, 201, 155).rgb();
            assertThat(grey[0]).isEqualTo(sharp[1]);
            assertThat(grey[2]).isEqualTo(sharp[1]);
        }
    }

    @Test
    void planesThatAreNotThereAreRefusedWithWhatIs() {
        assertThatThrownBy(() -> Slide.open(stack("#z=4")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no plane z=4")
                .hasMessageContaining("z=1 to 3, c=1 to 4, t=1 to 2");
        assertThatThrownBy(() -> Slide.open(stack("#c=1,z=0"))).hasMessageContaining("no plane z=0");
        assertThatThrownBy(() -> Slide.open(stack(""), SlideReader.JAVA, SILENT))
                .hasMessageContaining("4 channels (DAPI, CD3, CD8, PanCK)")
                .hasMessageContaining("stack.ome.tif#c=1");
        assertThatThrownBy(() -> Slide.open(MadeSlides.file("philips.tiff#z=2")))
                .hasMessageContaining("one plane; leave out '#z=2'");
        assertThatThrownBy(() -> Slide.open(MadeSlides.file("region-0.npy#t=2")))
                .hasMessageContaining("one plane");
        assertThatThrownBy(() -> Slide.open(stack("#q=2"))).hasMessageContaining("names no plane");
        assertThatThrownBy(() -> Slide.open(stack("#z=1,z=2"))).hasMessageContaining("each once");
    }

    @Test
    void aFolderGivesItsPlaneToEachSlideAndAFileMayBeCalledLikeAPlane() throws IOException {
        Files.copy(stack(""), folder.resolve("a.ome.tif"));
        Files.copy(stack(""), folder.resolve("b#c=1.ome.tif"));
        List<SlideSource> found = SlideSource.find(List.of(folder.resolveSibling(folder.getFileName() + "#c=1,z=3")));
        assertThat(found).extracting(SlideSource::name).containsExactly("a.ome-c1-z3", "b#c=1.ome-c1-z3");
        for (SlideSource source : found) {
            assertPlane(source.file(), 8);
        }
        Files.copy(MadeSlides.file("rgb.ome.tif"), folder.resolve("odd.tif#z=9"));
        try (Slide slide = Slide.open(folder.resolve("odd.tif#z=9"))) {
            assertThat(slide.width()).isEqualTo(201);
        }
    }

    @Test
    void planesOfZarrAreChosenAlike() throws IOException {
        Path zarr = Files.createDirectories(folder.resolve("cube.ome.zarr"));
        Files.writeString(zarr.resolve(".zattrs"), """
                {"multiscales": [{"version": "0.4", "axes": [{"name": "c"}, {"name": "z"}, {"name": "y"}, {"name": "x"}],
                  "datasets": [{"path": "0"}, {"path": "1"}]}]}""");
        array(zarr.resolve("0"), 4, 8);
        array(zarr.resolve("1"), 2, 4); // half as large in z too
        try (Slide slide = Slide.open(folder.resolve("cube.ome.zarr#c=2,z=4"))) {
            assertThat(slide.facts().format()).isEqualTo("OME-Zarr 0.4, focal plane 4 of 4, channel 2 of 2");
            assertThat(slide.readLevel(0, 0, 0, 1, 1).rgb()).containsOnly(13);
            assertThat(slide.readLevel(1, 0, 0, 1, 1).rgb()).containsOnly(11);
        }
        assertThatThrownBy(() -> Slide.open(zarr))
                .hasMessageContaining("2 channels")
                .hasMessageContaining("#c=1");
        assertThatThrownBy(() -> Slide.open(folder.resolve("cube.ome.zarr#c=3")))
                .hasMessageContaining("no plane c=3. It has z=1 to 4, c=1 to 2, t=1.");
    }

    // Two channels of so many planes; the values of channel c and plane z are 10 c + z, both from 0.
    private static void array(Path array, int planes, int side) throws IOException {
        Files.createDirectories(array);
        Files.writeString(array.resolve(".zarray"), """
                {"zarr_format": 2, "shape": [2, %1$d, %2$d, %2$d], "chunks": [1, 1, %2$d, %2$d], "dtype": "|u1", "order": "C",
                 "compressor": null, "filters": null, "fill_value": 0}""".formatted(planes, side));
        for (int c = 0; c < 2; c++) {
            for (int z = 0; z < planes; z++) {
                byte[] values = new byte[side * side];
                Arrays.fill(values, (byte) (10 * c + z));
                Files.write(array.resolve(c + "." + z + ".0.0"), values);
            }
        }
    }
}
