package org.cyphervit.eval.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.T_TensorTensor_T;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.TargetFeatures;
import org.cyphervit.eval.metric.RegressionMetric;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Linear least squares on {@linkplain Standardization scaled} features, in float64: the minimum over w and b of
 *
 * <pre>
 * 1/N sum_i (x_i w + b - y_i)^2 + penalty |w|^2
 * </pre>
 *
 * for a path of penalties from one eigendecomposition; of all minima the shortest w where the penalty is 0. With more than
 * one penalty, the one with the least error on a validation part of the training samples is chosen.
 *
 * @param name of the protocol
 * @param penalties at least 0
 */
record RidgeRegression(String name, List<Double> penalties, long seed) implements Protocol<TargetFeatures> {
    private static final double RANK_TOLERANCE = 1e-12;

    RidgeRegression {
        penalties = List.copyOf(penalties);
        if (penalties.isEmpty() || penalties.stream().anyMatch(penalty -> !(penalty >= 0))) {
            throw new UserError("Least squares needs penalties of at least 0; got " + penalties + ".");
        }
    }

    /** Without a penalty: the paper's linear regression. */
    static RidgeRegression plain() {
        return new RidgeRegression("least-squares", List.of(0.0), 0);
    }

    /** Penalties from 1e-4 to 100 in steps of a factor of about three. */
    static RidgeRegression ridge(long seed) {
        return new RidgeRegression(
                "ridge", List.of(1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0), seed);
    }

    @Override
    public ProtocolResult judge(TargetFeatures train, TargetFeatures test) {
        if (train.size() < 2) {
            throw new UserError("Least squares needs at least 2 training samples; got " + train.size() + ".");
        }
        train.features().requireSameWidth(test.features());
        String chosen = key(penalties.getFirst());
        if (penalties.size() > 1) {
            ValidationSplit<TargetFeatures> validation = ValidationSplit.of(train, seed);
            List<double[]> estimates =
                    estimates(validation.fit(), validation.check().features());
            double least = Double.POSITIVE_INFINITY;
            for (int i = 0; i < penalties.size(); i++) {
                double error = Objects.requireNonNull(
                        RegressionMetric.all(validation.check().targets(), estimates.get(i))
                                .get(RegressionMetric.MSE.key()));
                if (error < least) {
                    least = error;
                    chosen = key(penalties.get(i));
                }
            }
        }
        Map<String, double[]> tried = new LinkedHashMap<>();
        List<double[]> estimates = estimates(train, test.features());
        for (int i = 0; i < penalties.size(); i++) {
            tried.put(key(penalties.get(i)), estimates.get(i));
        }
        return result(name, penalties.size() > 1 ? "penalty" : "", chosen, tried, test);
    }

    /** Of a regression that was tried with several settings. */
    static ProtocolResult result(
            String protocol, String setting, String chosen, Map<String, double[]> tried, TargetFeatures test) {
        Map<String, Map<String, Double>> sweep = new LinkedHashMap<>();
        tried.forEach((value, estimates) -> sweep.put(value, RegressionMetric.all(test.targets(), estimates)));
        double[] errors = Objects.requireNonNull(tried.get(chosen)).clone();
        for (int i = 0; i < errors.length; i++) {
            errors[i] = (errors[i] - test.targets()[i]) * (errors[i] - test.targets()[i]);
        }
        return new ProtocolResult(
                protocol, setting, chosen, Objects.requireNonNull(sweep.get(chosen)), sweep, errors, null);
    }

    /** Estimates for every penalty, M each. */
    List<double[]> estimates(TargetFeatures train, FeatureMatrix queries) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Device cpu = new Device("cpu");
            Tensor raw = train.features().tensor(cpu, ScalarType.Double);
            Standardization scaling = Standardization.of(raw);
            Tensor x = scaling.apply(raw); // (N, D), columns of mean 0, so that b is the mean target
            Tensor q = scaling.apply(queries.tensor(cpu, ScalarType.Double));
            double mean = Arrays.stream(train.targets()).average().orElseThrow();
            Tensor y = Tensors.of(train.targets(), train.size(), 1).sub(new Scalar(mean));
            Scalar n = new Scalar((double) train.size());
            T_TensorTensor_T eigen = torch.linalg_eigh(x.t().matmul(x).div(n));
            Tensor values = eigen.get0().clamp_min(new Scalar(0)); // (D), rising
            Tensor vectors = eigen.get1(); // (D, D)
            Tensor along = vectors.t().matmul(x.t().matmul(y).div(n)).squeeze(1); // (D)
            double cut = RANK_TOLERANCE * values.size(0) * values.max().item_double();
            Tensor inRank = values.gt(new Scalar(cut)).to(ScalarType.Double);
            List<double[]> all = new java.util.ArrayList<>();
            for (double penalty : penalties) {
                Tensor inverse = inRank.div(values.add(new Scalar(penalty)).clamp_min(new Scalar(Double.MIN_NORMAL)));
                Tensor w = vectors.matmul(along.mul(inverse).unsqueeze(1)); // (D, 1)
                all.add(Tensors.doubles(q.matmul(w).add(new Scalar(mean))));
            }
            return all;
        }
    }

    private static String key(double penalty) {
        return String.format(Locale.ROOT, "%.0e", penalty);
    }
}
