package org.cyphervit.eval.protocol;

import java.util.Map;
import org.cyphervit.eval.Samples;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.Scorecard;

/**
 * Training samples in two: one part to fit with every setting, one to choose the setting by.
 *
 * @param fit the larger part
 * @param check the other
 */
record ValidationSplit<S>(S fit, S check) {
    /** As {@link StratifiedSplit#validation}; with too few samples for that, all of them twice. */
    static <S extends Samples<S>> ValidationSplit<S> of(S train, long seed) {
        StratifiedSplit parts = StratifiedSplit.validation(train.strata(), train.groupIds(), seed);
        return parts.drawn().length > 0 && parts.rest().length > 0
                ? new ValidationSplit<>(train.select(parts.rest()), train.select(parts.drawn()))
                : new ValidationSplit<>(train, train);
    }

    /** The setting of the highest balanced accuracy; of equals the one that was tried first. */
    static String best(Map<String, Scorecard> tried) {
        String chosen = "";
        double best = -1;
        for (Map.Entry<String, Scorecard> each : tried.entrySet()) {
            double accuracy = each.getValue().get(ClassMetric.BALANCED_ACCURACY);
            if (accuracy > best) {
                best = accuracy;
                chosen = each.getKey();
            }
        }
        return chosen;
    }
}
