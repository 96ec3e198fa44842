package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ClusteringOptions;
import org.cyphervit.nn.ClusteringOptions.Noise;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Test;

class WeightsTest {
    @Test
    void countedFromTheConfigurationAsTheNetworkHasThem() {
        ClusteringOptions learned = new ClusteringOptions(Noise.LEARNED, true, 1, true, 1, false, 0, false);
        for (BackboneConfig config : List.of(
                new VitConfig(24, 3, 2, 8, 40, 0),
                new VitConfig(24, 2, 2, 8, 44, 0, 4, 1e-5),
                new CypherVitConfig(
                        24, 2, 8, 32, List.of(2, 1), List.of(6, 3), 0.5, CypherVitConfig.TokenSource.MIXED, 0, learned),
                new CypherVitConfig(
                        24,
                        2,
                        8,
                        32,
                        List.of(1, 1),
                        List.of(6, 3),
                        0.5,
                        CypherVitConfig.TokenSource.LEARNED,
                        0,
                        ClusteringOptions.standard()))) {
            try (Scope scope = Scope.open()) {
                double counted = config.build(1, new Device("cpu")).parameters().values().stream()
                        .mapToDouble(Tensor::numel)
                        .sum();
                assertThat(config.weights()).as(config.toString()).isEqualTo(counted);
            }
        }
        assertThat(new VitConfig(16_384, 200, 1, 8, 8, 0).weights()).isGreaterThan(6e11);
    }
}
