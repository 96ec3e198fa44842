package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.train.Probe;

/**
 * k-NN accuracy of the encoder while it trains, on labelled tiles held out from each other by group. It watches; nothing
 * is chosen by it.
 */
public final class KnnProbe implements Probe {
    private static final int K = 20;

    private final TileSource train;
    private final TileSource test;
    private final String device;

    public KnnProbe(TileSource train, TileSource test, String device) {
        this.train = train;
        this.test = test;
        this.device = device;
    }

    /** Of a labelled source split in itself, three quarters against one. */
    public static KnnProbe splitting(TileSource labelled, long seed, String device) {
        Split split = Split.of(labelled, 0.25, seed);
        return new KnnProbe(split.train(), split.test(), device);
    }

    @Override
    public Map<String, Double> measure(Backbone encoder) {
        Embedder embedder = Embedder.of(encoder, device);
        LabelledFeatures known = LabelledFeatures.of(train, embedder.embed(encoder, train));
        LabelledFeatures queries = LabelledFeatures.of(test, embedder.embed(encoder, test));
        Knn.Votes votes = new Knn(List.of(K), Knn.TEMPERATURE, device)
                .classify(known, queries.features())
                .getFirst();
        Scorecard card = Scorecard.of(votes.scores(), queries.labels(), known.classes());
        Map<String, Double> measures = new LinkedHashMap<>();
        measures.put("knn_accuracy", card.get(ClassMetric.ACCURACY));
        measures.put("knn_balanced_accuracy", card.get(ClassMetric.BALANCED_ACCURACY));
        return measures;
    }
}
