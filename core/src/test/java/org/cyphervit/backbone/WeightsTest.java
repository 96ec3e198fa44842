package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.backbone.cypher.ClusteringOptions;
import org.cyphervit.backbone.cypher.ClusteringOptions.Noise;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.QkvBias;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Test;

class WeightsTest {
    private static final VitConfig ROTARY = VitConfig.of(24, 2, 2, 8, 32)
            .withRegisters(2)
            .withLayerScale(0.5)
            .withFeedForward(FeedForwardOptions.Kind.SWIGLU, 2.6)
            .withPositions(PositionOptions.rope())
            .withQkvBias(QkvBias.NO_KEY)
            .withUntiedNorms(true);

    @Test
    void countedFromTheConfigurationAsTheNetworkHasThem() {
        ClusteringOptions learned = new ClusteringOptions(Noise.LEARNED, true, 1, true, 1, false, 0, false);
        for (BackboneConfig config : List.of(
                VitConfig.of(24, 3, 2, 8, 40),
                VitConfig.of(24, 2, 2, 8, 44).withRegisters(4).withLayerScale(1e-5),
                ROTARY,
                VitConfig.of(24, 2, 2, 8, 40)
                        .withRegisters(3)
                        .withQkvBias(QkvBias.NONE)
                        .withPositions(PositionOptions.timm(PositionOptions.Kind.ALL)),
                CypherVitConfig.of(24, 2, 8, 32, List.of(2, 1), List.of(6, 3))
                        .withTokenSource(CypherVitConfig.TokenSource.MIXED)
                        .withClustering(learned),
                CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3)),
                CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3)).withBlocksOf(ROTARY))) {
            try (Scope scope = Scope.open()) {
                double counted = config.build(1, new Device("cpu")).parameters().values().stream()
                        .mapToDouble(Tensor::numel)
                        .sum();
                assertThat(config.weights()).as(config.toString()).isEqualTo(counted);
            }
        }
        assertThat(VitConfig.of(16_384, 200, 1, 8, 8).weights()).isGreaterThan(6e11);
    }
}
