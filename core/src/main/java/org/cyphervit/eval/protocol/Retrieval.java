package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.eval.numeric.CosineNeighbours;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Finding tiles of the same class: each test sample asks for the nearest training samples by cosine. For the first k,
 *
 * <pre>
 * AP@k = sum_{i <= k} [i-th is of the class] (share of the class among the first i) / min(k, samples of the class)
 * </pre>
 *
 * whose mean over test samples is mAP@k; precision@k is the share of the class among the first k.
 *
 * @param ks rising; the result is that of 10, or the largest below
 */
record Retrieval(List<Integer> ks, String device) implements Protocol<LabelledFeatures> {
    Retrieval {
        ks = ks.stream().distinct().sorted().toList();
        if (ks.isEmpty() || ks.getFirst() < 1) {
            throw new UserError("Retrieval needs values of k of at least 1; got " + ks + ".");
        }
    }

    @Override
    public String name() {
        return "retrieval";
    }

    @Override
    public ProtocolResult judge(LabelledFeatures train, LabelledFeatures test) {
        train.requireSamples("Retrieval");
        train.requireSameClasses(test);
        int depth = Math.min(ks.getLast(), train.size());
        int[] available = train.counts();
        Map<Integer, double[]> averages = new LinkedHashMap<>();
        Map<Integer, double[]> precisions = new LinkedHashMap<>();
        ks.forEach(k -> {
            averages.put(k, new double[test.size()]);
            precisions.put(k, new double[test.size()]);
        });
        try (Scope scope = Scope.open()) {
            CosineNeighbours.search(
                    train.features(),
                    test.features(),
                    depth,
                    Engine.device(device),
                    null,
                    (first, similar, indices) -> {
                        long[] found = Tensors.longs(indices); // (B, depth)
                        for (int q = 0; q < found.length / depth; q++) {
                            int label = test.labels()[first + q];
                            double hits = 0;
                            double sum = 0;
                            for (int i = 1; i <= depth; i++) {
                                if (train.labels()[(int) found[q * depth + i - 1]] == label) {
                                    hits++;
                                    sum += hits / i;
                                }
                                if (averages.containsKey(i)) {
                                    Objects.requireNonNull(averages.get(i))[first + q] =
                                            available[label] == 0 ? 0 : sum / Math.min(i, available[label]);
                                    Objects.requireNonNull(precisions.get(i))[first + q] = hits / i;
                                }
                            }
                        }
                    });
        }
        Map<String, Map<String, Double>> sweep = new LinkedHashMap<>();
        int shown = 0;
        for (int k : ks) {
            if (k <= depth) {
                Map<String, Double> metrics = new LinkedHashMap<>();
                metrics.put(
                        "map",
                        Summary.of(Objects.requireNonNull(averages.get(k))).mean());
                metrics.put(
                        "precision",
                        Summary.of(Objects.requireNonNull(precisions.get(k))).mean());
                sweep.put(Integer.toString(k), metrics);
                shown = k <= 10 || shown == 0 ? k : shown;
            }
        }
        if (shown == 0) {
            throw new UserError("Retrieval of the first " + ks.getFirst() + " needs as many training samples; got "
                    + train.size() + ".");
        }
        String chosen = Integer.toString(shown);
        return new ProtocolResult(
                name(),
                "k",
                chosen,
                Objects.requireNonNull(sweep.get(chosen)),
                sweep,
                Objects.requireNonNull(averages.get(shown)),
                null);
    }
}
