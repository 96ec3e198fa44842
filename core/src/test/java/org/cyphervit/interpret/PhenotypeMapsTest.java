package org.cyphervit.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.util.List;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Backbones;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;

class PhenotypeMapsTest {
    private final RgbImage image = GeneratedTissue.field(90, List.of(Phenotype.MUSCLE, Phenotype.ADIPOSE), 4)
            .image();

    @Test
    void sharesOfAPixelSumToOneForBothBackbonesAndAnyShift() {
        for (String preset : List.of("cyphervit_nano", "vit_nano")) {
            try (Backbone backbone = Backbones.preset(preset).config(8, 48, 0).build(1, TestDevice.get())) {
                for (int shifts : new int[] {1, 3}) {
                    PhenotypeMaps maps = PhenotypeMaps.of(backbone, image, shifts, TestDevice.get());
                    assertThat(maps.tokens()).isEqualTo(preset.startsWith("vit") ? 3 : 4);
                    for (int i = 0; i < 90 * 90; i += 17) {
                        int pixel = i;
                        double sum = maps.shares().stream()
                                .mapToDouble(map -> map[pixel])
                                .sum();
                        assertThat(sum).isCloseTo(1, within(1e-4));
                    }
                }
            }
        }
    }

    @Test
    void segmentationAndAreasFollowTheShares() {
        RgbImage two = new RgbImage(2, 1, new byte[6]);
        PhenotypeMaps maps = new PhenotypeMaps(two, List.of(new float[] {0.9f, 0.2f}, new float[] {0.1f, 0.8f}));
        assertThat(maps.segmentation()).containsExactly(0, 1);
        assertThat(maps.areas()).containsExactly(0.5, 0.5); // each is the strongest of one pixel
        assertThat(maps.means()[0]).isCloseTo(0.55, within(1e-6));
        PhenotypeNames names = new PhenotypeNames(List.of("stroma", "token 2"));
        RgbImage sheet =
                ContactSheet.draw(ContactSheet.titles(names), List.of(ContactSheet.row("a", maps)), 64, names.names());
        assertThat(sheet.width()).isGreaterThan(4 * 64);
        assertThat(Overlays.segmentation(maps).rgb()).hasSize(6);
    }

    @Test
    void theGalleryFindsTheTokenOfEachPatchAndItsClasses() {
        TileSource tiles = new HalfTiles();
        try (Backbone backbone =
                CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3)).build(3, TestDevice.get())) {
            TokenGallery gallery = TokenGallery.of(backbone, tiles, 4, TestDevice.get(), done -> {});
            assertThat(gallery.tokens()).hasSize(3);
            assertThat(gallery.tokens().stream()
                            .mapToDouble(TokenGallery.OfToken::share)
                            .sum())
                    .isCloseTo(1, within(1e-4));
            for (int c = 0; c < 2; c++) {
                int label = c;
                assertThat(gallery.tokens().stream()
                                .mapToDouble(token -> token.shareByClass()[label])
                                .sum())
                        .as("the tokens share each class")
                        .isCloseTo(1, within(1e-4));
            }
            assertThat(gallery.dominant()).hasSize(7).endsWith(-1); // the last tile is broken
            for (TokenGallery.OfToken token : gallery.tokens()) {
                List<TokenGallery.Patch> best = token.best();
                assertThat(best).hasSize(4).extracting(TokenGallery.Patch::tile).doesNotHaveDuplicates();
                assertThat(best.getFirst().share())
                        .isGreaterThanOrEqualTo(best.getLast().share());
                assertThat(best.getFirst().crop(tiles, 24).width()).isEqualTo(24);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static final class HalfTiles implements TileSource {
        @Override
        public int size() {
            return 7;
        }

        @Override
        public String name(int index) {
            return "tile" + index;
        }

        @Override
        public RgbImage read(int index) throws IOException {
            if (index == 6) {
                throw new IOException("broken");
            }
            byte[] rgb = new byte[3 * 40 * 40];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) (i / 3 % 40 < 8 + 4 * index ? 40 + index : 220);
            }
            return new RgbImage(40, 40, rgb);
        }

        @Override
        public List<String> classes() {
            return List.of("even", "odd");
        }

        @Override
        public int label(int index) {
            return index % 2;
        }

        @Override
        public String fingerprint() {
            return "";
        }
    }
}
