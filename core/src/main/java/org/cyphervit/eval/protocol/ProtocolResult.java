package org.cyphervit.eval.protocol;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.eval.metric.Scorecard;
import org.jspecify.annotations.Nullable;

/**
 * What a protocol found about one kind of features.
 *
 * @param protocol its name
 * @param setting what it chooses, such as {@code k}; empty where there is nothing to choose
 * @param chosen the value it chose on training samples alone
 * @param metrics on the test samples by stable name, the one that counts first
 * @param sweep the same for every value that was tried, in their order
 * @param perSample a number per test sample whose mean is the first metric (hits, squared errors): what bootstrap and
 *     paired comparisons are made of; empty where there is no such thing
 * @param scorecard of the chosen setting; null for protocols that do not classify
 */
public record ProtocolResult(
        String protocol,
        String setting,
        String chosen,
        Map<String, Double> metrics,
        Map<String, Map<String, Double>> sweep,
        double[] perSample,
        @Nullable Scorecard scorecard) {
    public ProtocolResult {
        metrics = Collections.unmodifiableMap(new LinkedHashMap<>(metrics));
        sweep = Collections.unmodifiableMap(new LinkedHashMap<>(sweep));
    }

    /**
     * Of a classifier that was tried with several settings.
     *
     * @param chosen a key of {@code tried}
     */
    static ProtocolResult of(String protocol, String setting, String chosen, Map<String, Scorecard> tried) {
        Map<String, Map<String, Double>> sweep = new LinkedHashMap<>();
        tried.forEach((value, card) -> sweep.put(value, card.byKey()));
        Scorecard card = Objects.requireNonNull(tried.get(chosen));
        return new ProtocolResult(protocol, setting, chosen, card.byKey(), sweep, card.hits(), card);
    }

    /** The metric that counts. */
    public String headline() {
        return metrics.keySet().iterator().next();
    }

    /** A metric of the chosen setting; NaN if this protocol has none of that name. */
    public double metric(String name) {
        return metrics.getOrDefault(name, Double.NaN);
    }

    /** Whether the first or last of the values that were tried was chosen, so that a better one may lie beyond. */
    public boolean choseTheEdge() {
        List<String> tried = List.copyOf(sweep.keySet());
        return tried.size() > 2 && (chosen.equals(tried.getFirst()) || chosen.equals(tried.getLast()));
    }

    /** Such as {@code k=20}; empty where there was nothing to choose. */
    public String choice() {
        return setting.isEmpty() ? "" : setting + "=" + chosen;
    }
}
