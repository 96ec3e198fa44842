package org.cyphervit.study.table;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.cyphervit.backbone.Backbone;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When one row counts as better than another. */
class MeasurementsTest {
    private static final ComparedEncoder GOOD = ComparedEncoder.trained("dino", "vit", "good");
    private static final ComparedEncoder BAD = ComparedEncoder.trained("moco", "vit", "bad");
    private static final Measurement WORK = new Named("set");
    private static final Column TAU = new Column("tau", WORK, "tau", "", false, false, true, "");
    private static final Column HITS = new Column("hits", WORK, "accuracy", "hits", false, true, true, "");

    @Test
    void aNumberWithoutTestSamplesIsTestedOverSeedsFromThreeOn() {
        Measurements.Difference sure = compared(TAU, List.of(0.71, 0.72, 0.73), List.of(0.61, 0.62, 0.631));
        assertThat(sure.test().significant()).isTrue();
        assertThat(sure.words()).startsWith("over 3 seeds p = ");
        assertThat(compared(TAU, List.of(0.71, 0.62, 0.73), List.of(0.61, 0.72, 0.63))
                        .test()
                        .significant())
                .as("seeds disagree")
                .isFalse();
        Measurements.Difference few = compared(TAU, List.of(0.71, 0.72), List.of(0.61, 0.62));
        assertThat(few.test().significant()).isFalse();
        assertThat(few.words()).isEqualTo("no test: fewer than 3 seeds");
    }

    @Test
    void tilesAloneDoNotDecideWhereSeedsDisagree() {
        // Each seed's hits over 100 tiles; on the mean over seeds the first is well ahead.
        Measurements.Difference split = compared(HITS, List.of(0.9, 0.5, 0.9), List.of(0.5, 0.6, 0.4));
        assertThat(split.test().significant()).isFalse();
        assertThat(split.words()).contains("95 % interval", "over 3 seeds p = ");
        assertThat(compared(HITS, List.of(0.9, 0.88, 0.91), List.of(0.5, 0.47, 0.52))
                        .test()
                        .significant())
                .isTrue();
        assertThat(compared(HITS, List.of(0.9), List.of(0.5)).test().significant())
                .as("one seed: by tiles alone")
                .isTrue();
    }

    @Test
    void claimsAreCountedByTheirOutcomes() {
        assertThat(Claim.summary(List.of(
                        new Claim.Outcome(true, true, true, ""),
                        new Claim.Outcome(true, true, false, ""),
                        new Claim.Outcome(true, false, true, ""),
                        new Claim.Outcome(false, false, false, ""))))
                .startsWith(
                        "Of 3 claims that could be tested 2 are kept, 1 of them significantly; 1 are significant the"
                                + " other way.");
    }

    private static Measurements.Difference compared(Column column, List<Double> good, List<Double> bad) {
        Measurements measured = new Measurements();
        measured.put(GOOD, WORK, good.stream().map(MeasurementsTest::numbers).toList());
        measured.put(BAD, WORK, bad.stream().map(MeasurementsTest::numbers).toList());
        return measured.compare(GOOD, BAD, column);
    }

    private static Map<String, double[]> numbers(double value) {
        double[] hits = new double[100];
        Arrays.fill(hits, 0, (int) Math.round(100 * value), 1);
        double[] groups = new double[100];
        Arrays.setAll(groups, i -> i);
        return Map.of("tau", new double[] {value}, "accuracy", new double[] {value}, "hits", hits, "groups", groups);
    }

    private record Named(String set) implements Measurement {
        @Override
        public String of() {
            return "";
        }

        @Override
        public boolean needsEncoder() {
            return false;
        }

        @Override
        public String description() {
            return set;
        }

        @Override
        public void measure(
                @Nullable Backbone backbone,
                ComparedEncoder encoder,
                long seed,
                Map<String, double[]> before,
                Saver save) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean isDone(Map<String, double[]> numbers) {
            return true;
        }
    }
}
