package org.cyphervit.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DinoHeadTest {
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void theScoreOfTheMeanDirectionIsTheMeanScore(boolean batchNorm) {
        try (Scope scope = Scope.open()) {
            Device device = TestDevice.get();
            DinoHead head = new DinoHead(12, 32, 8, 20, batchNorm, true, new Init(1, device));
            Tensor features = new SeededGenerator(2, device).normal(1, 40, 12);
            Tensor directions = head.directions(features);
            Tensor lengths = directions.norm(new ScalarOptional(new Scalar(2)), new long[] {1}, false);
            for (float length : Tensors.floats(lengths)) {
                assertThat((double) length).isCloseTo(1, within(1e-5));
            }
            Tensor mean = head.scores(Tensors.mean(directions, 0).unsqueeze(0)).squeeze(0);
            Tensor expected = Tensors.mean(head.forward(features), 0);
            assertThat(Fixture.relativeError(mean, expected)).isLessThan(1e-5);
        }
    }
}
