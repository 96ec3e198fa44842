package org.cyphervit.eval.protocol;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.metric.Classification;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Few-shot classification by class means (SimpleShot, Wang 2019, with centred features of unit length): a test sample
 * belongs to the class whose mean over a few labelled samples is nearest by cosine. The sweep gives the mean accuracy over
 * random draws of so many samples per class and its standard deviation; the result itself uses all samples. Features are
 * centred on the mean of all training samples, which needs no labels.
 *
 * @param shots labelled samples per class
 * @param repeats draws of each
 */
record FewShotProtocol(List<Integer> shots, int repeats, long seed) implements Protocol<LabelledFeatures> {
    private static final double TEMPERATURE = 0.1; // turns cosines into shares; no prediction depends on it

    FewShotProtocol {
        shots = List.copyOf(shots);
        if (shots.stream().anyMatch(shot -> shot < 1) || repeats < 1) {
            throw new UserError(
                    "Prototypes need shots and repeats of at least 1; got " + shots + " and " + repeats + ".");
        }
    }

    @Override
    public String name() {
        return "prototypes";
    }

    @Override
    public ProtocolResult judge(LabelledFeatures train, LabelledFeatures test) {
        train.requireSamples("Few-shot classification");
        train.requireSameClasses(test);
        List<List<Integer>> members = new ArrayList<>();
        train.classes().forEach(name -> members.add(new ArrayList<>()));
        for (int i = 0; i < train.size(); i++) {
            members.get(train.labels()[i]).add(i);
        }
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Device cpu = new Device("cpu");
            Tensor raw = train.features().tensor(cpu, ScalarType.Float);
            Tensor mean = Tensors.mean(raw, 0).unsqueeze(0);
            Tensor known = Tensors.normalizeRows(raw.sub(mean), 1e-12);
            Tensor queries = Tensors.normalizeRows(
                    test.features().tensor(cpu, ScalarType.Float).sub(mean), 1e-12);
            Map<String, Map<String, Double>> sweep = new LinkedHashMap<>();
            for (int shot : shots) {
                sweep.put(Integer.toString(shot), few(shot, members, known, queries, test));
            }
            Scorecard all = Scorecard.of(scores(members, known, queries), test.labels(), test.classes());
            sweep.put("all", all.byKey());
            return new ProtocolResult(name(), "shots", "all", all.byKey(), sweep, all.hits(), all);
        }
    }

    private Map<String, Double> few(
            int shot, List<List<Integer>> members, Tensor known, Tensor queries, LabelledFeatures test) {
        Random random = new Random(seed + shot);
        double[] accuracies = new double[repeats];
        double[] balanced = new double[repeats];
        for (int r = 0; r < repeats; r++) {
            List<List<Integer>> drawn = new ArrayList<>();
            for (List<Integer> of : members) {
                drawn.add(random.ints(0, Math.max(1, of.size()))
                        .distinct()
                        .limit(Math.min(shot, of.size()))
                        .mapToObj(of::get)
                        .toList());
            }
            int[] predictions = scores(drawn, known, queries).predictions();
            Classification counts = Classification.of(test.labels(), predictions, test.classes());
            accuracies[r] = counts.accuracy();
            balanced[r] = counts.balancedAccuracy();
        }
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put("accuracy", Summary.of(accuracies).mean());
        metrics.put("accuracy_std", Summary.of(accuracies).std());
        metrics.put("balanced_accuracy", Summary.of(balanced).mean());
        return metrics;
    }

    private static ClassScores scores(List<List<Integer>> members, Tensor known, Tensor queries) {
        try (Scope scope = Scope.open()) {
            List<Tensor> means = new ArrayList<>();
            for (List<Integer> of : members) {
                long[] rows = of.stream().mapToLong(Integer::longValue).toArray();
                means.add(
                        rows.length == 0
                                ? torch.zeros(known.size(1)) // a class nobody knows is nobody's
                                : Tensors.mean(known.index_select(0, Tensors.of(rows, rows.length)), 0));
            }
            Tensor prototypes = Tensors.normalizeRows(Tensors.stack(means, 0), 1e-12); // (C, D)
            Tensor cosines = queries.matmul(prototypes.t()); // (M, C)
            Tensor scores = torch.softmax(cosines.div(new Scalar(TEMPERATURE)), -1);
            double[] shares = Tensors.doubles(scores);
            int classes = members.size();
            for (int c = 0; c < classes; c++) {
                if (members.get(c).isEmpty()) {
                    for (int i = c; i < shares.length; i += classes) {
                        shares[i] = 0;
                    }
                }
            }
            return new ClassScores(shares, classes);
        }
    }
}
