package org.cyphervit.mil.fit;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.mil.aggregator.Aggregator;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.optim.Optimizer;
import org.cyphervit.optim.OptimizerOptions;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;

/**
 * Trains an aggregator on some examples of a cohort. Each learning rate is tried; of all epochs of all rates the weights with
 * the least loss on the validation examples are kept. A step holds the graph of one bag at a time, whatever the batch: the
 * risks of a step of survival are found first, and the gradient by each of them is then sent through its bag.
 */
public final class Fitting {
    private final Cohort cohort;
    private final BagMoments moments;
    private final FitOptions options;
    private final Objective objective;

    /** @param labels of the classes, one per example: the cohort's, or permuted ones */
    public Fitting(Cohort cohort, int[] labels, BagMoments moments, FitOptions options) {
        this.cohort = cohort;
        this.moments = moments;
        this.options = options;
        this.objective = new Objective(cohort, labels, options.ties());
    }

    /**
     * What training came to.
     *
     * @param net with the best weights; the caller closes it
     * @param learningRate that won
     * @param epoch whose weights were kept, from 1
     * @param validationLoss there
     * @param median of the training examples' risks, above which a patient is at high risk; 0 unless survival is learnt
     */
    public record Fitted(SlideNet net, double learningRate, int epoch, double validationLoss, double median) {}

    /**
     * Trains.
     *
     * @param train examples to learn from
     * @param validation examples to choose by, of other patients
     * @throws UserError if training diverges at every learning rate
     */
    public Fitted fit(int[] train, int[] validation, long seed) {
        Device device = Scope.keep(Engine.device(options.device()));
        try (Bags bags = new Bags(cohort, moments, options.kind(), device)) {
            Fitted best = null;
            for (double rate : options.learningRates()) {
                Fitted tried = new Attempt(bags, train, validation, rate, seed, device).run();
                boolean better = best == null || tried.validationLoss < best.validationLoss;
                Fitted worse = better ? best : tried;
                best = better ? tried : best;
                if (worse != null) {
                    worse.net.close();
                }
            }
            if (best == null || !Double.isFinite(best.validationLoss)) {
                throw new UserError("Training diverged at every learning rate (" + options.learningRates()
                        + "): the loss became " + (best == null ? "nothing" : best.validationLoss)
                        + ". Lower the learning rates.");
            }
            return cohort.task() == SlideTask.SURVIVAL
                    ? new Fitted(
                            best.net,
                            best.learningRate,
                            best.epoch,
                            best.validationLoss,
                            medianRisk(best.net, bags, train))
                    : best;
        } finally {
            Scope.free(device);
        }
    }

    /** Outputs of a network for some examples, C each, on their own scale. */
    public double[][] outputs(SlideNet net, int[] examples) {
        try (Bags bags = new Bags(cohort, moments, options.kind(), net.device())) {
            return outputs(net, bags, examples);
        }
    }

    /** Receives the attention of a network. */
    @FunctionalInterface
    public interface Looks {
        /** @param attention N numbers that sum to 1 */
        void at(int example, float[] attention);
    }

    /** Attention of a network over the instances of some examples; nothing of aggregators that do not attend. */
    public void attention(SlideNet net, int[] examples, Looks looks) {
        try (Bags bags = new Bags(cohort, moments, options.kind(), net.device());
                NoGradGuard noGrad = new NoGradGuard()) {
            bags.each(net, examples, 0, 0, (example, bag) -> {
                Tensor attention = net.pool(bag, ForwardMode.evaluation()).attention();
                if (attention != null) {
                    looks.at(example, Tensors.floats(attention));
                }
            });
        }
    }

    private static double[][] outputs(SlideNet net, Bags bags, int[] examples) {
        Map<Integer, double[]> rows = new LinkedHashMap<>();
        try (NoGradGuard noGrad = new NoGradGuard()) {
            bags.each(
                    net,
                    examples,
                    0,
                    0,
                    (example, bag) -> rows.put(
                            example,
                            Tensors.doubles(net.unscaled(
                                    net.pool(bag, ForwardMode.evaluation()).outputs()))));
        }
        return rows.values().toArray(double[][]::new);
    }

    private static double medianRisk(SlideNet net, Bags bags, int[] train) {
        double[] risks = Arrays.stream(outputs(net, bags, train))
                .mapToDouble(row -> row[0])
                .sorted()
                .toArray();
        int middle = risks.length / 2;
        return risks.length % 2 == 1 ? risks[middle] : (risks[middle - 1] + risks[middle]) / 2;
    }

    /** Training at one learning rate. */
    private final class Attempt {
        private final Bags bags;
        private final int[] train;
        private final int[] validation;
        private final double rate;
        private final long seed;
        private final SlideNet net;
        private final Optimizer optimizer;
        private final SeededGenerator generator;
        private final long steps;
        private long step;

        Attempt(Bags bags, int[] train, int[] validation, double rate, long seed, Device device) {
            this.bags = bags;
            this.train = train;
            this.validation = validation;
            this.rate = rate;
            this.seed = seed;
            this.generator = new SeededGenerator(SeededGenerator.mix(seed, 1), device);
            try (Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                this.net = new SlideNet(
                        options.kind(), cohort.width(), cohort.outputs(), options.aggregator(), new Init(seed, device));
                moments.scale(net, train);
                scaleNumbers();
            }
            this.steps = (long) options.epochs() * ((train.length + options.batch() - 1) / options.batch());
            this.optimizer = new Optimizer(
                    net.parameters(),
                    new OptimizerOptions(
                            new Schedule(rate, rate / 100, 0), Schedule.constant(options.weightDecay()), 0));
        }

        private void scaleNumbers() {
            if (cohort.task() == SlideTask.NUMBER) {
                double[] numbers = Arrays.stream(train)
                        .mapToDouble(i -> cohort.examples().get(i).target().number())
                        .toArray();
                double mean = Arrays.stream(numbers).average().orElse(0);
                double variance = Arrays.stream(numbers)
                        .map(v -> (v - mean) * (v - mean))
                        .average()
                        .orElse(0);
                net.scaleOutput(mean, Math.max(1e-6, Math.sqrt(variance)));
            }
        }

        Fitted run() {
            Map<String, Tensor> kept = new LinkedHashMap<>();
            double least = Double.POSITIVE_INFINITY;
            int best = 0;
            for (int epoch = 1; epoch <= options.epochs() && epoch - best <= options.patience(); epoch++) {
                epoch(epoch);
                double loss = validation.length == 0
                        ? -epoch // nothing to choose by: the last epoch
                        : objective.validation(outputs(net, bags, validation), validation);
                if (loss < least) {
                    least = loss;
                    best = epoch;
                    keep(kept);
                }
            }
            if (!kept.isEmpty()) {
                net.load(kept);
                kept.values().forEach(Scope::free);
            }
            net.trainable(false);
            optimizer.state().values().forEach(Scope::free);
            return new Fitted(net, rate, best, least, 0);
        }

        private void keep(Map<String, Tensor> kept) {
            kept.values().forEach(Scope::free);
            try (Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                net.state().forEach((name, tensor) -> kept.put(name, Scope.keep(tensor.clone())));
            }
        }

        private void epoch(int epoch) {
            List<Integer> order = new ArrayList<>(Arrays.stream(train).boxed().toList());
            Collections.shuffle(order, new Random(SeededGenerator.mix(seed, epoch)));
            for (int from = 0; from < order.size(); from += options.batch()) {
                int to = Math.min(order.size(), from + options.batch());
                step(order.subList(from, to).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
            }
        }

        private void step(int[] batch) {
            long drawn = SeededGenerator.mix(seed, 1000 + step);
            if (cohort.task() == SlideTask.SURVIVAL) {
                survivalStep(batch, drawn);
            } else {
                bags.each(
                        net,
                        batch,
                        options.instances(),
                        drawn,
                        (example, bag) -> back(objective
                                .bag(net, forward(bag, example), example)
                                .div(new Scalar((double) batch.length))));
            }
            optimizer.step(step, steps, name -> false);
            step++;
        }

        // A batch in which nobody had the event teaches nothing.
        private void survivalStep(int[] batch, long drawn) {
            Map<Integer, Double> risks = new LinkedHashMap<>();
            try (NoGradGuard noGrad = new NoGradGuard()) {
                bags.each(
                        net,
                        batch,
                        options.instances(),
                        drawn,
                        (example, bag) -> risks.put(
                                example, forward(bag, example).outputs().item_double()));
            }
            double[] gradients = objective.riskGradients(
                    risks.values().stream().mapToDouble(Double::doubleValue).toArray(), batch);
            Map<Integer, Double> byExample = new LinkedHashMap<>();
            for (int i = 0; i < batch.length; i++) {
                byExample.put(batch[i], gradients[i]);
            }
            bags.each(
                    net,
                    batch,
                    options.instances(),
                    drawn,
                    (example, bag) -> back(forward(bag, example)
                            .outputs()
                            .sum()
                            .mul(new Scalar(byExample.getOrDefault(example, 0.0)))));
        }

        private void back(Tensor loss) {
            options.precision().back(net.device(), loss::backward);
        }

        // The same dropout whenever an example is seen in a step.
        private Aggregator.Pooled forward(Tensor bag, int example) {
            ForwardMode mode = ForwardMode.training(generator.at(step * cohort.size() + example));
            return options.precision()
                    .run(net.device(), () -> net.pool(bag, mode))
                    .inFloat32();
        }
    }
}
