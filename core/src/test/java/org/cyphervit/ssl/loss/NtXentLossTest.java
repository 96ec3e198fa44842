package org.cyphervit.ssl.loss;

import org.cyphervit.group.Group;
import org.junit.jupiter.api.Test;

class NtXentLossTest {
    private static final int B = 3;
    private static final double TEMPERATURE = 0.4;

    @Test
    void isTheCrossEntropyOfFindingThePartnerAmongAllOtherViews() {
        Definition.check(
                Definition.random(1, 2 * B, 4),
                NtXentLossTest::definition,
                projections -> NtXentLoss.value(projections, TEMPERATURE, Group.singleProcess()));
    }

    // Chen 2020, Eq. 1, the mean over all ordered pairs of partners.
    private static double definition(double[][] z) {
        double sum = 0;
        for (int i = 0; i < 2 * B; i++) {
            int j = (i + B) % (2 * B);
            double others = 0;
            for (int k = 0; k < 2 * B; k++) {
                others += k == i ? 0 : Math.exp(Definition.cosine(z[i], z[k]) / TEMPERATURE);
            }
            sum -= Math.log(Math.exp(Definition.cosine(z[i], z[j]) / TEMPERATURE) / others);
        }
        return sum / (2 * B);
    }
}
