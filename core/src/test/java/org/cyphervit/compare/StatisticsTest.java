package org.cyphervit.compare;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.eval.metric.PairCounts;
import org.junit.jupiter.api.Test;

class StatisticsTest {
    @Test
    void pairsAreCountedAsTheDefinitionCountsThem() {
        SplittableRandom random = new SplittableRandom(5);
        double[] targets = random.ints(60, 0, 9).asDoubleStream().toArray();
        double[] estimates = random.ints(60, 0, 7).asDoubleStream().toArray();
        double concordant = 0;
        double discordant = 0;
        double onlyEstimatesTied = 0;
        for (int i = 0; i < 60; i++) {
            for (int j = 0; j < i; j++) {
                double sign = Math.signum(targets[i] - targets[j]) * Math.signum(estimates[i] - estimates[j]);
                concordant += sign > 0 ? 1 : 0;
                discordant += sign < 0 ? 1 : 0;
                onlyEstimatesTied += targets[i] != targets[j] && estimates[i] == estimates[j] ? 1 : 0;
            }
        }
        PairCounts counts = PairCounts.of(targets, estimates);
        assertThat(counts.concordant()).isEqualTo((long) concordant);
        assertThat(counts.discordant()).isEqualTo((long) discordant);
        assertThat(counts.predictionProbability())
                .isCloseTo(
                        (concordant + onlyEstimatesTied / 2) / (concordant + discordant + onlyEstimatesTied),
                        within(1e-12));
        assertThat(PairCounts.of(targets, targets).predictionProbability()).isEqualTo(1);
    }

    @Test
    void resplitsAreTestedMoreStrictlyThanIndependentRuns() {
        double[] a = {0.91, 0.92, 0.905, 0.918, 0.913};
        double[] b = {0.90, 0.912, 0.909, 0.904, 0.903};
        double plain = TTests.paired(a, b).p();
        assertThat(TTests.resampled(a, b, 0).p()).isCloseTo(plain, within(1e-12));
        assertThat(TTests.resampled(a, b, 0.4).p()).isGreaterThan(plain);
        assertThat(TTests.paired(a, a).p()).isNaN();
    }

    @Test
    void partsKeepClassesInProportionAndGroupsTogether() {
        int[] labels =
                IntStream.range(0, 300).map(i -> i % 3 == 0 ? 0 : 1 + i % 2).toArray();
        int[] alone = IntStream.range(0, 300).toArray();
        StratifiedSplit parts = StratifiedSplit.draw(labels, alone, 0.2, 7);
        assertThat(parts.drawn()).hasSize(60);
        assertThat(Arrays.stream(parts.drawn()).filter(i -> labels[i] == 0)).hasSize(20);
        assertThat(StratifiedSplit.draw(labels, alone, 0.2, 7).drawn()).isEqualTo(parts.drawn());
        assertThat(StratifiedSplit.draw(labels, alone, 0.2, 8).drawn()).isNotEqualTo(parts.drawn());

        int[] groups = IntStream.range(0, 300).map(i -> i / 10).toArray();
        StratifiedSplit grouped = StratifiedSplit.draw(labels, groups, 0.2, 7);
        Set<Integer> mine = new HashSet<>();
        Set<Integer> theirs = new HashSet<>();
        Arrays.stream(grouped.drawn()).forEach(i -> mine.add(groups[i]));
        Arrays.stream(grouped.rest()).forEach(i -> theirs.add(groups[i]));
        assertThat(mine).doesNotContainAnyElementsOf(theirs);
        assertThat(grouped.drawn().length).isBetween(50, 70);
    }

    @Test
    void smallerSharesOfLabelsArePartOfLargerOnesAndMissNoClass() {
        int[] labels = IntStream.range(0, 500).map(i -> i < 10 ? 0 : 1 + i % 4).toArray();
        List<Integer> before = List.of();
        for (double share : new double[] {0.01, 0.05, 0.1, 0.5, 1}) {
            int[] chosen = StratifiedSplit.labelled(labels, share, 3);
            List<Integer> now = Arrays.stream(chosen).boxed().toList();
            assertThat(now).containsAll(before);
            assertThat(now.stream().map(i -> labels[i]).distinct()).hasSize(5);
            assertThat(chosen.length).isBetween((int) (500 * share) - 4, (int) (500 * share) + 5);
            before = now;
        }
        assertThat(before).hasSize(500);
    }

    @Test
    void theBootstrapIntervalCoversTheMeanAndGroupsWidenIt() {
        SplittableRandom random = new SplittableRandom(9);
        int[] groups = IntStream.range(0, 400).map(i -> i / 20).toArray();
        double[] easy = random.doubles(20).toArray();
        double[] hits = Arrays.stream(groups)
                .mapToDouble(g -> random.nextDouble() < easy[g] ? 1 : 0)
                .toArray();
        Bootstrap alone = Bootstrap.of(hits, IntStream.range(0, 400).toArray(), 1);
        Bootstrap grouped = Bootstrap.of(hits, groups, 1);
        double p = alone.mean();
        assertThat(alone.high() - alone.low()).isCloseTo(2 * 1.96 * Math.sqrt(p * (1 - p) / 400), within(0.015));
        assertThat(grouped.high() - grouped.low()).isGreaterThan(1.5 * (alone.high() - alone.low()));
        assertThat(grouped.excludesZero()).isTrue();
    }
}
