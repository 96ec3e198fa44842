package org.cyphervit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SignificanceTestTest {
    @Test
    void threeSeedsDecideAndTwoDoNot() {
        double[] better = {0.71, 0.72, 0.73};
        double[] worse = {0.61, 0.62, 0.631};
        SignificanceTest three = SignificanceTest.overSeeds(better, worse);
        assertThat(three.isBetter()).isTrue();
        assertThat(three.difference()).isCloseTo(0.0997, within(1e-3));
        assertThat(SignificanceTest.overSeeds(worse, better).isWorse()).isTrue();
        SignificanceTest two = SignificanceTest.overSeeds(new double[] {0.71, 0.72}, new double[] {0.61, 0.621});
        assertThat(two.p()).isLessThan(0.05);
        assertThat(two.significant()).isFalse();
    }

    @Test
    void samplesAndSeedsMustAgree() {
        double[] hits =
                IntStream.range(0, 200).mapToDouble(i -> i % 10 < 8 ? 1 : 0).toArray();
        double[] fewer =
                IntStream.range(0, 200).mapToDouble(i -> i % 10 < 5 ? 1 : 0).toArray();
        int[] groups = IntStream.range(0, 200).toArray();
        double[] one = {0.8};
        assertThat(SignificanceTest.overSeeds(one, new double[] {0.5})
                        .overSamples(hits, fewer, groups, 0)
                        .isBetter())
                .as("one seed: the samples alone decide")
                .isTrue();
        SignificanceTest unsteady =
                SignificanceTest.overSeeds(new double[] {0.8, 0.2, 0.9}, new double[] {0.5, 0.6, 0.4});
        assertThat(unsteady.overSamples(hits, fewer, groups, 0).significant()).isFalse();
    }

    @Test
    void patientsCountAsOneSample() {
        double[] hits =
                IntStream.range(0, 200).mapToDouble(i -> i < 120 ? 1 : 0).toArray();
        double[] none = new double[200];
        int[] twoPatients = IntStream.range(0, 200).map(i -> i / 100).toArray();
        SignificanceTest seeds = SignificanceTest.overSeeds(new double[] {0.6}, new double[] {0});
        int[] alone = IntStream.range(0, 200).toArray();
        assertThat(low(seeds.overSamples(hits, none, twoPatients, 0))).isLessThan(0.25);
        assertThat(low(seeds.overSamples(hits, none, alone, 0))).isGreaterThan(0.5);
    }

    private static double low(SignificanceTest test) {
        return Objects.requireNonNull(test.interval()).low();
    }

    @Test
    void accuraciesNeedTwoStandardErrors() {
        assertThat(SignificanceTest.ofAccuracies(0.8, 0.7, 1000).isBetter()).isTrue();
        assertThat(SignificanceTest.ofAccuracies(0.8, 0.7, 50).significant()).isFalse();
        assertThat(SignificanceTest.ofAccuracies(0.7, 0.8, 1000).isWorse()).isTrue();
    }
}
