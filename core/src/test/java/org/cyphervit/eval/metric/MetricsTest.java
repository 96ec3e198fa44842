package org.cyphervit.eval.metric;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MetricsTest {
    @Test
    void aScorecardHoldsTheTextbookValues() {
        // Three classes, six samples; the fourth is wrong, the last has the true class second.
        double[] scores = {.8, .1, .1, .6, .3, .1, .2, .7, .1, .5, .4, .1, .1, .2, .7, .3, .5, .2};
        int[] labels = {0, 0, 1, 1, 2, 0};
        Scorecard card = Scorecard.of(new ClassScores(scores, 3), labels, List.of("a", "b", "c"));
        assertThat(card.get(ClassMetric.ACCURACY)).isCloseTo(4 / 6.0, within(1e-12));
        assertThat(card.get(ClassMetric.ACCURACY_AT_3)).isEqualTo(1.0);
        assertThat(card.get(ClassMetric.BALANCED_ACCURACY)).isCloseTo((2 / 3.0 + 1 / 2.0 + 1) / 3, within(1e-12));
        assertThat(card.get(ClassMetric.MACRO_F1)).isCloseTo((2 / 3.0 + 1 / 2.0 + 1) / 3, within(1e-12));
        double chance = (3 * 3 + 2 * 2 + 1) / 36.0;
        assertThat(card.get(ClassMetric.KAPPA)).isCloseTo((4 / 6.0 - chance) / (1 - chance), within(1e-12));
        assertThat(card.hits()).containsExactly(1, 1, 1, 0, 1, 0);
        // a: positives .8 .6 .3 against .2 .5 .1: 8 of 9; b: .7 .4 against .1 .3 .2 .5: 7 of 8; c: .7 above all.
        assertThat(card.aurocs()).containsExactly(new double[] {8 / 9.0, 7 / 8.0, 1}, within(1e-12));
        // Bins of 1/15 hold (.8 hit), (.6 hit), (.7 hit, .7 hit), (.5 miss, .5 miss).
        assertThat(card.get(ClassMetric.CALIBRATION_ERROR)).isCloseTo((.2 + .4 + .6 + 1) / 6, within(1e-9));
    }

    @Test
    void ofEqualScoresTheFirstClassCountsAsHigherAndNoEvidenceIsNoHit() {
        ClassScores votes = new ClassScores(new double[] {.25, .25, .25, .25, 1, 0, 0, 0}, 4); // k-NN of one neighbour
        assertThat(votes.accuracyAt(3, new int[] {2, 0})).isEqualTo(1);
        assertThat(votes.accuracyAt(3, new int[] {3, 0}))
                .as("the fourth of four equals")
                .isEqualTo(.5);
        assertThat(votes.accuracyAt(3, new int[] {0, 1}))
                .as("a class without a vote")
                .isEqualTo(.5);
    }

    @Test
    void tiesCountHalfInTheRocCurveAndNegativeScoresOrderToo() {
        boolean[] positive = {true, false, true, false};
        assertThat(Ranks.auroc(new float[] {1, 1, 1, 1}, positive)).isEqualTo(0.5);
        assertThat(Ranks.auroc(new float[] {-1, -2, 3, 0f}, positive)).isEqualTo(0.75);
        assertThat(Ranks.auroc(new float[] {-0f, 0f, 0f, -0f}, positive)).isEqualTo(0.5);
        assertThat(Ranks.auroc(new float[] {1, 2}, new boolean[2])).isNaN();
    }

    @Test
    void theBestAssignmentBeatsEveryOther() {
        SplittableRandom random = new SplittableRandom(2);
        for (int[] size : new int[][] {{4, 4}, {2, 5}, {5, 3}}) {
            double[][] gain = new double[size[0]][size[1]];
            for (double[] row : gain) {
                Arrays.setAll(row, i -> random.nextDouble() - 0.3);
            }
            int[] best = Assignment.best(gain);
            assertThat(Arrays.stream(best).filter(c -> c >= 0).distinct().count())
                    .isEqualTo(Math.min(size[0], size[1]));
            double sum = 0;
            for (int r = 0; r < best.length; r++) {
                sum += best[r] < 0 ? 0 : gain[r][best[r]];
            }
            assertThat(sum).isCloseTo(search(gain, 0, 0, Math.max(0, size[0] - size[1])), within(1e-12));
        }
    }

    // By trying everything: rows in turn, with a set of columns that are taken and so many rows to leave out.
    private static double search(double[][] gain, int row, int taken, int spare) {
        if (row == gain.length) {
            return 0;
        }
        double best = spare > 0 ? search(gain, row + 1, taken, spare - 1) : Double.NEGATIVE_INFINITY;
        for (int c = 0; c < gain[row].length; c++) {
            if ((taken >> c & 1) == 0) {
                best = Math.max(best, gain[row][c] + search(gain, row + 1, taken | 1 << c, spare));
            }
        }
        return best;
    }

    @Test
    void agreementDoesNotDependOnNames() {
        int[] labels = {0, 0, 0, 1, 1, 1, 2, 2, 2};
        int[] renamed = {2, 2, 2, 0, 0, 0, 1, 1, 1};
        assertThat(Agreement.of(labels, 3, renamed, 3)).isEqualTo(new Agreement(1, 1, 1));
        // Pairs together: 3 in the labels, 4 in the clusters, 2 in both; 0.8 expected by chance of 15.
        Agreement partly = Agreement.of(new int[] {0, 0, 1, 1, 2, 2}, 3, new int[] {0, 0, 1, 2, 2, 2}, 3);
        assertThat(partly.accuracy()).isCloseTo(5 / 6.0, within(1e-12));
        assertThat(partly.ari()).isCloseTo(0.444444444444, within(1e-9));
        int[] one = new int[9];
        assertThat(Agreement.of(labels, 3, one, 1).ari()).isCloseTo(0, within(1e-12));
        assertThat(Agreement.of(labels, 3, one, 1).nmi()).isCloseTo(0, within(1e-12));
    }
}
