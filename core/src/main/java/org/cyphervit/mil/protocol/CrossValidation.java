package org.cyphervit.mil.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.cyphervit.UserError;
import org.cyphervit.compare.TTests;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.fit.Fitting;
import org.cyphervit.mil.fit.SlideNet;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.torch.SeededGenerator;

/**
 * Cross-validation by patient, repeated over seeds. In every fold settings are chosen on a fifth of its training patients;
 * the fold's own patients are looked at once.
 */
public final class CrossValidation {
    private final Cohort cohort;
    private final List<Folds> folds;
    private final long seed;
    private final Consumer<String> tell;

    /**
     * @param folds one for each seed
     * @param seed of weights, batches and validation parts
     * @param tell is told of each fold that is done
     * @throws UserError if a patient is in two folds
     */
    public CrossValidation(Cohort cohort, List<Folds> folds, long seed, Consumer<String> tell) {
        this.cohort = cohort;
        this.folds = List.copyOf(folds);
        this.seed = seed;
        this.tell = tell;
        folds.forEach(fold -> fold.requireApart(cohort));
    }

    /** Looks at a model of each fold after its test, before it is gone. */
    @FunctionalInterface
    public interface Visitor {
        void tested(Fitting fitting, SlideNet net, int[] test);
    }

    private static final Visitor NOBODY = (fitting, net, test) -> {};

    /** Trains an aggregator in every fold. */
    public ValidatedModel train(String key, String name, BagMoments moments, FitOptions options) {
        return train(key, name, moments, options, NOBODY);
    }

    /** The same, with somebody who looks at the models. */
    public ValidatedModel train(String key, String name, BagMoments moments, FitOptions options, Visitor visitor) {
        return train(key, name, cohort, moments, options, false, visitor);
    }

    /** The same on other features of the same examples. */
    public ValidatedModel train(String key, String name, Cohort other, BagMoments moments, FitOptions options) {
        List<String> own = cohort.examples().stream().map(Example::name).toList();
        List<String> theirs = other.examples().stream().map(Example::name).toList();
        if (!own.equals(theirs)) {
            throw new UserError("The encoders to compare have features of other slides: " + own.size() + " and "
                    + theirs.size() + ". Embed the same slides with both.");
        }
        return train(key, name, other, moments, options, false, NOBODY);
    }

    /** Mean pooling that learns labels permuted among the training examples: what chance and leakage come to. */
    public ValidatedModel permuted(BagMoments moments, FitOptions options) {
        return train(
                "permuted_labels", "permuted labels", cohort, moments, options.with(AggregatorKind.MEAN), true, NOBODY);
    }

    /** What needs no features: the shares of classes, the mean number, or one risk for all. */
    public ValidatedModel majority() {
        List<Scores.Seed> seeds = new ArrayList<>();
        for (Folds fold : folds) {
            double[][] outputs = new double[cohort.size()][];
            for (int f = 0; f < fold.count(); f++) {
                int own = f;
                int[] train = IntStream.range(0, cohort.size())
                        .filter(i -> fold.of()[i] != own)
                        .toArray();
                double[] constant = constant(train);
                for (int i : fold.test(f)) {
                    outputs[i] = constant;
                }
            }
            seeds.add(new Scores.Seed(fold, outputs, new boolean[cohort.size()]));
        }
        String name = cohort.task() == SlideTask.CLASSES ? "majority" : "constant";
        return ValidatedModel.of("majority", name, new Scores(cohort, seeds), List.of(), seed);
    }

    private double[] constant(int[] train) {
        return switch (cohort.task()) {
            case CLASSES -> {
                double[] shares = new double[cohort.outputs()];
                int[] labels = cohort.labels();
                Arrays.stream(train).forEach(i -> shares[labels[i]] += 1.0 / train.length);
                yield shares;
            }
            case NUMBER -> {
                double[] numbers = cohort.numbers();
                yield new double[] {
                    Arrays.stream(train).mapToDouble(i -> numbers[i]).average().orElse(0)
                };
            }
            case SURVIVAL -> new double[] {0};
        };
    }

    private ValidatedModel train(
            String key,
            String name,
            Cohort features,
            BagMoments moments,
            FitOptions options,
            boolean permuted,
            Visitor visitor) {
        List<Scores.Seed> seeds = new ArrayList<>();
        List<String> chosen = new ArrayList<>();
        for (int s = 0; s < folds.size(); s++) {
            Folds fold = folds.get(s);
            double[][] outputs = new double[cohort.size()][];
            boolean[] isHigh = new boolean[cohort.size()];
            for (int f = 0; f < fold.count(); f++) {
                long drawn = SeededGenerator.mix(seed, 100L * s + f);
                StratifiedSplit parts = fold.train(cohort, f, drawn);
                Cohort learnt = permuted ? permute(features, fold, f, drawn) : features;
                Fitting fitting = new Fitting(learnt, learnt.labels(), moments, options);
                Fitting.Fitted fitted = fitting.fit(parts.rest(), parts.drawn(), drawn);
                int[] test = fold.test(f);
                double[][] said = fitting.outputs(fitted.net(), test);
                for (int i = 0; i < test.length; i++) {
                    isHigh[test[i]] = cohort.task() == SlideTask.SURVIVAL && said[i][0] > fitted.median();
                    outputs[test[i]] =
                            cohort.task() == SlideTask.CLASSES ? TrainedAggregator.softmax(said[i]) : said[i];
                }
                visitor.tested(fitting, fitted.net(), test);
                fitted.net().close();
                chosen.add(String.format(Locale.ROOT, "lr %.0e, epoch %d", fitted.learningRate(), fitted.epoch()));
                tell.accept(String.format(
                        Locale.ROOT,
                        "%s: seed %d of %d, fold %d of %d, %s",
                        name,
                        s + 1,
                        folds.size(),
                        f + 1,
                        fold.count(),
                        chosen.getLast()));
            }
            seeds.add(new Scores.Seed(fold, outputs, isHigh));
        }
        return ValidatedModel.of(key, name, new Scores(cohort, seeds), chosen, seed);
    }

    // Targets change hands among the training examples; those of the fold stay.
    private static Cohort permute(Cohort cohort, Folds folds, int fold, long seed) {
        int[] train = IntStream.range(0, cohort.size())
                .filter(i -> folds.of()[i] != fold)
                .toArray();
        List<Integer> order = new ArrayList<>(Arrays.stream(train).boxed().toList());
        Collections.shuffle(order, new Random(seed));
        var examples = new ArrayList<>(cohort.examples());
        for (int i = 0; i < train.length; i++) {
            var from = cohort.examples().get(order.get(i));
            var to = cohort.examples().get(train[i]);
            examples.set(train[i], new Example(to.name(), to.patient(), to.bags(), from.target()));
        }
        return new Cohort(cohort.task(), cohort.classes(), examples, cohort.encoder(), cohort.counts());
    }

    /**
     * The corrected test (Nadeau and Bengio 2003) of whether two rows differ, over folds and seeds.
     *
     * @param metric that is compared: the first, or balanced accuracy where a fold has one class alone
     * @param result of the test; NaN where nothing varies
     */
    public record Comparison(String metric, TTests.Result result) {}

    /** Compares two rows that were judged on the same folds. */
    public Comparison compare(ValidatedModel a, ValidatedModel b) {
        String headline = a.headline();
        double[] first = perFold(a, headline);
        double[] second = perFold(b, headline);
        boolean whole = IntStream.range(0, first.length).noneMatch(i -> Double.isNaN(first[i] + second[i]));
        int count = folds.getFirst().count();
        if (!whole && cohort.task() == SlideTask.CLASSES) {
            String plain = "balanced_accuracy";
            return new Comparison(plain, TTests.resampled(perFold(a, plain), perFold(b, plain), 1.0 / (count - 1)));
        }
        return new Comparison(headline, TTests.resampled(first, second, 1.0 / (count - 1)));
    }

    private static double[] perFold(ValidatedModel model, String metric) {
        List<Double> values = new ArrayList<>();
        for (Scores.Seed seed : model.scores().seeds()) {
            for (int f = 0; f < seed.folds().count(); f++) {
                values.add(model.scores().metrics(seed, f).getOrDefault(metric, Double.NaN));
            }
        }
        return values.stream().mapToDouble(Double::doubleValue).toArray();
    }
}
