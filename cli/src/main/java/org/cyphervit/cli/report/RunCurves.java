package org.cyphervit.cli.report;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;

/** A run's measures as lines of a chart. */
public final class RunCurves {
    /** As many points as a chart can show. */
    public static final int POINTS = 240;

    private RunCurves() {}

    /**
     * Pairs of step and value for each measure, thinned by means of neighbouring steps.
     *
     * @param rows of {@code metrics.csv} by step
     * @param most points of a line
     */
    public static Map<String, List<double[]>> of(NavigableMap<Long, Map<String, Double>> rows, int most) {
        Map<String, List<double[]>> curves = new LinkedHashMap<>();
        rows.forEach((step, row) -> row.forEach((name, value) -> {
            if (!name.equals("step") && !name.equals("epoch") && Double.isFinite(value)) {
                curves.computeIfAbsent(name, key -> new ArrayList<>()).add(new double[] {step, value});
            }
        }));
        curves.replaceAll((name, points) -> thin(points, most));
        return curves;
    }

    private static List<double[]> thin(List<double[]> points, int most) {
        int bucket = (points.size() + most - 1) / most;
        List<double[]> thinned = new ArrayList<>();
        for (int i = 0; i < points.size(); i += bucket) {
            List<double[]> part = points.subList(i, Math.min(points.size(), i + bucket));
            thinned.add(new double[] {
                part.getLast()[0],
                part.stream().mapToDouble(p -> p[1]).average().orElse(Double.NaN)
            });
        }
        return thinned;
    }
}
