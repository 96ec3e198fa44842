package org.cyphervit.eval.metric;

import java.util.Locale;
import org.cyphervit.UserError;

/** One number for how well scores agree with labels. To add one: a constant here, with its definition. */
@SuppressWarnings("ImmutableEnumChecker") // definitions are stateless
public enum ClassMetric {
    /** Share of samples whose class has the highest score, [0, 1]. */
    ACCURACY("Acc@1", (scores, labels, counts) -> counts.accuracy()),
    /** Share of samples whose class is among the three highest scores, [0, 1]; see {@link ClassScores#accuracyAt}. */
    ACCURACY_AT_3("Acc@3", (scores, labels, counts) -> scores.accuracyAt(3, labels)),
    /** Mean recall over the classes that occur, [0, 1]. */
    BALANCED_ACCURACY("balanced", (scores, labels, counts) -> counts.balancedAccuracy()),
    /** Mean F1 over the classes that occur or are predicted, [0, 1]. */
    MACRO_F1("macro F1", (scores, labels, counts) -> counts.macroF1()),
    /** Mean over the classes of the area under the ROC curve of class against rest, [0, 1]; 0.5 is chance. */
    AUROC("AUROC", (scores, labels, counts) -> meanAuroc(scores, labels)),
    /** Cohen's kappa, at most 1; see {@link Classification#kappa}. */
    KAPPA("kappa", (scores, labels, counts) -> counts.kappa()),
    /**
     * Expected calibration error (Naeini 2015, Guo 2017), [0, 1]: the mean distance between a prediction's confidence (its
     * share of the scores) and the accuracy of predictions of such confidence, over 15 bins of equal width. Lower is better.
     */
    CALIBRATION_ERROR("ECE", (scores, labels, counts) -> calibrationError(scores, labels));

    private static final int BINS = 15;

    private interface Definition {
        double of(ClassScores scores, int[] labels, Classification counts);
    }

    private final String title;
    private final Definition definition;

    ClassMetric(String title, Definition definition) {
        this.title = title;
        this.definition = definition;
    }

    /** The metric of that {@link #key}. */
    public static ClassMetric named(String key) {
        for (ClassMetric metric : values()) {
            if (metric.key().equals(key)) {
                return metric;
            }
        }
        throw new UserError("Unknown metric '" + key + "'.");
    }

    /** A stable name for files, such as {@code balanced_accuracy}. */
    public String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** A short heading. */
    public String title() {
        return title;
    }

    /** Whether more is better. */
    public boolean rises() {
        return this != CALIBRATION_ERROR;
    }

    double of(ClassScores scores, int[] labels, Classification counts) {
        return definition.of(scores, labels, counts);
    }

    /** The area under the ROC curve of one class against the rest; NaN where either has no samples. */
    static double auroc(ClassScores scores, int[] labels, int label) {
        float[] own = new float[labels.length];
        boolean[] positive = new boolean[labels.length];
        for (int i = 0; i < own.length; i++) {
            own[i] = (float) scores.at(i, label);
            positive[i] = labels[i] == label;
        }
        return Ranks.auroc(own, positive);
    }

    private static double meanAuroc(ClassScores scores, int[] labels) {
        double sum = 0;
        int present = 0;
        for (int label = 0; label < scores.classes(); label++) {
            double area = auroc(scores, labels, label);
            if (!Double.isNaN(area)) {
                sum += area;
                present++;
            }
        }
        return sum / present;
    }

    private static double calibrationError(ClassScores scores, int[] labels) {
        double[] surplus = new double[BINS]; // sum of confidence less hits
        int[] predictions = scores.predictions();
        for (int i = 0; i < labels.length; i++) {
            double confidence = scores.at(i, predictions[i]);
            int bin = Math.clamp((int) Math.ceil(confidence * BINS) - 1, 0, BINS - 1);
            surplus[bin] += confidence - (predictions[i] == labels[i] ? 1 : 0);
        }
        double sum = 0;
        for (double distance : surplus) {
            sum += Math.abs(distance);
        }
        return sum / labels.length;
    }
}
