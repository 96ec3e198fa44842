package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.transformer.PatchEmbedding;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

/** Maps of a backbone that has no assignments and overrides nothing. */
class MapsTest {
    @Test
    void theOneTokenOfABackboneWithoutAssignmentsHoldsAllPatches() {
        try (Scope scope = Scope.open();
                Backbone backbone = new Config(1).build(0, TestDevice.get())) {
            Tensor images = new SeededGenerator(1, TestDevice.get()).normal(1, 2, 3, 16, 24);
            Tensor maps = backbone.maps(images);
            assertThat(Tensors.shape(maps)).containsExactly(2, 6, 1);
            assertThat(Tensors.floats(maps)).containsOnly(1);
        }
    }

    @Test
    void moreMapsThanThatAreTheBackbonesOwnToMake() {
        try (Scope scope = Scope.open();
                Backbone backbone = new Config(3).build(0, TestDevice.get())) {
            Tensor images = new SeededGenerator(1, TestDevice.get()).normal(1, 2, 3, 16, 24);
            assertThatThrownBy(() -> backbone.maps(images))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("3 maps by its configuration")
                    .hasMessageContaining("must override 'maps'");
        }
    }

    private static final class MeanOfPatches extends Backbone {
        private final PatchEmbedding embedding;

        private MeanOfPatches(Config config, Init init) {
            super(config);
            embedding = child("embedding", new PatchEmbedding(config.patch(), config.width(), init));
        }

        @Override
        protected Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
            Tensor patches = onPatches.apply(embedding.forward(images)); // (B,N,D)
            Tensor mean = Tensors.mean(patches, 1);
            return new Features(mean, mean.unsqueeze(1), patches, List.of());
        }

        @Override
        public List<Tensor> pooledLayers(Tensor images, int n) {
            return List.of(pooled(images, ForwardMode.evaluation()));
        }
    }

    private record Config(int count) implements BackboneConfig {
        @Override
        public int width() {
            return 4;
        }

        @Override
        public int patch() {
            return 8;
        }

        @Override
        public int imageSize() {
            return 16;
        }

        @Override
        public int finalTokens() {
            return 1;
        }

        @Override
        public TokenMaps maps() {
            return TokenMaps.ofTokens(count);
        }

        @Override
        public String description() {
            return "mean of patches";
        }

        @Override
        public double weights() {
            return 3 * 8 * 8 * 4 + 4;
        }

        @Override
        public Config withDropPath(double dropPath) {
            return this;
        }

        @Override
        public double operations(int side) {
            return patches(side) * 2.0 * 3 * 8 * 8 * 4;
        }

        @Override
        public Backbone build(Init init) {
            return new MeanOfPatches(this, init);
        }
    }
}
