package org.cyphervit.eval;

import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * k-NN of one kind of features.
 *
 * @param name of the features
 * @param chosenK the k with the highest balanced accuracy among the training samples alone, each classified by the others
 *     (of other groups): test data choose nothing
 * @param byK results on the test samples for each k
 */
public record KnnEvaluation(String name, int chosenK, Map<Integer, Classification> byK) {
    public KnnEvaluation {
        byK = Map.copyOf(byK);
    }

    /** Chooses k on {@code train}, classifies {@code test} for every k. */
    public static KnnEvaluation of(String name, LabelledFeatures train, LabelledFeatures test, Knn knn) {
        train.requireSameClasses(test);
        int chosen = 0;
        double best = -1;
        for (Knn.Votes votes : knn.leaveOneOut(train)) {
            double accuracy = Classification.of(train.labels(), votes.scores().predictions(), train.classes())
                    .balancedAccuracy();
            if (accuracy > best) {
                best = accuracy;
                chosen = votes.k();
            }
        }
        NavigableMap<Integer, Classification> byK = new TreeMap<>();
        List<Knn.Votes> verdicts = knn.classify(train, test.features());
        for (Knn.Votes votes : verdicts) {
            byK.put(votes.k(), Classification.of(test.labels(), votes.scores().predictions(), test.classes()));
        }
        return new KnnEvaluation(name, chosen, byK);
    }

    /** The result for the chosen k. */
    public Classification chosen() {
        return java.util.Objects.requireNonNull(byK.get(chosenK));
    }
}
