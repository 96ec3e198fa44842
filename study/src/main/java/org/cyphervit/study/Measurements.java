package org.cyphervit.study;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.compare.Bootstrap;
import org.cyphervit.compare.TTests;
import org.cyphervit.eval.metric.Summary;

/** All numbers of a table's rows, by entrant and column; a row that failed has none. */
final class Measurements {
    private static final int MANY_SEEDS = 3;

    // Entrant id -> set -> one map of numbers per seed.
    private final Map<String, Map<String, List<Map<String, double[]>>>> all = new LinkedHashMap<>();

    void put(ComparedEncoder encoder, Work work, List<Map<String, double[]>> perSeed) {
        all.computeIfAbsent(encoder.id(), key -> new LinkedHashMap<>()).put(work.set(), perSeed);
    }

    boolean has(ComparedEncoder encoder, Column column) {
        List<Map<String, double[]>> seeds = seeds(encoder, column);
        return !seeds.isEmpty() && seeds.stream().allMatch(numbers -> numbers.containsKey(column.shown()));
    }

    /** What the cell shows: over seeds, or over re-splits of the mean over seeds. */
    Summary summary(ComparedEncoder encoder, Column column) {
        return Summary.of(column.resplit() ? mean(encoder, column, column.shown()) : perSeed(encoder, column));
    }

    /**
     * How sure it is that one entrant is better than another in a column: over re-splits the corrected t-test, else the
     * paired bootstrap over test samples of the mean over seeds and, from three seeds on, the paired t-test over seeds:
     * where there are both, both must agree.
     */
    SignificanceTest compare(ComparedEncoder better, ComparedEncoder worse, Column column) {
        double sign = column.rises() ? 1 : -1;
        double difference =
                sign * (summary(better, column).mean() - summary(worse, column).mean());
        if (column.resplit()) {
            double ratio = mean(better, column, "ratio")[0];
            double[] a = mean(better, column, column.shown());
            double[] b = mean(worse, column, column.shown());
            double corrected = TTests.resampled(a, b, ratio).p();
            double plain = TTests.independent(a, b).p();
            return new SignificanceTest(
                    difference,
                    corrected < 0.05,
                    "p = %.2g, the paper's uncorrected test: %.2g".formatted(corrected, plain));
        }
        double[] first = perSeed(better, column);
        double[] second = perSeed(worse, column);
        boolean seeded = first.length >= MANY_SEEDS && first.length == second.length;
        double p = seeded ? TTests.paired(first, second).p() : Double.NaN;
        String overSeeds = seeded ? "over %d seeds p = %.2g".formatted(first.length, p) : "";
        if (column.samples().isEmpty()) {
            return new SignificanceTest(
                    difference, p < 0.05, seeded ? overSeeds : "no test: fewer than %d seeds".formatted(MANY_SEEDS));
        }
        double[] a = mean(better, column, column.samples());
        double[] b = mean(worse, column, column.samples());
        if (a.length != b.length || a.length == 0) {
            return new SignificanceTest(difference, false, "no test: unlike test tiles");
        }
        Bootstrap interval = interval(a, b, sign, better, column);
        double scale = column.percent() ? 100 : 1;
        String words = "95 %% interval of the difference %.3g to %.3g"
                .formatted(scale * interval.low(), scale * interval.high());
        return new SignificanceTest(
                difference, interval.excludesZero() && (!seeded || p < 0.05), words + (seeded ? "; " + overSeeds : ""));
    }

    private Bootstrap interval(double[] a, double[] b, double sign, ComparedEncoder encoder, Column column) {
        double[] differences = new double[a.length];
        for (int i = 0; i < a.length; i++) {
            differences[i] = sign * (a[i] - b[i]);
        }
        int[] groups = Arrays.stream(mean(encoder, column, "groups"))
                .mapToInt(g -> (int) g)
                .toArray();
        return Bootstrap.of(differences, groups, 0);
    }

    /**
     * A comparison.
     *
     * @param difference above 0 where the first is better, in the column's units
     * @param significant at 5 %
     * @param words the test
     */
    record SignificanceTest(double difference, boolean significant, String words) {}

    private double[] perSeed(ComparedEncoder encoder, Column column) {
        return seeds(encoder, column).stream()
                .mapToDouble(numbers -> Arrays.stream(numbers.getOrDefault(column.shown(), new double[0]))
                        .average()
                        .orElse(Double.NaN))
                .toArray();
    }

    // The mean over seeds, number by number.
    private double[] mean(ComparedEncoder encoder, Column column, String name) {
        List<Map<String, double[]>> seeds = seeds(encoder, column);
        double[] first = seeds.getFirst().getOrDefault(name, new double[0]);
        double[] mean = new double[first.length];
        for (Map<String, double[]> numbers : seeds) {
            double[] values = numbers.getOrDefault(name, new double[0]);
            for (int i = 0; i < mean.length && i < values.length; i++) {
                mean[i] += values[i] / seeds.size();
            }
        }
        return mean;
    }

    private List<Map<String, double[]>> seeds(ComparedEncoder encoder, Column column) {
        return all.getOrDefault(encoder.id(), Map.of())
                .getOrDefault(column.work().set(), List.of());
    }
}
