package org.cyphervit.mil.protocol;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.eval.metric.ClassScores;

/**
 * The reliability curve: how often predictions of a confidence are right.
 *
 * @param confidence mean of the bin's predictions, [0, 1]
 * @param accuracy share of them that is right
 * @param count of them
 */
public record ReliabilityBin(double confidence, double accuracy, int count) {
    /** The bins of equal width that hold predictions, from the least confident on. */
    public static List<ReliabilityBin> curve(ClassScores scores, int[] labels, int bins) {
        double[] confidence = new double[bins];
        int[] hits = new int[bins];
        int[] counts = new int[bins];
        int[] predictions = scores.predictions();
        for (int i = 0; i < labels.length; i++) {
            double sure = scores.at(i, predictions[i]);
            int bin = Math.clamp((int) Math.ceil(sure * bins) - 1, 0, bins - 1);
            confidence[bin] += sure;
            hits[bin] += predictions[i] == labels[i] ? 1 : 0;
            counts[bin]++;
        }
        List<ReliabilityBin> curve = new ArrayList<>();
        for (int b = 0; b < bins; b++) {
            if (counts[b] > 0) {
                curve.add(new ReliabilityBin(confidence[b] / counts[b], (double) hits[b] / counts[b], counts[b]));
            }
        }
        return curve;
    }
}
