package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SplittableRandom;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;

/**
 * Linear probing as DINO and iBOT do it (Caron 2021, Zhou 2021): a linear layer trained by SGD with momentum and a cosine
 * schedule without weight decay, for a sweep of learning rates. All layers of the sweep are trained at once, as one of
 * (D, H * C), on the same batches; the gradient of softmax and cross-entropy is written out. Deviations: features are
 * {@linkplain Standardization scaled} and not augmented, and the learning rate is chosen on a validation part of the training
 * samples, then all of them are trained on.
 *
 * @param learningRates for that batch; of other batches in proportion, as DINO scales them
 * @param epochs passes over the samples
 * @param batch samples per step; fewer where there are fewer, up to four times as many for sets of 100,000
 * @param momentum of SGD
 */
record LinearProbe(List<Double> learningRates, int epochs, int batch, double momentum, long seed, String device)
        implements Protocol<LabelledFeatures> {
    LinearProbe {
        learningRates = List.copyOf(learningRates);
        if (learningRates.isEmpty() || epochs < 1 || batch < 1) {
            throw new UserError("A linear probe needs learning rates, epochs and a batch of at least 1.");
        }
    }

    /** iBOT's span of learning rates, 100 epochs, batches of 256, momentum 0.9. */
    static LinearProbe standard(Protocols.Options options) {
        return new LinearProbe(
                List.of(1e-4, 3e-4, 1e-3, 3e-3, 1e-2, 3e-2, 0.1, 0.3), 100, 256, 0.9, options.seed(), options.device());
    }

    @Override
    public String name() {
        return "linear";
    }

    @Override
    public ProtocolResult judge(LabelledFeatures train, LabelledFeatures test) {
        train.requireSamples("Linear probing");
        train.requireSameClasses(test);
        ValidationSplit<LabelledFeatures> validation = ValidationSplit.of(train, seed);
        String chosen = ValidationSplit.best(fit(validation.fit(), validation.check()));
        return ProtocolResult.of(name(), "lr", chosen, fit(train, test));
    }

    /** Trains all layers and judges each. */
    private Map<String, Scorecard> fit(LabelledFeatures train, LabelledFeatures test) {
        Map<String, Scorecard> cards = new LinkedHashMap<>();
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Device where = Engine.device(device);
            Tensor x = train.features().tensor(where, ScalarType.Float); // (N, D)
            Standardization scaling = Standardization.of(x);
            Sweep sweep = new Sweep(x.size(1), train.classes().size(), where);
            sweep.train(scaling.apply(x), Tensors.ofLabels(train.labels()).to(where, ScalarType.Long));
            Tensor queries = scaling.apply(test.features().tensor(where, ScalarType.Float));
            Tensor scores = torch.softmax(sweep.logits(queries), -1); // (M, H, C)
            for (int h = 0; h < learningRates.size(); h++) {
                cards.put(
                        String.format(Locale.ROOT, "%.0e", learningRates.get(h)),
                        Scorecard.of(ClassScores.of(scores.select(1, h)), test.labels(), test.classes()));
            }
        }
        return cards;
    }

    /** H linear layers side by side. */
    private final class Sweep {
        private final long classes;
        private final Tensor weights; // (D, H * C)
        private final Tensor bias; // (1, H * C)
        private final Tensor weightVelocity;
        private final Tensor biasVelocity;
        private final Tensor rates; // (1, H * C)

        Sweep(long width, int classes, Device where) {
            this.classes = classes;
            long columns = (long) learningRates.size() * classes;
            this.weights = new SeededGenerator(seed, where).normal(0.01, width, columns);
            this.bias = torch.zeros(1, columns).to(where, ScalarType.Float);
            this.weightVelocity = torch.zeros_like(weights);
            this.biasVelocity = torch.zeros_like(bias);
            float[] each = new float[(int) columns];
            for (int i = 0; i < each.length; i++) {
                each[i] = learningRates.get(i / classes).floatValue();
            }
            this.rates = Tensors.of(each, 1, columns).to(where, ScalarType.Float);
        }

        Tensor logits(Tensor x) {
            return torch.addmm(bias, x, weights).reshape(x.size(0), learningRates.size(), classes);
        }

        void train(Tensor x, Tensor labels) {
            Tensor oneHot = torch.one_hot(labels, classes).to(ScalarType.Float).unsqueeze(1); // (N, 1, C)
            int n = Math.toIntExact(x.size(0));
            int size = Math.min(n, Math.clamp(n / 100, batch, 4 * batch));
            double perBatch = (double) size / batch;
            long steps = (long) epochs * (n / size);
            SplittableRandom random = new SplittableRandom(seed);
            for (long step = 0; step < steps; ) {
                long[] order = permutation(n, random);
                for (int first = 0; first + size <= n && step < steps; first += size, step++) {
                    try (Scope scope = Scope.open()) {
                        Tensor rows = Tensors.of(java.util.Arrays.copyOfRange(order, first, first + size), size)
                                .to(x.device(), ScalarType.Long);
                        step(x.index_select(0, rows), oneHot.index_select(0, rows), perBatch * cosine(step, steps));
                    }
                }
            }
        }

        // dL/dlogits = (softmax - one-hot) / B
        private void step(Tensor x, Tensor oneHot, double factor) {
            Tensor gradient = torch.softmax(logits(x), -1)
                    .sub(oneHot)
                    .div(new Scalar((double) x.size(0)))
                    .reshape(x.size(0), -1); // (B, H * C)
            Tensor rate = rates.mul(new Scalar(-factor));
            weightVelocity.mul_(new Scalar(momentum)).add_(x.t().matmul(gradient));
            biasVelocity.mul_(new Scalar(momentum)).add_(Tensors.sumKeeping(gradient, 0));
            weights.addcmul_(weightVelocity, rate);
            bias.addcmul_(biasVelocity, rate);
        }
    }

    private static double cosine(long step, long steps) {
        return 0.5 * (1 + Math.cos(Math.PI * step / steps));
    }

    private static long[] permutation(int n, SplittableRandom random) {
        long[] order = new long[n];
        for (int i = 0; i < n; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
        return order;
    }
}
