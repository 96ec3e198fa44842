package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntConsumer;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.label.SlidesAsClasses;
import org.cyphervit.embed.Embedder;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.train.Probe;
import org.jspecify.annotations.Nullable;

/**
 * k-NN accuracy of the encoder while it trains, on labelled tiles held out from each other by group. It watches; nothing
 * is chosen by it.
 */
public final class KnnProbe implements Probe {
    private static final int K = 20;

    private final TileSource train;
    private final TileSource test;
    private final String device;
    private final ToProgress progress;
    private final boolean ofSlides;

    /** Makes what receives how many of so many tiles are embedded. */
    @FunctionalInterface
    public interface ToProgress {
        IntConsumer of(String what, int total);
    }

    public KnnProbe(TileSource train, TileSource test, String device, ToProgress progress) {
        this(train, test, device, progress, false);
    }

    private KnnProbe(TileSource train, TileSource test, String device, ToProgress progress, boolean ofSlides) {
        this.ofSlides = ofSlides;
        this.train = train;
        this.test = test;
        this.device = device;
        this.progress = progress;
    }

    /**
     * What there is to watch in tiles that are trained on: their classes or, where they have none, how well their slide is
     * recognised, which is measured as {@code slide_recognition}; null where both are unknown or there are too few to test on.
     */
    public static @Nullable KnnProbe of(TileSource tiles, String device, ToProgress progress) {
        if (!tiles.classes().isEmpty()) {
            return Split.ifPossible(tiles, 0.25, 0)
                    .map(split -> new KnnProbe(split.train(), split.test(), device, progress))
                    .orElse(null);
        }
        return SlidesAsClasses.of(tiles)
                .flatMap(slides -> Split.ifPossible(slides, 0.25, 0))
                .map(split -> new KnnProbe(split.train(), split.test(), device, progress, true))
                .orElse(null);
    }

    @Override
    public Map<String, Double> measure(Backbone encoder) {
        Embedder embedder = Embedder.of(encoder, device);
        LabelledFeatures known = LabelledFeatures.of(train, embed(embedder, encoder, train));
        LabelledFeatures queries = LabelledFeatures.of(test, embed(embedder, encoder, test));
        Knn.Votes votes = new Knn(List.of(K), Knn.TEMPERATURE, device)
                .classify(known, queries.features())
                .getFirst();
        Scorecard card = Scorecard.of(votes.scores(), queries.labels(), known.classes());
        Map<String, Double> measures = new LinkedHashMap<>();
        if (ofSlides) {
            measures.put("slide_recognition", card.get(ClassMetric.ACCURACY));
            return measures;
        }
        measures.put("knn_accuracy", card.get(ClassMetric.ACCURACY));
        measures.put("knn_balanced_accuracy", card.get(ClassMetric.BALANCED_ACCURACY));
        return measures;
    }

    private Embedder.Result embed(Embedder embedder, Backbone encoder, TileSource tiles) {
        return embedder.embed(encoder, tiles, progress.of("k-NN, embedding", tiles.size()));
    }
}
