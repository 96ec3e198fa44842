package org.cyphervit.ssl.tokens;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.loss.Definition;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class TokenHeadsTest {
    private static final int D = 4;
    private static final int CLASSES = 3;

    // A value and a class of five views, NaN where unknown.
    private static final double[][] TRUTH = {{0.2, 1}, {0.9, Double.NaN}, {Double.NaN, 0}, {0.4, 2}, {0.6, 1}};

    @Test
    void valuesAreToldInTheirOwnDeviationsAndClassesInShareOfGuessing() {
        List<TargetValues.Target> targets =
                List.of(new TargetValues.Target("value", 0, 0), new TargetValues.Target("kind", 1, CLASSES));
        try (Scope scope = Scope.open();
                TokenHeads heads = new TokenHeads(
                        targets,
                        TokenTargetOptions.Through.TOKEN,
                        VitConfig.of(D, 1, 1, 8, 16),
                        new Init(1, TestDevice.get()))) {
            Map<String, Tensor> parameters = heads.parameters();
            double[][] value = rows(parameters, "head.0", 1);
            double[][] kind = rows(parameters, "head.1", CLASSES);
            Tensor truth = Definition.tensor(TRUTH);
            Definition.check(
                    Definition.random(2, TRUTH.length, D),
                    tokens -> ofValue(tokens, value[0]) + ofKind(tokens, kind),
                    tokens -> {
                        List<Tensor> losses = heads.losses(tokens.unsqueeze(1), truth);
                        return losses.get(0).add(losses.get(1));
                    });
        }
    }

    // The squared error over the variance of the known truth: 1 - R^2.
    private static double ofValue(double[][] tokens, double[] head) {
        double count = 0;
        double sum = 0;
        double squares = 0;
        for (double[] truth : TRUTH) {
            if (!Double.isNaN(truth[0])) {
                count++;
                sum += truth[0];
                squares += truth[0] * truth[0];
            }
        }
        double mean = sum / count;
        double deviation = Math.sqrt(squares / count - mean * mean);
        double error = 0;
        for (int b = 0; b < tokens.length; b++) {
            if (!Double.isNaN(TRUTH[b][0])) {
                error += Math.pow(said(tokens[b], head) - (TRUTH[b][0] - mean) / deviation, 2) / count;
            }
        }
        return error;
    }

    // The cross-entropy over that of guessing, ln C.
    private static double ofKind(double[][] tokens, double[][] heads) {
        double count = 0;
        double sum = 0;
        for (int b = 0; b < tokens.length; b++) {
            if (!Double.isNaN(TRUTH[b][1])) {
                double[] scores = new double[CLASSES];
                for (int c = 0; c < CLASSES; c++) {
                    scores[c] = said(tokens[b], heads[c]);
                }
                sum -= Math.log(Definition.softmax(scores, 1)[(int) TRUTH[b][1]]) / Math.log(CLASSES);
                count++;
            }
        }
        return sum / count;
    }

    // The last number of a head is its bias.
    private static double said(double[] token, double[] head) {
        double sum = head[D];
        for (int d = 0; d < D; d++) {
            sum += token[d] * head[d];
        }
        return sum;
    }

    private static double[][] rows(Map<String, Tensor> parameters, String name, int out) {
        float[] weight = Tensors.floats(Objects.requireNonNull(parameters.get(name + ".weight")));
        float[] bias = Tensors.floats(Objects.requireNonNull(parameters.get(name + ".bias")));
        double[][] rows = new double[out][D + 1];
        for (int c = 0; c < out; c++) {
            for (int d = 0; d < D; d++) {
                rows[c][d] = weight[c * D + d];
            }
            rows[c][D] = bias[c];
        }
        return rows;
    }
}
