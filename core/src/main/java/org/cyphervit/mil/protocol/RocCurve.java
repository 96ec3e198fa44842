package org.cyphervit.mil.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.eval.metric.ClassScores;

/**
 * A point of the receiver operating characteristic of a class against the rest.
 *
 * @param falsePositives share of the others above the threshold
 * @param truePositives share of the class above it
 */
public record RocCurve(double falsePositives, double truePositives) {
    /** The curve from (0,0) to (1,1), a point for each threshold; empty where the class or the rest does not occur. */
    public static List<RocCurve> of(ClassScores scores, int[] labels, int label) {
        Integer[] order = IntStream.range(0, labels.length).boxed().toArray(Integer[]::new);
        Arrays.sort(order, Comparator.comparingDouble(i -> -scores.at(i, label)));
        long positives = Arrays.stream(labels).filter(l -> l == label).count();
        long negatives = labels.length - positives;
        List<RocCurve> curve = new ArrayList<>();
        if (positives == 0 || negatives == 0) {
            return curve;
        }
        curve.add(new RocCurve(0, 0));
        int hits = 0;
        for (int i = 0; i < order.length; i++) {
            hits += labels[order[i]] == label ? 1 : 0;
            boolean last = i + 1 == order.length || scores.at(order[i], label) != scores.at(order[i + 1], label);
            if (last) {
                curve.add(new RocCurve((double) (i + 1 - hits) / negatives, (double) hits / positives));
            }
        }
        return curve;
    }
}
