package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;
import org.cyphervit.UserError;
import org.cyphervit.slide.codec.OpenJpeg;
import org.cyphervit.slide.cohort.SlideSource;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** DICOM series as pydicom and Pillow wrote them. */
class DicomTest {
    private static final OptionalDouble SILENT = OptionalDouble.empty();

    @TempDir
    private Path folder;

    /** The series, and the arrays that hold its pixels as its writer decodes them. */
    @ParameterizedTest
    @CsvSource({
        "plain, region",
        "implicit, region",
        "rle, region",
        "focus, region",
        "jpeg, dicom-jpeg",
        "sparse, dicom-sparse"
    })
    void allLevelsHaveTheWritersPixels(String name, String pixels) {
        try (Slide slide = Slide.open(MadeSlides.file("dicom/" + name), SlideReader.AUTO, SILENT)) {
            assertThat(slide.reader()).isEqualTo("Java (DICOM)");
            assertThat(slide.levels())
                    .containsExactly(
                            new PyramidLevel(201, 155, 1), new PyramidLevel(100, 77, 2), new PyramidLevel(50, 38, 4));
            MadeSlides.assertLevels(slide, pixels, 3);
            assertThat(slide.mpp()).isEqualTo(0.499);
            assertThat(slide.facts())
                    .isEqualTo(new SlideFacts(
                            name.equals("focus") ? "DICOM, focal plane 2 of 3" : "DICOM",
                            OptionalDouble.of(20),
                            java.util.Optional.of("Made Scanner 1"),
                            java.util.Optional.of("hematoxylin stain")));
        }
    }

    @Test
    void jpeg2000FramesDifferByRoundingAtMost() {
        Assumptions.assumeTrue(OpenJpeg.version().isPresent(), "no OpenJPEG for this platform");
        try (Slide slide = Slide.open(MadeSlides.file("dicom/j2k/level0.dcm"))) {
            byte[] read = slide.readLevel(0, 0, 0, 201, 155).rgb();
            byte[] expected = MadeSlides.pixels("dicom-j2k", 0);
            int differing = 0;
            for (int i = 0; i < read.length; i++) {
                int difference = Math.abs((read[i] & 0xff) - (expected[i] & 0xff));
                assertThat(difference).isLessThanOrEqualTo(1);
                differing += difference;
            }
            assertThat(differing).isLessThan(read.length / 1000);
        }
    }

    @Test
    void anyFileOfASeriesOpensAllOfIt() {
        try (Slide byFile = Slide.open(MadeSlides.file("dicom/rle/level2.dcm"));
                Slide byFolder = Slide.open(MadeSlides.file("dicom/rle"))) {
            assertThat(byFile.levels()).isEqualTo(byFolder.levels()).hasSize(3);
        }
    }

    @Test
    void aFolderOfSeriesIsACohortWithASlideForEach() throws Exception {
        List<SlideSource> found = SlideSource.find(List.of(MadeSlides.file("dicom")));
        assertThat(found)
                .extracting(SlideSource::name)
                .containsExactly("focus", "implicit", "j2k", "jpeg", "plain", "rle", "sparse");
        assertThat(found).extracting(SlideSource::label).containsOnly("");
        copy("rle", "level", folder, "a-");
        copy("plain", "level", folder, "b-");
        assertThat(SlideSource.find(List.of(folder)))
                .extracting(SlideSource::name)
                .containsExactly("a-level0", "b-level0");
        assertThatThrownBy(() -> Slide.open(folder))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("2 DICOM slides")
                .hasMessageContaining("b-level0.dcm");
    }

    @Test
    void whatIsNoSlideIsNamed() throws Exception {
        assertThatThrownBy(() -> Slide.open(folder)).hasMessageContaining("0 DICOM slides");
        copy("rle", "label", folder, "");
        assertThatThrownBy(() -> Slide.open(folder.resolve("label.dcm")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("only labels or overviews");
        byte[] bytes = Files.readAllBytes(MadeSlides.file("dicom/rle/level0.dcm"));
        Path other = folder.resolve("other.dcm");
        Files.write(other, replaced(bytes, "1.2.840.10008.1.2.5\0", "1.2.840.10008.1.2.9\0"));
        assertThatThrownBy(() -> Slide.open(other, SlideReader.JAVA, SILENT))
                .hasMessageContaining("transfer syntax 1.2.840.10008.1.2.9")
                .hasMessageContaining("other.dcm");
        Files.write(other, replaced(bytes, "TILED_FULL", "TILED_SPAR"));
        assertThatThrownBy(() -> Slide.open(other)).hasMessageContaining("places of 0 of its 12 frames");
        Files.write(other, java.util.Arrays.copyOf(bytes, bytes.length - 2000));
        assertThatThrownBy(() -> Slide.open(other).readLevel(0, 0, 0, 201, 155)).hasMessageContaining("other.dcm");
        Files.write(other, replaced(bytes, ".77.1.6", ".77.1.4"));
        assertThatThrownBy(() -> Slide.open(other)).hasMessageContaining("no whole slide");
    }

    private static byte[] replaced(byte[] bytes, String what, String by) {
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        assertThat(text).contains(what);
        return text.replace(what, by).getBytes(StandardCharsets.ISO_8859_1);
    }

    private static void copy(String series, String start, Path to, String prefix) throws IOException {
        try (Stream<Path> files = Files.list(MadeSlides.file("dicom/" + series))) {
            for (Path file : files.filter(f -> f.getFileName().toString().startsWith(start))
                    .toList()) {
                Files.copy(file, to.resolve(prefix + file.getFileName()));
            }
        }
    }
}
