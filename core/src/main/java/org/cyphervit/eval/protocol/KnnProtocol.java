package org.cyphervit.eval.protocol;

import java.util.LinkedHashMap;
import java.util.Map;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Scorecard;

/**
 * k-nearest neighbours, DINO's protocol. k is the one with the highest balanced accuracy among training samples (at most
 * 10,000 of them), each classified by the others of other groups.
 */
record KnnProtocol(Knn knn) implements Protocol<LabelledFeatures> {
    @Override
    public String name() {
        return "knn";
    }

    @Override
    public ProtocolResult judge(LabelledFeatures train, LabelledFeatures test) {
        train.requireSameClasses(test);
        String chosen = "";
        double best = -1;
        Knn.LeftOut leftOut = knn.leaveOneOut(train);
        for (Knn.Votes votes : leftOut.votes()) {
            double accuracy = Scorecard.of(votes.scores(), leftOut.samples().labels(), train.classes())
                    .get(ClassMetric.BALANCED_ACCURACY);
            if (accuracy > best) {
                best = accuracy;
                chosen = Integer.toString(votes.k());
            }
        }
        Map<String, Scorecard> tried = new LinkedHashMap<>();
        for (Knn.Votes votes : knn.classify(train, test.features())) {
            tried.put(Integer.toString(votes.k()), Scorecard.of(votes.scores(), test.labels(), test.classes()));
        }
        return ProtocolResult.of(name(), "k", chosen, tried);
    }
}
