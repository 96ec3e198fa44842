package org.cyphervit.cli;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cyphervit.data.Split;
import org.cyphervit.eval.Classification;
import org.cyphervit.eval.Knn;
import org.cyphervit.eval.KnnEvaluation;
import org.cyphervit.eval.Summary;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "knn",
        description = {
            "k-nearest neighbours on frozen features (DINO's protocol), always beside the same backbone untrained, colour"
                    + " histograms and 8 x 8 thumbnails.",
            "k is chosen among the training tiles alone. Several encoders (seeds) give mean ± std and a paired t-test."
        },
        sortOptions = false,
        mixinStandardHelpOptions = true)
final class EvaluateKnnCommand implements Callable<Integer> {
    @Option(
            names = "--encoder",
            required = true,
            arity = "1..*",
            paramLabel = "RUN",
            description = "Folders of runs or encoder files; runs that differ by seed are averaged.")
    private List<Path> encoders = List.of();

    @Option(names = "--k", split = ",", defaultValue = "5,10,20,50,100", description = "Default: ${DEFAULT-VALUE}.")
    private List<Integer> ks = List.of();

    @Option(names = "--size", description = "Side of the images, pixels. Default: the backbone's.")
    private int size;

    @Option(names = "--device", defaultValue = "cpu", description = "cpu, cuda, cuda:1, ... Default: cpu.")
    private String device = "cpu";

    @Mixin
    private SplitOptions options = new SplitOptions();

    @Mixin
    private JsonOption json = new JsonOption();

    @Override
    public Integer call() throws Exception {
        Split split = options.open();
        Knn knn = new Knn(ks, Knn.TEMPERATURE, device);
        KnnComparison comparison = KnnComparison.of(encoders, split, knn, size);
        List<KnnEvaluation> trained = comparison.trained();
        List<KnnEvaluation> untrained = comparison.untrained();
        System.err.printf(
                "%d tiles to learn from, %d to test on, %d classes%n%n",
                split.train().size(),
                split.test().size(),
                split.train().classes().size());
        Tables.knn(System.err, comparison.rows());
        Tables.confusion(System.err, trained.getFirst().chosen());
        double p = Summary.pairedP(accuracies(trained), accuracies(untrained));
        if (trained.size() > 1) {
            System.err.printf("Trained against untrained over %d seeds: p = %.4f (paired t)%n", trained.size(), p);
            json.put("p_untrained", p);
        }
        json.put("trained", entry(trained))
                .put("untrained", entry(untrained))
                .put("color_histogram", entry(List.of(comparison.colors())))
                .put("thumbnail", entry(List.of(comparison.thumbnails())))
                .put("tiles_train", split.train().size())
                .put("tiles_test", split.test().size())
                .print();
        return 0;
    }

    private static double[] accuracies(List<KnnEvaluation> evaluations) {
        return evaluations.stream().mapToDouble(e -> e.chosen().accuracy()).toArray();
    }

    private static Map<String, Object> entry(List<KnnEvaluation> evaluations) {
        Map<String, Object> entry = new LinkedHashMap<>();
        entry.put("accuracy", Summary.of(accuracies(evaluations)).mean());
        entry.put("accuracies", accuracies(evaluations));
        entry.put(
                "balanced_accuracy",
                evaluations.stream()
                        .mapToDouble(e -> e.chosen().balancedAccuracy())
                        .average()
                        .orElse(Double.NaN));
        entry.put("k", evaluations.stream().map(KnnEvaluation::chosenK).toList());
        Map<Integer, Double> byK = new java.util.TreeMap<>();
        evaluations
                .getFirst()
                .byK()
                .keySet()
                .forEach(k -> byK.put(
                        k,
                        evaluations.stream()
                                .map(e -> e.byK().get(k))
                                .filter(java.util.Objects::nonNull)
                                .mapToDouble(Classification::accuracy)
                                .average()
                                .orElse(Double.NaN)));
        entry.put("accuracy_by_k", byK);
        entry.put("confusion", evaluations.getFirst().chosen().confusion());
        return entry;
    }
}
