package org.cyphervit.study.table;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.compare.Bootstrap;
import org.cyphervit.compare.SignificanceTest;
import org.cyphervit.compare.TTests;
import org.cyphervit.eval.metric.Summary;

/** All numbers of a table's rows, by entrant and column; a row that failed has none. */
public final class Measurements {
    // Entrant id -> set -> one map of numbers per seed.
    private final Map<String, Map<String, List<Map<String, double[]>>>> all = new LinkedHashMap<>();

    public void put(ComparedEncoder encoder, Measurement work, List<Map<String, double[]>> perSeed) {
        all.computeIfAbsent(encoder.id(), key -> new LinkedHashMap<>()).put(work.set(), perSeed);
    }

    public boolean has(ComparedEncoder encoder, Column column) {
        List<Map<String, double[]>> seeds = seeds(encoder, column);
        return !seeds.isEmpty() && seeds.stream().allMatch(numbers -> numbers.containsKey(column.shown()));
    }

    /** What the cell shows: over seeds, or over re-splits of the mean over seeds. */
    public Summary summary(ComparedEncoder encoder, Column column) {
        return Summary.of(column.resplit() ? mean(encoder, column, column.shown()) : perSeed(encoder, column));
    }

    /** Whether one encoder is better than another in a column, and by which test. */
    public Difference compare(ComparedEncoder better, ComparedEncoder worse, Column column) {
        double sign = column.rises() ? 1 : -1;
        if (column.resplit()) {
            double[] a = scaled(mean(better, column, column.shown()), sign);
            double[] b = scaled(mean(worse, column, column.shown()), sign);
            SignificanceTest test = SignificanceTest.overResplits(a, b, mean(better, column, "ratio")[0]);
            double plain = TTests.independent(a, b).p();
            return new Difference(test, "p = %.2g, the paper's uncorrected test: %.2g".formatted(test.p(), plain));
        }
        SignificanceTest seeds =
                SignificanceTest.overSeeds(scaled(perSeed(better, column), sign), scaled(perSeed(worse, column), sign));
        String overSeeds =
                seeds.hasManySeeds() ? "over %d seeds p = %.2g".formatted(seeds.replicates(), seeds.p()) : "";
        if (column.samples().isEmpty()) {
            return new Difference(seeds, seeds.hasManySeeds() ? overSeeds : "no test: fewer than 3 seeds");
        }
        double[] a = scaled(mean(better, column, column.samples()), sign);
        double[] b = scaled(mean(worse, column, column.samples()), sign);
        if (a.length != b.length || a.length == 0) {
            return new Difference(
                    new SignificanceTest(seeds.difference(), false, null, Double.NaN, 0), "no test: unlike test tiles");
        }
        int[] groups = Arrays.stream(mean(better, column, "groups"))
                .mapToInt(g -> (int) g)
                .toArray();
        SignificanceTest test = seeds.overSamples(a, b, groups, 0);
        Bootstrap interval = Objects.requireNonNull(test.interval());
        double scale = column.percent() ? 100 : 1;
        String words = "95 %% interval of the difference %.3g to %.3g"
                .formatted(scale * interval.low(), scale * interval.high());
        return new Difference(test, words + (overSeeds.isEmpty() ? "" : "; " + overSeeds));
    }

    /**
     * A comparison of two rows.
     *
     * @param test its difference is above 0 where the first is better, in the column's units
     * @param words the test, for people
     */
    public record Difference(SignificanceTest test, String words) {}

    private static double[] scaled(double[] values, double factor) {
        return Arrays.stream(values).map(value -> factor * value).toArray();
    }

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
