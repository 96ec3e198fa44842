package org.cyphervit.eval.finetune;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.TileSubset;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.eval.metric.Scorecard;
import org.jspecify.annotations.Nullable;

/**
 * Semi-supervised learning (CypherViT paper, Table 2): the whole network is fine-tuned with a share of the labels, evenly
 * over the classes; a smaller share is part of a larger one. A fifth of those tiles decides when to stop.
 *
 * @param split tiles with labels to draw from, and to test on
 * @param options of fine-tuning; its seed also draws the labels
 */
public record FewLabels(Split split, FineTuneOptions options) {
    /** The paper's shares of labels. */
    public static final List<Double> SHARES = List.of(0.01, 0.05, 0.1, 0.2, 0.5, 1.0);

    /**
     * What a share of the labels gave.
     *
     * @param tiles how many were labelled
     * @param steps of optimisation until it stopped
     * @param test on the test tiles
     * @param unreadable names of tiles that could not be read: those to learn from were replaced, those to judge by left out
     */
    public record Outcome(double share, int tiles, long steps, Scorecard test, List<String> unreadable) {
        public Outcome {
            unreadable = List.copyOf(unreadable);
        }
    }

    /**
     * Fine-tunes with a share of the labels.
     *
     * @param backbone pre-trained or not; it is trained and closed
     */
    public Outcome learn(Backbone backbone, double share, FineTuning.Progress progress) {
        TileSource all = split.train();
        int[] labels = IntStream.range(0, all.size()).map(all::label).toArray();
        int[] chosen = StratifiedSplit.labelled(labels, share, options.seed());
        TileSource labelled = subset(all, chosen);
        StratifiedSplit parts = StratifiedSplit.validation(
                Arrays.stream(chosen).map(i -> labels[i]).toArray(), groups(labelled), options.seed());
        boolean enough = parts.drawn().length >= all.classes().size();
        TileSource learnt = enough ? subset(labelled, parts.rest()) : labelled;
        @Nullable TileSource validation = enough ? subset(labelled, parts.drawn()) : null;
        try (FineTuning tuning = new FineTuning(backbone, all.classes(), learnt.size(), options)) {
            long steps = tuning.train(learnt, validation, progress);
            Scorecard test = tuning.judge(split.test());
            return new Outcome(share, chosen.length, steps, test, tuning.unreadable());
        }
    }

    private static int[] groups(TileSource source) {
        List<String> names = IntStream.range(0, source.size())
                .mapToObj(i -> source.group(i) == null ? "tile " + i : "group " + source.group(i))
                .toList();
        List<String> distinct = names.stream().distinct().toList();
        java.util.Map<String, Integer> numbers = new java.util.HashMap<>();
        for (int i = 0; i < distinct.size(); i++) {
            numbers.put(distinct.get(i), i);
        }
        return names.stream()
                .mapToInt(name -> java.util.Objects.requireNonNull(numbers.get(name)))
                .toArray();
    }

    private static TileSource subset(TileSource source, int[] indices) {
        return new TileSubset(source, Arrays.stream(indices).boxed().toList());
    }
}
