package org.cyphervit.mil.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Percentile intervals (Efron 1979) of any metric by drawing patients with replacement: slides of one patient are no
 * independent evidence. Draws for which a metric has no value, such as AUROC of one class alone, are passed over.
 *
 * @param low lower end of the 95 % interval
 * @param high upper end
 */
public record PatientBootstrap(double low, double high) {
    private static final int REPEATS = 1000;

    /** Intervals of all metrics of predictions, by name. */
    static Map<String, PatientBootstrap> of(Scores scores, long seed) {
        int[] patients = scores.cohort().patientIds();
        int count = Arrays.stream(patients).max().orElseThrow() + 1;
        List<List<Integer>> members = new ArrayList<>();
        for (int p = 0; p < count; p++) {
            members.add(new ArrayList<>());
        }
        for (int i = 0; i < patients.length; i++) {
            members.get(patients[i]).add(i);
        }
        SplittableRandom random = new SplittableRandom(seed);
        Map<String, double[]> drawn = new LinkedHashMap<>();
        for (int r = 0; r < REPEATS; r++) {
            List<Integer> sample = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                sample.addAll(members.get(random.nextInt(count)));
            }
            int repeat = r;
            scores.metrics(sample.stream().mapToInt(Integer::intValue).toArray())
                    .forEach((name, value) -> drawn.computeIfAbsent(name, key -> new double[REPEATS])[repeat] = value);
        }
        Map<String, PatientBootstrap> intervals = new LinkedHashMap<>();
        drawn.forEach((name, values) -> intervals.put(name, interval(values)));
        return intervals;
    }

    private static PatientBootstrap interval(double[] values) {
        double[] sorted = Arrays.stream(values)
                .filter(value -> !Double.isNaN(value))
                .sorted()
                .toArray();
        if (sorted.length == 0) {
            return new PatientBootstrap(Double.NaN, Double.NaN);
        }
        return new PatientBootstrap(
                sorted[(int) (0.025 * sorted.length)],
                sorted[Math.min(sorted.length - 1, (int) (0.975 * sorted.length))]);
    }
}
