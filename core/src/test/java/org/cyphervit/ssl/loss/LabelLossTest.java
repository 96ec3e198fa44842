package org.cyphervit.ssl.loss;

import static org.assertj.core.api.Assertions.assertThat;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LabelLossTest {
    private static final int[] LABELS = {2, 0, -1, 1, 2};
    private static final int C = 3;

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.1})
    void isTheMeanCrossEntropyOfTilesWithALabel(double smoothing) {
        try (Scope scope = Scope.open()) {
            Tensor labels = Tensors.onto(Tensors.ofLabels(LABELS), TestDevice.get());
            Definition.check(
                    Definition.random(1, LABELS.length, C),
                    scores -> definition(scores, smoothing),
                    scores -> LabelLoss.value(scores, labels, smoothing, Group.singleProcess())
                            .value());
        }
    }

    // Szegedy 2016, section 7: the truth is (1 - e) of the label and e of all classes alike.
    private static double definition(double[][] scores, double smoothing) {
        double sum = 0;
        int labelled = 0;
        for (int b = 0; b < scores.length; b++) {
            if (LABELS[b] < 0) {
                continue;
            }
            labelled++;
            double[] truth = new double[C];
            for (int c = 0; c < C; c++) {
                truth[c] = smoothing / C + (c == LABELS[b] ? 1 - smoothing : 0);
            }
            sum += Definition.crossEntropy(truth, Definition.softmax(scores[b], 1));
        }
        return sum / labelled;
    }

    @Test
    void withoutAnyLabelThereIsNothingToLearn() {
        try (Scope scope = Scope.open()) {
            Tensor scores = Definition.tensor(Definition.random(2, 2, C));
            Tensor none = Tensors.onto(Tensors.ofLabels(new int[] {-1, -1}), TestDevice.get());
            assertThat(LabelLoss.value(scores, none, 0.1, Group.singleProcess())
                            .value()
                            .item_double())
                    .isZero();
        }
    }
}
