package org.cyphervit.interpret;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.UnlabelledTiles;
import org.cyphervit.data.Unreadable;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PatchClustersTest {
    private static final VitConfig VIT = VitConfig.of(24, 2, 3, 8, 32).withRegisters(1);

    private final TileSource tiles = new DarkAndLight(6);

    @Test
    void clustersAreThePartsOfTilesAndStayInTheEncodersFile(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("encoder.safetensors");
        try (Backbone vit = VIT.build(3, TestDevice.get());
                Backbone clustered = of(vit, 2)) {
            byte[] found = requireHalves(clustered);
            EncoderFile.write(file, clustered, Map.of());
            try (Backbone read = EncoderFile.read(file, TestDevice.get())) {
                assertThat(read.config()).isEqualTo(clustered.config());
                assertThat(requireHalves(read)).isEqualTo(found);
            }
            requireFeatures(vit, clustered);
        }
    }

    // A half of a tile is one cluster, but for patches beside the other half.
    private byte[] requireHalves(Backbone clustered) throws IOException {
        RgbImage tile = tiles.read(0);
        PhenotypeMaps maps = PhenotypeMaps.of(clustered, tile, 1, TestDevice.get());
        byte[] strongest = maps.segmentation();
        int width = tile.width();
        int middle = width * (tile.height() / 2);
        assertThat(strongest[middle + 2]).isNotEqualTo(strongest[middle + width - 3]);
        assertThat(maps.areas()[0]).isBetween(0.3, 0.7);
        return strongest;
    }

    private static void requireFeatures(Backbone vit, Backbone clustered) {
        try (Scope scope = Scope.open()) {
            Tensor images = new SeededGenerator(1, TestDevice.get()).normal(1, 2, 3, 32, 32);
            float[] expected = Tensors.floats(vit.pooled(images, ForwardMode.evaluation()));
            float[] got = Tensors.floats(clustered.pooled(images, ForwardMode.evaluation()));
            for (int i = 0; i < got.length; i++) {
                assertThat(got[i]).isCloseTo(expected[i], within(1e-6f));
            }
        }
    }

    @Test
    void theSameSeedGivesTheSameClusters() {
        try (Backbone vit = VIT.build(3, TestDevice.get());
                Backbone one = of(vit, 3);
                Backbone two = of(vit, 3);
                Scope scope = Scope.open()) {
            one.state()
                    .forEach((name, tensor) -> assertThat(Tensors.floats(tensor))
                            .as(name)
                            .isEqualTo(Tensors.floats(
                                    Objects.requireNonNull(two.state().get(name)))));
        }
    }

    @Test
    void whatHasPhenotypesAndWhatIsTooLittleIsRefused() {
        try (Backbone cypher = CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3))
                        .build(3, TestDevice.get());
                Backbone vit = VIT.build(3, TestDevice.get())) {
            assertThatThrownBy(() -> of(cypher, 2))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("has phenotypes of its own");
            TileSource one = new DarkAndLight(1);
            assertThatThrownBy(() ->
                            new PatchClusters(20, 1000, 0).of(vit, one, TestDevice.get(), done -> {}, new Unreadable()))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("16 patches cannot be sorted into 20 clusters");
        }
    }

    @Test
    void patchesThatLookAlikeHaveOneColourInAllImages() throws IOException {
        try (Backbone vit = VIT.build(3, TestDevice.get())) {
            List<RgbImage> colors = PatchColors.of(vit, List.of(tiles.read(0), tiles.read(0)), TestDevice.get());
            assertThat(colors.getFirst().rgb()).isEqualTo(colors.getLast().rgb());
            RgbImage picture = colors.getFirst();
            int row = 3 * picture.width() * (picture.height() / 2);
            int left = picture.rgb()[row + 6] & 0xff;
            int right = picture.rgb()[row + 3 * picture.width() - 9] & 0xff;
            assertThat(Math.abs(left - right)).as("red of both halves").isGreaterThan(60);
        }
    }

    private Backbone of(Backbone vit, int clusters) {
        return new PatchClusters(clusters, 1000, 5).of(vit, tiles, TestDevice.get(), done -> {}, new Unreadable());
    }

    // Tiles with a dark and a light half, of 32 pixels.
    private record DarkAndLight(int size) implements UnlabelledTiles {
        @Override
        public String name(int index) {
            return "tile" + index;
        }

        @Override
        public RgbImage read(int index) {
            byte[] rgb = new byte[3 * 32 * 32];
            for (int i = 0; i < rgb.length; i++) {
                rgb[i] = (byte) ((i / 3 % 32 < 16 ? 40 : 220) + index + i % 3);
            }
            return new RgbImage(32, 32, rgb);
        }

        @Override
        public String fingerprint() {
            return "";
        }
    }
}
