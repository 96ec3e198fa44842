package org.cyphervit.study.table;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.cyphervit.compare.TTests;

/** Something the paper says of a table, and whether ours says so too. */
public interface Claim {
    /** What the paper claims. */
    String text();

    /** Our answer. */
    Outcome outcome(Measurements measured);

    /**
     * An answer to a claim.
     *
     * @param tested whether there were numbers to answer by
     * @param kept whether the ordering is the claimed one
     * @param significant whether that, or its opposite, is significant at 5 %
     * @param words for people; start with the ordering: kept or not kept
     */
    record Outcome(boolean tested, boolean kept, boolean significant, String words) {
        private static Outcome untested(String why) {
            return new Outcome(false, false, false, "not tested: " + why);
        }

        private static Outcome of(double difference, boolean significant, Column column, String test) {
            double shown = difference * (column.percent() ? 100 : 1);
            boolean kept = difference > 0;
            String words = String.format(
                    Locale.ROOT,
                    "ordering %s by %.3g%s, %s%s",
                    kept ? "kept" : "not kept",
                    Math.abs(shown),
                    column.percent() ? " points" : "",
                    significant ? kept ? "significant" : "significant the other way" : "not significant",
                    test);
            return new Outcome(true, kept, significant, words);
        }
    }

    /** How many of many claims were kept; so many tests need a word on chance. */
    static String summary(List<Outcome> outcomes) {
        long tested = outcomes.stream().filter(Outcome::tested).count();
        long kept = outcomes.stream().filter(Outcome::kept).count();
        long surely = outcomes.stream().filter(v -> v.kept && v.significant).count();
        long against = outcomes.stream().filter(v -> !v.kept && v.significant).count();
        return String.format(
                Locale.ROOT,
                "Of %d claims that could be tested %d are kept, %d of them significantly; %d are significant the other way."
                        + " By chance alone one test in twenty is significant, to either side.",
                tested,
                kept,
                surely,
                against);
    }

    /** That one row is better than all of some others in a column. */
    record Beats(String text, ComparedEncoder better, List<ComparedEncoder> others, Column column) implements Claim {
        public Beats {
            others = List.copyOf(others);
        }

        @Override
        public Outcome outcome(Measurements measured) {
            List<ComparedEncoder> there =
                    others.stream().filter(other -> measured.has(other, column)).toList();
            if (!measured.has(better, column) || there.isEmpty()) {
                return Outcome.untested("a row is missing");
            }
            Comparator<ComparedEncoder> byMean = Comparator.comparingDouble(
                    e -> (column.rises() ? 1 : -1) * measured.summary(e, column).mean());
            ComparedEncoder best = there.stream().max(byMean).orElseThrow();
            Measurements.Difference sure = measured.compare(better, best, column);
            String against = there.size() == 1 ? "" : " against the best other, " + best.title();
            return Outcome.of(
                    sure.test().difference(), sure.test().significant(), column, against + " (" + sure.words() + ")");
        }
    }

    /** That each of some rows is better than its counterpart, on the whole. */
    record PairsBeat(String text, List<ComparedEncoder> better, List<ComparedEncoder> worse, Column column)
            implements Claim {
        public PairsBeat {
            better = List.copyOf(better);
            worse = List.copyOf(worse);
        }

        @Override
        public Outcome outcome(Measurements measured) {
            List<Double> a = new ArrayList<>();
            List<Double> b = new ArrayList<>();
            for (int i = 0; i < better.size(); i++) {
                if (measured.has(better.get(i), column) && measured.has(worse.get(i), column)) {
                    a.add(measured.summary(better.get(i), column).mean());
                    b.add(measured.summary(worse.get(i), column).mean());
                }
            }
            if (a.size() < 2) {
                return Outcome.untested("rows are missing");
            }
            double[] first = a.stream().mapToDouble(Double::doubleValue).toArray();
            double[] second = b.stream().mapToDouble(Double::doubleValue).toArray();
            double sum = 0;
            int wins = 0;
            for (int i = 0; i < first.length; i++) {
                double difference = (column.rises() ? 1 : -1) * (first[i] - second[i]);
                sum += difference / first.length;
                wins += difference > 0 ? 1 : 0;
            }
            double p = TTests.paired(first, second).p();
            String test =
                    String.format(Locale.ROOT, " (%d of %d pairs; paired t over them p = %.2g)", wins, first.length, p);
            return Outcome.of(sum, p < 0.05, column, test);
        }
    }
}
