package org.cyphervit.mil.survival;

import java.util.HashMap;
import java.util.Map;
import org.bytedeco.javacpp.DoublePointer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.torch.Tensors;

/**
 * The negative log partial likelihood of Cox (1972), summed over events. With event e at time t, risk set R of those with
 * times of at least t, and D of the d events at t:
 *
 * <pre>
 * sum_e log( sum_R exp(r) - l/d sum_D exp(r) ) - r_e
 * </pre>
 *
 * where Efron (1977) counts the events of a tie by l = 0, ..., d - 1, and Breslow (1974) has l = 0 for all.
 */
public final class CoxLoss {
    private CoxLoss() {}

    /** What is done where several events share a time. */
    public enum Ties {
        BRESLOW,
        EFRON
    }

    /**
     * The loss, a scalar; 0 where no event was seen.
     *
     * @param risk (N), log risks; gradients flow into it
     */
    public static Tensor of(Tensor risk, Survival survival, Ties ties) {
        int n = survival.size();
        if (risk.numel() != n) {
            throw new IllegalArgumentException(risk.numel() + " risks for " + n + " patients; expected one each.");
        }
        if (survival.count() == 0) {
            return risk.sum().mul(new org.bytedeco.pytorch.Scalar(0));
        }
        Tensor flat = risk.reshape(n);
        Tensor largest = flat.max().detach(); // no exponential overflows
        Tensor shares = flat.sub(largest).exp().unsqueeze(1); // (N,1)
        Tensor sums = weights(survival, ties)
                .to(risk.device(), risk.scalar_type())
                .matmul(shares)
                .squeeze(1);
        Tensor own = flat.index_select(0, Tensors.ofLabels(events(survival)).to(risk.device(), ScalarType.Long));
        return sums.log().add(largest).sub(own).sum();
    }

    // (E,N) float64: row e holds 1 for the risk set of event e, less l/d for the events it is tied with.
    private static Tensor weights(Survival survival, Ties ties) {
        int[] events = events(survival);
        int n = survival.size();
        double[] times = survival.times();
        double[] weights = new double[Math.multiplyExact(events.length, n)];
        Map<Double, Integer> seen = new HashMap<>();
        for (int e = 0; e < events.length; e++) {
            double time = times[events[e]];
            int l = seen.merge(time, 1, Integer::sum) - 1;
            double tied = ties == Ties.BRESLOW ? 0 : (double) l / survival.eventsAt(time);
            for (int i = 0; i < n; i++) {
                boolean isTied = survival.events()[i] && times[i] == time;
                weights[e * n + i] = times[i] >= time ? 1 - (isTied ? tied : 0) : 0;
            }
        }
        Tensor tensor = torch.empty(new long[] {events.length, n}, Tensors.options(ScalarType.Double), null);
        new DoublePointer(tensor.data_ptr()).put(weights, 0, weights.length);
        return tensor;
    }

    private static int[] events(Survival survival) {
        return java.util.stream.IntStream.range(0, survival.size())
                .filter(i -> survival.events()[i])
                .toArray();
    }
}
