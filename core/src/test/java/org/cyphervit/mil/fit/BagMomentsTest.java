package org.cyphervit.mil.fit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

/** The scaling of features follows the tiles that are trained on. */
class BagMomentsTest {
    @Test
    void eachTileCountsOnceAndAConstantFeatureIsNotBlownUp() {
        // Bags of 1 and 3 tiles: the first feature is 4, and 0 three times; the second is 0 in all of them.
        BagMoments moments =
                new BagMoments(new float[][] {{4, 0}, {0, 0}}, new float[][] {{16, 0}, {0, 0}}, new int[] {1, 3});
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard();
                SlideNet net = new SlideNet(
                        AggregatorKind.MEAN, 2, 2, AggregatorOptions.standard(), new Init(0, new Device("cpu")))) {
            moments.scale(net, new int[] {0, 1});
            float[] mean = Tensors.floats(Objects.requireNonNull(net.state().get("mean")));
            float[] std = Tensors.floats(Objects.requireNonNull(net.state().get("std")));
            assertThat(mean).containsExactly(1, 0);
            assertThat(std[0]).isCloseTo((float) Math.sqrt(3), within(1e-6f));
            assertThat(std[1]).as("another slide's 0.3 there stays 0.3").isEqualTo(1);
        }
    }
}
