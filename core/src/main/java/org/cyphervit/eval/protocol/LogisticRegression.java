package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.eval.numeric.Lbfgs;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * Multinomial logistic regression on {@linkplain Standardization scaled} features, in float64: the minimum over W (D, C) and b of
 *
 * <pre>
 * 1/N sum_i -log softmax(x_i W + b)_{y_i} + penalty / 2 |W|^2
 * </pre>
 *
 * by L-BFGS, along a path of falling penalties, each starting from the one before. scikit-learn's C is 1 / (N penalty).
 * The penalty is chosen on a validation part of the training samples, then all of them are fitted.
 *
 * @param penalties falling, above 0
 */
public record LogisticRegression(List<Double> penalties, int iterations, double tolerance, long seed)
        implements Protocol<LabelledFeatures> {
    public LogisticRegression {
        penalties = List.copyOf(penalties);
        if (penalties.isEmpty() || penalties.stream().anyMatch(penalty -> !(penalty > 0))) {
            throw new UserError("Logistic regression needs penalties above 0; got " + penalties + ".");
        }
    }

    /** Penalties from 10 to 1e-5 in steps of a factor of ten. */
    static LogisticRegression standard(long seed) {
        return new LogisticRegression(List.of(10.0, 1.0, 0.1, 1e-2, 1e-3, 1e-4, 1e-5), 500, 1e-5, seed);
    }

    @Override
    public String name() {
        return "logistic";
    }

    @Override
    public ProtocolResult judge(LabelledFeatures train, LabelledFeatures test) {
        train.requireSamples("Logistic regression");
        train.requireSameClasses(test);
        ValidationSplit<LabelledFeatures> validation = ValidationSplit.of(train, seed);
        String chosen = ValidationSplit.best(path(validation.fit(), validation.check()));
        return ProtocolResult.of(name(), "penalty", chosen, path(train, test));
    }

    /**
     * The probabilities of each class for samples without labels, (M, C), with the penalty chosen on a part of the training
     * samples.
     *
     * @throws UserError without training samples
     */
    public ClassScores probabilities(LabelledFeatures train, FeatureMatrix queries) {
        train.requireSamples("Logistic regression");
        ValidationSplit<LabelledFeatures> validation = ValidationSplit.of(train, seed);
        Map<String, Scorecard> tried = path(validation.fit(), validation.check());
        int chosen = List.copyOf(tried.keySet()).indexOf(ValidationSplit.best(tried));
        return scores(train, queries).get(chosen);
    }

    private Map<String, Scorecard> path(LabelledFeatures train, LabelledFeatures test) {
        Map<String, Scorecard> cards = new LinkedHashMap<>();
        List<ClassScores> scores = scores(train, test.features());
        for (int i = 0; i < penalties.size(); i++) {
            cards.put(
                    String.format(Locale.ROOT, "%.0e", penalties.get(i)),
                    Scorecard.of(scores.get(i), test.labels(), test.classes()));
        }
        return cards;
    }

    /** The probabilities of each class for every penalty, (M, C) each. */
    List<ClassScores> scores(LabelledFeatures train, FeatureMatrix queries) {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Device cpu = new Device("cpu"); // float64 and small: other devices would wait for the walk
            Tensor raw = train.features().tensor(cpu, ScalarType.Double);
            Standardization scaling = Standardization.of(raw);
            Tensor x = scaling.apply(raw);
            Tensor q = scaling.apply(queries.tensor(cpu, ScalarType.Double));
            int width = train.features().width();
            int classes = train.classes().size();
            Tensor oneHot =
                    torch.one_hot(Tensors.ofLabels(train.labels()), classes).to(ScalarType.Double);
            long split = (long) width * classes; // W row by row, then b
            Tensor parameters =
                    torch.zeros(new long[] {split + classes}, x.options()).requires_grad_(true);
            List<ClassScores> all = new java.util.ArrayList<>();
            for (double penalty : penalties) {
                Lbfgs.minimize(
                        parameters,
                        () -> {
                            Tensor weights = parameters.narrow(0, 0, split);
                            Tensor fit = torch.log_softmax(logits(x, parameters, classes), -1)
                                    .mul(oneHot)
                                    .sum()
                                    .div(new Scalar((double) -x.size(0)));
                            return fit.add(weights.square().sum(), new Scalar(penalty / 2));
                        },
                        iterations,
                        tolerance);
                all.add(ClassScores.of(torch.softmax(logits(q, parameters, classes), -1)));
            }
            return all;
        }
    }

    private static Tensor logits(Tensor x, Tensor parameters, int classes) {
        long split = parameters.size(0) - classes;
        Tensor weights = parameters.narrow(0, 0, split).view(split / classes, classes);
        return torch.addmm(parameters.narrow(0, split, classes), x, weights);
    }
}
