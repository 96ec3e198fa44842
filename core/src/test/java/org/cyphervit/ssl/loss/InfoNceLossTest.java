package org.cyphervit.ssl.loss;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class InfoNceLossTest {
    private static final int B = 3;
    private static final int OWN = 2;
    private static final double TEMPERATURE = 0.4;

    private final double[][] keys = Definition.random(1, 6, 4); // two processes' or more
    private final double[][] earlier = Definition.random(2, 5, 4);

    @Test
    void isTheScaledCrossEntropyOfFindingTheOwnKeyAmongAll() {
        try (Scope scope = Scope.open()) {
            Tensor all = Definition.tensor(keys);
            Definition.check(
                    Definition.random(3, B, 4),
                    queries -> definition(queries, false),
                    queries -> InfoNceLoss.value(queries, all, OWN, null, TEMPERATURE));
            Tensor queue = Tensors.normalizeRows(Definition.tensor(earlier), 1e-12);
            Definition.check(
                    Definition.random(3, B, 4),
                    queries -> definition(queries, true),
                    queries -> InfoNceLoss.value(queries, all, OWN, queue, TEMPERATURE));
        }
    }

    // Chen 2021, Eq. 1 times 2 tau, the mean over queries; key OWN + i is that of query i.
    private double definition(double[][] queries, boolean withQueue) {
        double sum = 0;
        for (int i = 0; i < B; i++) {
            double among = 0;
            for (double[] key : keys) {
                among += Math.exp(Definition.cosine(queries[i], key) / TEMPERATURE);
            }
            for (double[] key : withQueue ? earlier : new double[0][]) {
                among += Math.exp(Definition.cosine(queries[i], key) / TEMPERATURE);
            }
            double positive = Math.exp(Definition.cosine(queries[i], keys[OWN + i]) / TEMPERATURE);
            sum -= 2 * TEMPERATURE * Math.log(positive / among);
        }
        return sum / B;
    }
}
