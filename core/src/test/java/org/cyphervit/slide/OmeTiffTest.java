package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import org.cyphervit.UserError;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.format.OpenSlide;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OME-TIFF and Philips's TIFF as tifffile wrote them. */
class OmeTiffTest {
    private static final OptionalDouble SILENT = OptionalDouble.empty();

    @TempDir
    private Path folder;

    /** Colours in one plane, in three directories, in three planes of a directory, and the sharp one of three focal planes. */
    @ParameterizedTest
    @ValueSource(strings = {"rgb", "planes", "separate", "focus"})
    void allLevelsHaveTheWritersPixels(String name) {
        try (Slide slide = Slide.open(MadeSlides.file(name + ".ome.tif"), SlideReader.JAVA, SILENT)) {
            MadeSlides.assertLevels(slide, "region", 3);
            assertThat(slide.levels())
                    .containsExactly(
                            new PyramidLevel(201, 155, 1), new PyramidLevel(100, 77, 2), new PyramidLevel(50, 38, 4));
            assertThat(slide.mpp()).as("micrometres across, nanometres down").isEqualTo(0.499, within(1e-9));
            assertThat(slide.calibration()).startsWith("OME's description says 0.4990 um");
            assertThat(slide.facts().format())
                    .isEqualTo(name.equals("focus") ? "OME-TIFF, focal plane 2 of 3" : "OME-TIFF");
        }
    }

    @Test
    void philipsLevelsEndWhereTheirPixelsDo() {
        Path file = MadeSlides.file("philips.tiff");
        try (Slide slide = Slide.open(file, SlideReader.JAVA, SILENT)) {
            MadeSlides.assertLevels(slide, "philips", 3);
            assertThat(slide.levels())
                    .containsExactly(
                            new PyramidLevel(192, 128, 1), new PyramidLevel(96, 64, 2), new PyramidLevel(48, 32, 4));
            assertThat(slide.mpp()).isEqualTo(0.25);
            assertThat(slide.facts().scanner()).contains("PHILIPS");
            Assumptions.assumeTrue(OpenSlide.isAvailable(), "OpenSlide is not installed");
            try (Slide other = Slide.open(file, SlideReader.OPENSLIDE, SILENT)) {
                assertThat(other.facts().format()).isEqualTo("philips");
                assertThat(slide.levels()).isEqualTo(other.levels());
                assertThat(slide.mpp()).isEqualTo(other.mpp());
                for (int i = 0; i < 3; i++) {
                    PyramidLevel level = slide.levels().get(i);
                    assertThat(slide.readLevel(i, 0, 0, (int) level.width(), (int) level.height())
                                    .rgb())
                            .isEqualTo(other.readLevel(i, 0, 0, (int) level.width(), (int) level.height())
                                    .rgb());
                }
            }
        }
    }

    @Test
    void whatIsNoStainedSlideIsNamed() throws Exception {
        assertThatThrownBy(() -> open(described("SizeC=\"4\"", "")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("other.ome.tif")
                .hasMessageContaining("4 channels")
                .hasMessageContaining("red, green and blue");
        assertThatThrownBy(() ->
                        open(described("SizeC=\"3\"", "<Channel ID=\"c\" Fluor=\"DAPI\" SamplesPerPixel=\"3\"/>")))
                .hasMessageContaining("1 fluorescence channels");
        assertThatThrownBy(
                        () -> open(
                                described(
                                        "SizeC=\"3\"",
                                        "<Channel ID=\"c\" SamplesPerPixel=\"3\"/><TiffData><UUID FileName=\"b.ome.tif\">u</UUID></TiffData>")))
                .hasMessageContaining("'b.ome.tif'");
        assertThatThrownBy(() -> open(
                        described("SizeC=\"3\"", "<Channel ID=\"c\" SamplesPerPixel=\"3\"/><TiffData IFD=\"7\"/>")))
                .hasMessageContaining("plane 0 should be image 7");
        assertThatThrownBy(() -> open(described("SizeC=\"3\"", "<Channel")))
                .hasMessageContaining("description cannot be used");
        assertThatThrownBy(
                        () -> open(described("SizeC=\"3\" SizeX=\"12\"", "<Channel ID=\"c\" SamplesPerPixel=\"3\"/>")))
                .isInstanceOf(UserError.class);
    }

    private static void open(Path file) {
        Slide.open(file, SlideReader.JAVA, SILENT).close();
    }

    private Path described(String attributes, String inside) throws Exception {
        Path file = folder.resolve("other.ome.tif");
        String size = attributes.contains("SizeX") ? "" : " SizeX=\"64\"";
        String text = "<?xml version=\"1.0\"?><OME xmlns=\"http://www.openmicroscopy.org/Schemas/OME/2016-06\"><Image>"
                + "<Pixels DimensionOrder=\"XYCZT\" SizeY=\"64\" SizeZ=\"1\" SizeT=\"1\"" + size + " " + attributes
                + ">"
                + inside + "</Pixels></Image></OME>";
        TinyTiff.write(
                file, false, List.of(TinyTiff.Picture.of(RgbImage.blank(64, 64), 64, TinyTiff.Codec.NONE, text, 0)));
        assertThat(Files.readString(file, StandardCharsets.ISO_8859_1)).contains("openmicroscopy");
        return file;
    }
}
