package org.cyphervit.reproduce;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import org.cyphervit.eval.stats.TTests;

/** Something the paper says of a table, and whether ours says so too. */
interface Claim {
    /** What the paper claims. */
    String text();

    /** Our answer, in words; starts with the ordering: kept or not kept. */
    String verdict(Measurements measured);

    /** That one row is better than all of some others in a column. */
    record Beats(String text, Entrant better, List<Entrant> others, Column column) implements Claim {
        public Beats {
            others = List.copyOf(others);
        }

        @Override
        public String verdict(Measurements measured) {
            List<Entrant> there =
                    others.stream().filter(other -> measured.has(other, column)).toList();
            if (!measured.has(better, column) || there.isEmpty()) {
                return "not tested: a row is missing";
            }
            Comparator<Entrant> byMean = Comparator.comparingDouble(
                    e -> (column.rises() ? 1 : -1) * measured.summary(e, column).mean());
            Entrant best = there.stream().max(byMean).orElseThrow();
            Measurements.Sureness sure = measured.compare(better, best, column);
            String against = there.size() == 1 ? "" : " against the best other, " + best.title();
            return words(sure.difference(), sure.significant(), column) + against + " (" + sure.words() + ")";
        }
    }

    /** That each of some rows is better than its counterpart, on the whole. */
    record PairsBeat(String text, List<Entrant> better, List<Entrant> worse, Column column) implements Claim {
        public PairsBeat {
            better = List.copyOf(better);
            worse = List.copyOf(worse);
        }

        @Override
        public String verdict(Measurements measured) {
            List<Double> a = new ArrayList<>();
            List<Double> b = new ArrayList<>();
            for (int i = 0; i < better.size(); i++) {
                if (measured.has(better.get(i), column) && measured.has(worse.get(i), column)) {
                    a.add(measured.summary(better.get(i), column).mean());
                    b.add(measured.summary(worse.get(i), column).mean());
                }
            }
            if (a.size() < 2) {
                return "not tested: rows are missing";
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
            return words(sum, p < 0.05, column)
                    + String.format(
                            Locale.ROOT, " (%d of %d pairs; paired t over them p = %.2g)", wins, first.length, p);
        }
    }

    private static String words(double difference, boolean significant, Column column) {
        double shown = difference * (column.percent() ? 100 : 1);
        return String.format(
                Locale.ROOT,
                "ordering %s by %.3g%s, %s",
                difference > 0 ? "kept" : "not kept",
                Math.abs(shown),
                column.percent() ? " points" : "",
                significant ? difference > 0 ? "significant" : "significant the other way" : "not significant");
    }
}
