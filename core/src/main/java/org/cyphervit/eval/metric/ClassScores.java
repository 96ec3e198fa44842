package org.cyphervit.eval.metric;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Tensors;

/**
 * What a classifier thinks of each sample.
 *
 * @param values N x C, row by row: at least 0, a row sums to 1, or to 0 where there was no evidence at all
 * @param classes C, at least 1
 */
public record ClassScores(double[] values, int classes) {
    public ClassScores {
        if (classes < 1 || values.length % classes != 0) {
            throw new IllegalArgumentException(
                    values.length + " scores do not fill rows of " + classes + " classes; expected a multiple.");
        }
        for (int i = 0; i < values.length; i++) {
            if (!(values[i] >= 0 && values[i] < Double.POSITIVE_INFINITY)) {
                throw new IllegalArgumentException("The score of sample " + i / classes + " for class " + i % classes
                        + " is " + values[i] + "; expected a finite number of at least 0.");
            }
        }
    }

    /** A copy of a tensor of shape (N, C). */
    public static ClassScores of(Tensor scores) {
        return new ClassScores(Tensors.doubles(scores), Math.toIntExact(scores.size(1)));
    }

    /** N. */
    public int rows() {
        return values.length / classes;
    }

    public double at(int row, int label) {
        return values[row * classes + label];
    }

    /** The class with the highest score of each sample; the first of equals. */
    public int[] predictions() {
        int[] predictions = new int[rows()];
        for (int row = 0; row < predictions.length; row++) {
            for (int label = 1; label < classes; label++) {
                if (at(row, label) > at(row, predictions[row])) {
                    predictions[row] = label;
                }
            }
        }
        return predictions;
    }

    /**
     * Share of samples whose true class is among the {@code m} highest scores, in [0, 1]; NaN without samples. Of equal
     * scores the first class counts as higher, and a class without any evidence (score 0) is never a hit, so that
     * k-NN with k below m gains nothing from classes no neighbour voted for.
     */
    public double accuracyAt(int m, int[] labels) {
        requireLabels(labels);
        int hits = 0;
        for (int row = 0; row < labels.length; row++) {
            double own = at(row, labels[row]);
            int above = 0;
            for (int label = 0; label < classes; label++) {
                double score = at(row, label);
                if (score > own || (score == own && label < labels[row])) {
                    above++;
                }
            }
            if (own > 0 && above < m) {
                hits++;
            }
        }
        return (double) hits / labels.length;
    }

    /** @throws IllegalArgumentException if there is not one label per sample */
    void requireLabels(int[] labels) {
        if (labels.length != rows()) {
            throw new IllegalArgumentException(
                    rows() + " score rows with " + labels.length + " labels; expected one each.");
        }
    }
}
