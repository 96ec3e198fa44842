package org.cyphervit.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.junit.jupiter.api.Test;

class RobustnessIndexTest {
    private static final int[] LABELS = {0, 0, 1, 1};
    private static final int[] CENTRES = {0, 1, 0, 1};

    @Test
    void featuresOfTissueHaveOneAndThoseOfStainNone() {
        assertThat(index(1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f)).isEqualTo(1); // pairs of a class
        assertThat(index(1, 0, 0, 1, 0.9f, 0.1f, 0.1f, 0.9f)).isZero(); // pairs of a centre
    }

    // By hand: two neighbours each. Of sample 0 these are 1 (SO) and 2 (OS), of all others likewise one of each kind.
    @Test
    void countsAreThoseByHand() {
        LabelledFeatures square = features(List.of("p", "q", "r", "s"), 1, 1, 1, -1, -1, 1, -1, -1);
        RobustnessIndex two =
                RobustnessIndex.of(square, CENTRES, List.of(2), TestDevice.NAME).getFirst();
        assertThat(two.sameClassOtherCentre()).isEqualTo(4);
        assertThat(two.otherClassSameCentre()).isEqualTo(4);
        assertThat(two.index()).isCloseTo(0.5, within(1e-12));
    }

    @Test
    void aSamplesOwnPatientIsNoNeighbour() {
        LabelledFeatures same = features(List.of("p", "p", "q", "q"), 1, 0, 0.9f, 0.1f, 0, 1, 0.1f, 0.9f);
        RobustnessIndex one =
                RobustnessIndex.of(same, CENTRES, List.of(1), TestDevice.NAME).getFirst();
        assertThat(one.sameClassOtherCentre()).isZero();
    }

    @Test
    void oneCentreIsRefused() {
        LabelledFeatures samples = features(List.of("p", "q", "r", "s"), 1, 0, 0, 1, 1, 1, 2, 1);
        assertThatThrownBy(() -> RobustnessIndex.of(samples, new int[4], List.of(1), TestDevice.NAME))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("2 classes and 1 centres");
    }

    private static double index(float... values) {
        return RobustnessIndex.of(features(List.of("p", "q", "r", "s"), values), CENTRES, List.of(1), TestDevice.NAME)
                .getFirst()
                .index();
    }

    private static LabelledFeatures features(List<String> groups, float... values) {
        return new LabelledFeatures(new FeatureMatrix(values, 2), LABELS, List.of("a", "b"), groups);
    }
}
