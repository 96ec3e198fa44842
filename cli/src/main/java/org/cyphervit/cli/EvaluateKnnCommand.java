package org.cyphervit.cli;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureMatrix;
import org.cyphervit.eval.Classification;
import org.cyphervit.eval.Floors;
import org.cyphervit.eval.Knn;
import org.cyphervit.eval.KnnEvaluation;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.Summary;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.Recipes;
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
        List<KnnEvaluation> trained = new ArrayList<>();
        List<KnnEvaluation> untrained = new ArrayList<>();
        for (Path encoder : encoders) {
            try (Backbone backbone = EncoderFile.read(encoder, Engine.device(device));
                    Backbone twin = backbone.config().build(seed(encoder), Engine.device(device))) {
                trained.add(evaluate("trained", backbone, split, knn));
                untrained.add(evaluate("untrained", twin, split, knn));
            }
        }
        KnnEvaluation colors = floor(
                "colour histogram",
                Floors.colorHistograms(split.train()),
                Floors.colorHistograms(split.test()),
                split,
                knn);
        KnnEvaluation thumbnails =
                floor("8 x 8 thumbnail", Floors.thumbnails(split.train()), Floors.thumbnails(split.test()), split, knn);
        System.err.printf(
                "%d tiles to learn from, %d to test on, %d classes%n%n",
                split.train().size(),
                split.test().size(),
                split.train().classes().size());
        Tables.knn(System.err, List.of(trained, untrained, List.of(colors), List.of(thumbnails)));
        Tables.confusion(System.err, trained.getFirst().chosen());
        double p = Summary.pairedP(accuracies(trained), accuracies(untrained));
        if (trained.size() > 1) {
            System.err.printf("Trained against untrained over %d seeds: p = %.4f (paired t)%n", trained.size(), p);
            json.put("p_untrained", p);
        }
        json.put("trained", entry(trained))
                .put("untrained", entry(untrained))
                .put("color_histogram", entry(List.of(colors)))
                .put("thumbnail", entry(List.of(thumbnails)))
                .put("tiles_train", split.train().size())
                .put("tiles_test", split.test().size())
                .print();
        return 0;
    }

    private KnnEvaluation evaluate(String name, Backbone backbone, Split split, Knn knn) {
        Embedder standard = Embedder.of(backbone, device);
        Embedder embedder =
                size == 0 ? standard : new Embedder(size, standard.batch(), device, Precision.FP32, standard.threads());
        return KnnEvaluation.of(
                name,
                LabelledFeatures.of(split.train(), embedder.embed(backbone, split.train())),
                LabelledFeatures.of(split.test(), embedder.embed(backbone, split.test())),
                knn);
    }

    private static KnnEvaluation floor(String name, FeatureMatrix train, FeatureMatrix test, Split split, Knn knn) {
        return KnnEvaluation.of(
                name,
                LabelledFeatures.of(split.train(), all(split.train()), train),
                LabelledFeatures.of(split.test(), all(split.test()), test),
                knn);
    }

    private static int[] all(TileSource source) {
        return java.util.stream.IntStream.range(0, source.size()).toArray();
    }

    // The untrained twin has the very weights the run began with.
    private static long seed(Path encoder) throws IOException {
        String recipe = EncoderFile.notes(encoder).get("recipe");
        return recipe == null ? 0 : Recipes.parse(recipe).run().seed();
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
