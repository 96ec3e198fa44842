package org.cyphervit.interpret.map;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import org.bytedeco.pytorch.Device;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.cyphervit.slide.Slide;
import org.cyphervit.slide.SlideReader;
import org.cyphervit.stain.StainFit;
import org.cyphervit.stain.StainMethod;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SlideMapperTest {
    private static final Device DEVICE = TestDevice.get();

    private static final MapRows NOTHING = new MapRows() {
        @Override
        public void begin(int width, int height, int tokens) {}

        @Override
        public void row(byte[] row) {}
    };

    @TempDir
    private Path folder;

    private final Backbone backbone =
            CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3)).build(3, DEVICE);

    @Test
    void tissueIsMappedWhereItLiesAndSharesSumToOne() throws Exception {
        Path file = folder.resolve("slide.png");
        ImageFiles.writePng(file, slide(600, 400)); // pink from x = 200 to 400
        List<byte[]> rows = new ArrayList<>();
        SlideMap map;
        Pyramid pyramid = new Pyramid(folder.resolve("map"), List.of(0xE69F00, 0x0072B2, 0x009E73));
        try (Slide slide = Slide.open(file, SlideReader.AUTO, OptionalDouble.of(2))) {
            MapRows both = new MapRows() {
                @Override
                public void begin(int width, int height, int tokens) throws java.io.IOException {
                    pyramid.begin(width, height, tokens);
                }

                @Override
                public void row(byte[] row) throws java.io.IOException {
                    rows.add(row);
                    pyramid.row(row);
                }
            };
            map = SlideMapper.map(
                    backbone, slide, new MapOptions(4, 2, 0.5, Optional.empty()), DEVICE, both, done -> {});
        }
        // 4 um per pixel is a downsample of 2, a map pixel half a patch of 8 pixels: 8 level-0 pixels
        assertThat(map.width()).isEqualTo(75);
        assertThat(map.height()).isEqualTo(50);
        assertThat(map.scale()).isEqualTo(8);
        assertThat(rows).hasSize(50);
        assertThat(Arrays.stream(map.shares()).sum()).isCloseTo(1, within(1e-4));
        assertThat(Arrays.stream(map.areas()).sum()).isCloseTo(1, within(1e-9));
        double[] drawn = new double[3]; // tissue under each strongest token, as the rows have it
        for (byte[] row : rows) {
            for (int x = 0; x < 75; x++) {
                int best = 0;
                for (int k = 1; k < 3; k++) {
                    best = (row[75 * k + x] & 0xff) > (row[75 * best + x] & 0xff) ? k : best;
                }
                drawn[best] += row[225 + x] & 0xff;
            }
        }
        double all = Arrays.stream(drawn).sum();
        for (int k = 0; k < 3; k++) {
            assertThat(map.areas()[k]).isCloseTo(drawn[k] / all, within(2e-3));
        }
        assertThat(map.certainty().entropy()).isBetween(0.0, 1.0);
        assertThat(map.certainty().strongest()).isBetween(1 / 3.0, 1.0);
        assertThat(map.tissueMm2()).isCloseTo(200 * 400 * 4e-6, within(0.03));
        byte[] middle = rows.get(25);
        for (int x = 0; x < 75; x++) {
            int sum = (middle[x] & 0xff) + (middle[75 + x] & 0xff) + (middle[150 + x] & 0xff);
            boolean inside = x >= 27 && x < 48;
            if (inside) {
                assertThat(sum).as("column " + x).isBetween(253, 257);
                assertThat(middle[225 + x] & 0xff).isEqualTo(255);
            } else if (x < 22 || x > 53) {
                assertThat(sum).as("glass at column " + x).isZero();
            }
        }
        assertThat(map.tiles().side()).isEqualTo(64);
        for (int i = 0; i < map.tiles().features().rows(); i++) {
            assertThat(map.tiles().places()[2 * i]).isBetween(160L, 380L);
            assertThat(map.tiles().places()[2 * i] % 64).isZero();
        }
        pyramid(pyramid);
    }

    private void pyramid(Pyramid pyramid) throws Exception {
        Pyramid.Overview overview = pyramid.overview();
        Path described = folder.resolve("map/strongest.dzi");
        assertThat(described).as("not before the map is whole").doesNotExist();
        pyramid.finish();
        assertThat(overview.width()).isEqualTo(75);
        assertThat(overview.scale()).isOne();
        assertThat(overview.strongest()[25 * 75 + 5]).isEqualTo((byte) -1);
        assertThat(overview.strongest()[25 * 75 + 37]).isBetween((byte) 0, (byte) 2);
        Path layers = folder.resolve("map");
        assertThat(Files.readString(layers.resolve("strongest.dzi"))).contains("Width=\"75\"", "Height=\"50\"");
        for (int level = 0; level <= 7; level++) { // 128 holds 75
            Path tile = layers.resolve("strongest_files/" + level + "/0_0.png");
            RgbImage image = ImageFiles.read(tile);
            assertThat(image.width()).as("level " + level).isEqualTo(Math.ceilDiv(75, 1 << (7 - level)));
        }
    }

    @Test
    void aSlideStainedTwiceAsStrongLooksTheSameWhenNormalized() throws Exception {
        byte[] pale = GeneratedTissue.field(384, List.of(Phenotype.values()).subList(0, 4), 1)
                .image()
                .rgb();
        byte[] strong = new byte[pale.length];
        for (int i = 0; i < pale.length; i++) {
            strong[i] = (byte) Math.round(255 * Math.pow((pale[i] & 0xff) / 255.0, 2));
        }
        double asTheyAre = difference(pale, strong, Optional.empty());
        double normalized = difference(pale, strong, Optional.of(StainMethod.MACENKO.reference()));
        assertThat(asTheyAre).isGreaterThan(0.05);
        assertThat(normalized).isLessThan(0.3 * asTheyAre);
    }

    // Root mean square of the difference of features of tiles at the same place, by that of the features. Where tissue
    // is may differ by a tile: it is found before the slide is normalized.
    private double difference(byte[] one, byte[] other, Optional<StainFit> target) throws Exception {
        SlideMap.MapTiles first = tiles(one, target);
        SlideMap.MapTiles second = tiles(other, target);
        double squares = 0;
        double of = 0;
        for (int i = 0; i < first.features().rows(); i++) {
            for (int j = 0; j < second.features().rows(); j++) {
                if (Arrays.equals(first.places(), 2 * i, 2 * i + 2, second.places(), 2 * j, 2 * j + 2)) {
                    int width = first.features().width();
                    for (int d = 0; d < width; d++) {
                        float a = first.features().values()[i * width + d];
                        float b = second.features().values()[j * width + d];
                        squares += (a - b) * (a - b);
                        of += a * a;
                    }
                }
            }
        }
        return Math.sqrt(squares / of);
    }

    private SlideMap.MapTiles tiles(byte[] rgb, Optional<StainFit> target) throws Exception {
        Path file = folder.resolve("field.png");
        ImageFiles.writePng(file, new RgbImage(384, 384, rgb));
        try (Slide slide = Slide.open(file, SlideReader.AUTO, OptionalDouble.of(1))) {
            return SlideMapper.map(backbone, slide, new MapOptions(1, 1, 0, target), DEVICE, NOTHING, done -> {})
                    .tiles();
        }
    }

    @Test
    void glassAloneAndShiftsThatPartAPatchUnevenlyAreRefused() throws Exception {
        Path file = folder.resolve("white.png");
        byte[] white = new byte[3 * 300 * 300];
        Arrays.fill(white, (byte) 244);
        ImageFiles.writePng(file, new RgbImage(300, 300, white));
        try (Slide slide = Slide.open(file, SlideReader.AUTO, OptionalDouble.of(0.5))) {
            assertThatThrownBy(() -> SlideMapper.map(
                            backbone, slide, new MapOptions(1, 1, 0.5, Optional.empty()), DEVICE, NOTHING, done -> {}))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no tile");
            assertThatThrownBy(() -> SlideMapper.map(
                            backbone, slide, new MapOptions(1, 3, 0.5, Optional.empty()), DEVICE, NOTHING, done -> {}))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("divide the patch");
        }
    }

    // A pink band with dots on glass.
    private static RgbImage slide(int width, int height) {
        byte[] rgb = new byte[3 * width * height];
        for (int i = 0; i < width * height; i++) {
            int x = i % width;
            boolean tissue = x >= 200 && x < 400;
            boolean dot = tissue && x / 10 % 3 == 0 && i / width / 10 % 3 == 0;
            rgb[3 * i] = (byte) (dot ? 90 : tissue ? 220 : 244);
            rgb[3 * i + 1] = (byte) (dot ? 50 : tissue ? 140 : 244);
            rgb[3 * i + 2] = (byte) (dot ? 140 : tissue ? 180 : 244);
        }
        return new RgbImage(width, height, rgb);
    }
}
