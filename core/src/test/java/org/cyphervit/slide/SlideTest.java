package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalDouble;
import java.util.Random;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.ImageOutputStream;
import org.cyphervit.UserError;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.codec.OpenJpeg;
import org.cyphervit.slide.format.OpenSlide;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SlideTest {
    private static final OptionalDouble SILENT = OptionalDouble.empty();

    @TempDir
    private Path folder;

    @ParameterizedTest
    @CsvSource({"none, false", "none, true", "LZW, false", "LZW, true", "ZLib, true", "Deflate, false", "PackBits, true"
    })
    void readsWhatAnotherProgramWrote(String compression, boolean tiled) throws Exception {
        RgbImage image = pattern(203, 157);
        Path file = folder.resolve("image.tif");
        writeByImageIo(image, file, compression, tiled);
        try (Slide slide = Slide.open(file, SlideReader.JAVA, SILENT)) {
            assertThat(slide.reader()).isEqualTo("Java (TIFF)");
            assertThat(slide.readLevel(0, 0, 0, 203, 157).rgb()).isEqualTo(image.rgb());
            RgbImage part = slide.readLevel(0, 180, 140, 40, 30);
            assertThat(part.at(5, 5, 0)).isEqualTo(image.at(185, 145, 0));
            assertThat(part.at(30, 5, 0)).as("outside is white").isEqualTo(255);
        }
    }

    @Test
    void bothReadersGiveTheSamePixelsOfAnAperioSlide() {
        Path file = data("CMU-1-Small-Region.svs");
        Assumptions.assumeTrue(OpenSlide.isAvailable(), "OpenSlide is not installed");
        try (Slide own = Slide.open(file, SlideReader.JAVA, SILENT);
                Slide other = Slide.open(file, SlideReader.OPENSLIDE, SILENT)) {
            assertThat(own.levels()).isEqualTo(other.levels());
            assertThat(own.bounds()).isEqualTo(other.bounds());
            assertThat(own.mpp()).isEqualTo(other.mpp()).isEqualTo(0.499);
            for (int y = -50; y < 2967; y += 1000) {
                RgbImage expected = other.readLevel(0, -50, y, 2400, 1000);
                assertThat(own.readLevel(0, -50, y, 2400, 1000).rgb()).isEqualTo(expected.rgb());
            }
        }
    }

    @Test
    void bothReadersGiveTheSamePixelsOfAPyramid() {
        Path file = data("small_HE_levels.tiff");
        Assumptions.assumeTrue(OpenSlide.isAvailable(), "OpenSlide is not installed");
        try (Slide own = Slide.open(file, SlideReader.JAVA, SILENT);
                Slide other = Slide.open(file, SlideReader.OPENSLIDE, SILENT)) {
            assertThat(own.levels()).isEqualTo(other.levels()).hasSize(4);
            // Levels smaller than a tile: OpenSlide 3.4.1 with Debian's libtiff 4.5 gives pixels of no image there.
            for (int i = 0; i < 2; i++) {
                PyramidLevel level = own.levels().get(i);
                int width = (int) level.width();
                int height = (int) level.height();
                assertThat(own.readLevel(i, 0, 0, width, height).rgb())
                        .isEqualTo(other.readLevel(i, 0, 0, width, height).rgb());
            }
        }
    }

    @Test
    void jpeg2000TilesNeedNoOpenSlide() {
        Path file = data("tcga-cr-7395-01a-01-ts1.svs");
        Assumptions.assumeTrue(OpenJpeg.version().isPresent(), "no OpenJPEG for this platform");
        Slide own = Slide.open(file, SlideReader.JAVA, SILENT);
        try (own) {
            assertThat(own.reader()).isEqualTo("Java (TIFF)");
            assertThat(own.levels()).containsExactly(new PyramidLevel(4443, 3567, 1), new PyramidLevel(2221, 1783, 2));
            Assumptions.assumeTrue(OpenSlide.isAvailable(), "OpenSlide is not installed");
            try (Slide other = Slide.open(file, SlideReader.OPENSLIDE, SILENT)) {
                assertThat(own.levels()).isEqualTo(other.levels());
                RgbImage a = own.readLevel(0, 1500, 1200, 900, 700);
                RgbImage b = other.readLevel(0, 1500, 1200, 900, 700);
                int most = 0;
                for (int i = 0; i < a.rgb().length; i++) {
                    most = Math.max(most, Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff)));
                }
                // Two versions of OpenJPEG round a few values apart: 13 of the whole slide's 59 million.
                assertThat(most).isLessThanOrEqualTo(1);
                assertThat(meanDifference(a, b)).isLessThan(1e-5);
            }
        }
    }

    @Test
    void levelsOfAJpeg2000SlideShowTheSame() {
        Path file = data("tcga-cr-7395-01a-01-ts1.svs");
        Assumptions.assumeTrue(OpenJpeg.version().isPresent(), "no OpenJPEG for this platform");
        try (Slide slide = Slide.open(file)) {
            // The two levels show the same tissue.
            RgbImage fine = slide.read(1000, 1000, 2, 400, 400);
            RgbImage coarse = slide.readLevel(1, 500, 500, 400, 400);
            assertThat(meanDifference(fine, coarse)).isLessThan(3);
            RgbImage reduced = slide.read(1000, 1000, 1.5, 400, 400);
            RgbImage fromReduced = slide.read(1000, 1000, 3, 200, 200);
            assertThat(meanDifference(half(reduced), fromReduced)).isLessThan(6);
            assertThatThrownBy(slide::mpp).isInstanceOf(UserError.class).hasMessageContaining("setting 'mpp'");
        }
    }

    /** A spot whose place is known lies there at every resolution, from whichever level it is read. */
    @Test
    void regionsOfAPyramidAreRightToAFractionOfAPixel() throws Exception {
        double spotX = 391.3;
        double spotY = 305.9;
        RgbImage level0 = spot(801, 603, spotX, spotY, 9);
        List<TinyTiff.Picture> pictures = new ArrayList<>();
        RgbImage image = level0;
        for (int i = 0; i < 3; i++) {
            pictures.add(TinyTiff.Picture.of(image, 128, TinyTiff.Codec.DEFLATE, "", 0.25 * (1 << i)));
            image = half(image); // 801 -> 400 -> 200: odd columns are dropped, as scanners do
        }
        Path file = folder.resolve("pyramid.tif");
        TinyTiff.write(file, true, pictures);
        try (Slide slide = Slide.open(file)) {
            assertThat(slide.levels().stream().map(PyramidLevel::downsample)).containsExactly(1.0, 2.0, 4.0);
            assertThat(slide.mpp()).isEqualTo(0.25, within(1e-6));
            for (double downsample : new double[] {0.7, 1, 1.6, 1.97, 2, 2.5, 3.3, 3.9, 4, 5.7, 8}) {
                double x = 150.37;
                double y = 99.5;
                int width = (int) (480 / downsample);
                RgbImage region = slide.read(x, y, downsample, width, (int) (400 / downsample));
                double[] centre = centreOfDarkness(region);
                // Back to level 0; half a pixel of the result would be downsample / 2.
                assertThat(x + centre[0] * downsample).as("x at %s", downsample).isEqualTo(spotX, within(0.12));
                assertThat(y + centre[1] * downsample).as("y at %s", downsample).isEqualTo(spotY, within(0.12));
            }
            assertThat(slide.levelFor(1.97)).as("within 5 % of level 1").isEqualTo(1);
            assertThat(slide.levelFor(1.6)).isZero();
            assertThat(slide.levelFor(100)).isEqualTo(2);
            assertThat(slide.read(10, 20, 1, 50, 60).rgb())
                    .as("whole places at scale 1 are the pixels themselves")
                    .isEqualTo(slide.readLevel(0, 10, 20, 50, 60).rgb());
        }
    }

    @Test
    void largeRegionsAreReadInBlocksWithoutSeams() throws Exception {
        RgbImage image = pattern(3000, 40);
        Path file = folder.resolve("wide.tif");
        TinyTiff.write(file, false, List.of(TinyTiff.Picture.of(image, 64, TinyTiff.Codec.NONE, "", 0)));
        try (Slide slide = Slide.open(file)) {
            RgbImage whole = slide.read(0, 0, 1.25, 2400, 32);
            RgbImage across = slide.read(1600 * 1.25, 0, 1.25, 100, 32); // 1638 is where a block ends
            RgbImage cut = Pixels.white(100, 32);
            Pixels.paste(whole, -1600, 0, cut);
            assertThat(cut.rgb()).isEqualTo(across.rgb());
        }
    }

    @Test
    void theScaleIsAskedForAndNeverGuessed() throws Exception {
        Path screen = folder.resolve("screen.tif");
        RgbImage image = pattern(64, 64);
        TinyTiff.write(screen, false, List.of(TinyTiff.Picture.of(image, 64, TinyTiff.Codec.NONE, "", 352.8)));
        try (Slide slide = Slide.open(screen)) {
            assertThatThrownBy(slide::mpp)
                    .hasMessageContaining("352.8 um, which no slide scanner has")
                    .hasMessageContaining("setting 'mpp'")
                    .hasMessageContaining("screen.tif");
        }
        try (Slide slide = Slide.open(screen, SlideReader.AUTO, OptionalDouble.of(0.46))) {
            assertThat(slide.mpp()).isEqualTo(0.46);
        }
        Path aperio = folder.resolve("aperio.svs");
        TinyTiff.write(
                aperio,
                false,
                List.of(TinyTiff.Picture.of(
                        image, 64, TinyTiff.Codec.JPEG, "Aperio\n|AppMag = 20|MPP = 0.5021|A = 1", 0)));
        try (Slide slide = Slide.open(aperio, SlideReader.JAVA, OptionalDouble.of(0.25))) {
            assertThat(slide.mpp()).as("the slide's own word counts").isEqualTo(0.5021);
            assertThat(slide.calibration()).contains("not the 0.25 um");
        }
        assertThatThrownBy(() -> Slide.open(aperio, SlideReader.JAVA, OptionalDouble.of(40)))
                .hasMessageContainingAll("setting 'mpp'", "got 40.0");
    }

    @Test
    void tilesThatTheFileDoesNotHoldAreWhite() throws Exception {
        Path file = folder.resolve("sparse.tif");
        RgbImage dark = RgbImage.blank(64, 64);
        TinyTiff.write(
                file,
                true,
                List.of(new TinyTiff.Picture(
                        1000, 1000, 64, TinyTiff.Codec.JPEG, "", 0, (x, y) -> x == 3 && y == 2 ? dark : null)));
        try (Slide slide = Slide.open(file)) {
            RgbImage region = slide.readLevel(0, 190, 130, 10, 10);
            assertThat(region.at(1, 5, 0)).isEqualTo(255);
            assertThat(region.at(2, 5, 0)).isZero();
        }
    }

    @Test
    void plainImagesAreSlidesOfOneLevel() throws Exception {
        RgbImage image = pattern(90, 70);
        Path file = folder.resolve("field.png");
        ImageFiles.writePng(file, image);
        try (Slide slide = Slide.open(file, SlideReader.AUTO, OptionalDouble.of(0.5))) {
            assertThat(slide.levels()).containsExactly(new PyramidLevel(90, 70, 1));
            assertThat(slide.readLevel(0, 0, 0, 90, 70).rgb()).isEqualTo(image.rgb());
        }
        try (Slide slide = Slide.open(data("CLAM1.tiff"))) { // JPEG strips with opacity
            assertThat(slide.width()).isEqualTo(5866);
        }
        try (Slide slide = Slide.open(data("kidney-48-5.tif"))) { // one strip, not compressed
            assertThat(slide.reader()).isEqualTo("Java (TIFF)");
            assertThat(slide.readLevel(0, 0, 0, 1493, 901).rgb())
                    .isEqualTo(ImageFiles.read(data("kidney-48-5.tif")).rgb());
        }
        assertThatThrownBy(() -> Slide.open(folder.resolve("nothing.svs")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("nothing.svs");
        Path text = Files.writeString(folder.resolve("notes.svs"), "no slide");
        assertThatThrownBy(() -> Slide.open(text)).isInstanceOf(UserError.class).hasMessageContaining("notes.svs");
    }

    private static Path data(String name) {
        Path file = Path.of(System.getProperty("data.dir", ""), "slides", name);
        Assumptions.assumeTrue(Files.exists(file), "no " + file);
        return file;
    }

    private static RgbImage pattern(int width, int height) {
        RgbImage image = RgbImage.blank(width, height);
        Random random = new Random(5);
        for (int i = 0; i < image.rgb().length; i++) {
            int pixel = i / 3;
            image.rgb()[i] = (byte) ((pixel % width) / 7 * 10 + (pixel / width) / 5 * (i % 3 + 1) + random.nextInt(6));
        }
        return image;
    }

    // A dark Gaussian on white; x and y in the plane, where pixel i covers [i, i + 1).
    private static RgbImage spot(int width, int height, double x, double y, double sigma) {
        RgbImage image = RgbImage.blank(width, height);
        for (int i = 0; i < width * height; i++) {
            int row = i / width;
            double dx = i % width + 0.5 - x;
            double dy = row + 0.5 - y;
            byte value = (byte) Math.round(255 - 250 * Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)));
            image.rgb()[3 * i] = image.rgb()[3 * i + 1] = image.rgb()[3 * i + 2] = value;
        }
        return image;
    }

    private static double[] centreOfDarkness(RgbImage image) {
        double sum = 0;
        double x = 0;
        double y = 0;
        for (int i = 0; i < image.width() * image.height(); i++) {
            int row = i / image.width();
            double dark = 255 - image.at(i % image.width(), row, 0);
            sum += dark;
            x += dark * (i % image.width() + 0.5);
            y += dark * (row + 0.5);
        }
        return new double[] {x / sum, y / sum};
    }

    private static RgbImage half(RgbImage image) {
        RgbImage half = RgbImage.blank(image.width() / 2, image.height() / 2);
        for (int i = 0; i < half.rgb().length; i++) {
            int x = 2 * (i / 3 % half.width());
            int y = 2 * (i / 3 / half.width());
            int c = i % 3;
            int sum = image.at(x, y, c) + image.at(x + 1, y, c) + image.at(x, y + 1, c) + image.at(x + 1, y + 1, c);
            half.rgb()[i] = (byte) ((sum + 2) / 4);
        }
        return half;
    }

    private static double meanDifference(RgbImage a, RgbImage b) {
        double sum = 0;
        for (int i = 0; i < a.rgb().length; i++) {
            sum += Math.abs((a.rgb()[i] & 0xff) - (b.rgb()[i] & 0xff));
        }
        return sum / a.rgb().length;
    }

    private static void writeByImageIo(RgbImage image, Path path, String compression, boolean tiled)
            throws IOException {
        BufferedImage buffered = new BufferedImage(image.width(), image.height(), BufferedImage.TYPE_3BYTE_BGR);
        for (int i = 0; i < image.width() * image.height(); i++) {
            int x = i % image.width();
            int y = i / image.width();
            buffered.setRGB(x, y, (image.at(x, y, 0) << 16) | (image.at(x, y, 1) << 8) | image.at(x, y, 2));
        }
        File file = path.toFile();
        ImageWriter writer = ImageIO.getImageWritersByFormatName("tiff").next();
        try (ImageOutputStream out = ImageIO.createImageOutputStream(file)) {
            out.setByteOrder(tiled ? ByteOrder.BIG_ENDIAN : ByteOrder.LITTLE_ENDIAN);
            ImageWriteParam parameters = writer.getDefaultWriteParam();
            if (!compression.equals("none")) {
                parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setCompressionType(compression);
            }
            if (tiled) {
                parameters.setTilingMode(ImageWriteParam.MODE_EXPLICIT);
                parameters.setTiling(64, 48, 0, 0);
            }
            writer.setOutput(out);
            writer.write(null, new IIOImage(buffered, null, null), parameters);
        } finally {
            writer.dispose();
        }
    }
}
