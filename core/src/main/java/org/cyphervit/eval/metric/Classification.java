package org.cyphervit.eval.metric;

import java.util.List;

/**
 * How well predictions agree with labels.
 *
 * @param confusion rows are true classes, columns predictions
 * @param classes names in label order
 */
public record Classification(int[][] confusion, List<String> classes) {
    public Classification {
        classes = List.copyOf(classes);
    }

    /** Counts each pair of label and prediction. */
    public static Classification of(int[] labels, int[] predictions, List<String> classes) {
        if (labels.length != predictions.length) {
            throw new IllegalArgumentException(
                    labels.length + " labels with " + predictions.length + " predictions; expected one each.");
        }
        int[][] confusion = new int[classes.size()][classes.size()];
        for (int i = 0; i < labels.length; i++) {
            confusion[labels[i]][predictions[i]]++;
        }
        return new Classification(confusion, classes);
    }

    /** N. */
    public int samples() {
        int sum = 0;
        for (int c = 0; c < confusion.length; c++) {
            sum += row(c);
        }
        return sum;
    }

    /** Share of samples predicted right, [0, 1]. */
    public double accuracy() {
        int hits = 0;
        for (int c = 0; c < confusion.length; c++) {
            hits += confusion[c][c];
        }
        return (double) hits / samples();
    }

    /** Mean recall over the classes that occur, [0, 1]: chance is 1/C whatever the class frequencies. */
    public double balancedAccuracy() {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < confusion.length; c++) {
            if (row(c) > 0) {
                sum += recall(c);
                present++;
            }
        }
        return sum / present;
    }

    /** Mean F1 over the classes that occur or are predicted, [0, 1]. */
    public double macroF1() {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < confusion.length; c++) {
            int total = row(c) + column(c);
            if (total > 0) {
                sum += f1(c);
                present++;
            }
        }
        return sum / present;
    }

    /** Share of a class's samples that were found, [0, 1]; NaN for a class without samples. */
    public double recall(int label) {
        return (double) confusion[label][label] / row(label);
    }

    /** Share of the samples predicted as a class that are of it, [0, 1]; NaN for a class that nothing was predicted as. */
    public double precision(int label) {
        return (double) confusion[label][label] / column(label);
    }

    /** Harmonic mean of recall and precision, [0, 1]; NaN for a class that neither occurs nor is predicted. */
    public double f1(int label) {
        return 2.0 * confusion[label][label] / (row(label) + column(label));
    }

    /**
     * Cohen's kappa (1960): agreement beyond chance, 1 for perfect, 0 for what two independent raters with these
     * frequencies would reach, below 0 for worse; NaN where both name one class alone.
     */
    public double kappa() {
        double n = samples();
        double chance = 0;
        for (int c = 0; c < confusion.length; c++) {
            chance += row(c) / n * (column(c) / n);
        }
        return (accuracy() - chance) / (1 - chance);
    }

    /** Samples of a class. */
    public int count(int label) {
        return row(label);
    }

    private int row(int label) {
        int sum = 0;
        for (int count : confusion[label]) {
            sum += count;
        }
        return sum;
    }

    private int column(int label) {
        int sum = 0;
        for (int[] row : confusion) {
            sum += row[label];
        }
        return sum;
    }
}
