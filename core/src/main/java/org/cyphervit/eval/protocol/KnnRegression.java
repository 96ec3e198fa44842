package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.eval.TargetFeatures;
import org.cyphervit.eval.metric.RegressionMetric;

/** The weighted mean of the nearest neighbours' targets; k is the one with the least squared error on a validation part. */
record KnnRegression(Knn knn, long seed) implements Protocol<TargetFeatures> {
    @Override
    public String name() {
        return "knn-regression";
    }

    @Override
    public ProtocolResult judge(TargetFeatures train, TargetFeatures test) {
        ValidationSplit<TargetFeatures> validation = ValidationSplit.of(train, seed);
        String chosen = "";
        double least = Double.POSITIVE_INFINITY;
        for (Knn.Estimates estimates : estimates(validation.fit(), validation.check())) {
            double error = Objects.requireNonNull(
                    RegressionMetric.all(validation.check().targets(), estimates.values())
                            .get(RegressionMetric.MSE.key()));
            if (error < least) {
                least = error;
                chosen = Integer.toString(estimates.k());
            }
        }
        Map<String, double[]> tried = new LinkedHashMap<>();
        for (Knn.Estimates estimates : estimates(train, test)) {
            tried.put(Integer.toString(estimates.k()), estimates.values());
        }
        return RidgeRegression.result(
                name(),
                "k",
                tried.containsKey(chosen) ? chosen : tried.keySet().iterator().next(),
                tried,
                test);
    }

    private java.util.List<Knn.Estimates> estimates(TargetFeatures train, TargetFeatures test) {
        return knn.regress(train.features(), train.targets(), test.features());
    }
}
