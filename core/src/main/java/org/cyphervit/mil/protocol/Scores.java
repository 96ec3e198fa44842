package org.cyphervit.mil.protocol;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.metric.RegressionMetric;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.survival.Concordance;
import org.cyphervit.mil.survival.Survival;

/**
 * What was said of each example of a cohort by models that had not seen its patient, once per seed.
 *
 * @param cohort the examples
 * @param seeds a prediction of every example each
 */
public record Scores(Cohort cohort, List<Seed> seeds) {
    /** Metrics' names. */
    public static final String C_INDEX = "c_index";

    /**
     * The predictions of one seed.
     *
     * @param folds whose model said it
     * @param outputs of each example: probabilities, a number, or a log risk
     * @param isHigh whether a risk is above the median of its model's training risks; all false unless survival is learnt
     */
    public record Seed(Folds folds, double[][] outputs, boolean[] isHigh) {}

    /** Metrics of all examples by their stable names, the one that counts first; means over seeds. */
    public Map<String, Double> metrics() {
        return metrics(IntStream.range(0, cohort.size()).toArray());
    }

    /** The same of some examples, which may occur several times. */
    Map<String, Double> metrics(int[] examples) {
        Map<String, Double> sums = new LinkedHashMap<>();
        for (Seed seed : seeds) {
            metrics(seed, examples).forEach((name, value) -> sums.merge(name, value / seeds.size(), Double::sum));
        }
        return sums;
    }

    /** The metrics of one fold of one seed. */
    Map<String, Double> metrics(Seed seed, int fold) {
        return metrics(seed, seed.folds.test(fold));
    }

    private Map<String, Double> metrics(Seed seed, int[] examples) {
        return switch (cohort.task()) {
            case CLASSES -> classes(card(seed, examples).byKey());
            case NUMBER ->
                RegressionMetric.all(
                        Arrays.stream(examples)
                                .mapToDouble(i -> cohort.numbers()[i])
                                .toArray(),
                        Arrays.stream(examples)
                                .mapToDouble(i -> seed.outputs[i][0])
                                .toArray());
            case SURVIVAL -> Map.of(C_INDEX, concordance(seed, examples));
        };
    }

    // AUROC first: it is what the field reports, and needs no threshold.
    private static Map<String, Double> classes(Map<String, Double> byKey) {
        Map<String, Double> ordered = new LinkedHashMap<>();
        ordered.put("auroc", byKey.getOrDefault("auroc", Double.NaN));
        byKey.forEach(ordered::putIfAbsent);
        ordered.remove(ClassMetric.ACCURACY_AT_3.key()); // slides have few classes
        return ordered;
    }

    /** Everything about one seed's classes. */
    public Scorecard card(Seed seed) {
        return card(seed, IntStream.range(0, cohort.size()).toArray());
    }

    private Scorecard card(Seed seed, int[] examples) {
        int[] labels = cohort.labels();
        return Scorecard.of(
                probabilities(seed, examples),
                Arrays.stream(examples).map(i -> labels[i]).toArray(),
                cohort.classes());
    }

    /** The probabilities of one seed. */
    public ClassScores probabilities(Seed seed) {
        return probabilities(seed, IntStream.range(0, cohort.size()).toArray());
    }

    private ClassScores probabilities(Seed seed, int[] examples) {
        int classes = cohort.outputs();
        double[] values = new double[examples.length * classes];
        for (int i = 0; i < examples.length; i++) {
            System.arraycopy(seed.outputs[examples[i]], 0, values, i * classes, classes);
        }
        return new ClassScores(values, classes);
    }

    // Risks of different models have no common scale: pairs are compared within folds, each pair counting once.
    private double concordance(Seed seed, int[] examples) {
        Survival survival = cohort.survival();
        double sum = 0;
        int folds = 0;
        for (int f = 0; f < seed.folds.count(); f++) {
            int fold = f;
            int[] own = Arrays.stream(examples)
                    .filter(i -> seed.folds.of()[i] == fold)
                    .toArray();
            double index = Concordance.index(
                    Arrays.stream(own).mapToDouble(i -> seed.outputs[i][0]).toArray(), survival.select(own));
            if (!Double.isNaN(index)) {
                sum += index;
                folds++;
            }
        }
        return sum / folds;
    }

    /** Whether the first metric is better when it is higher. */
    boolean rises() {
        return cohort.task() != SlideTask.NUMBER;
    }
}
