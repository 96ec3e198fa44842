package org.cyphervit.compare;

import java.util.List;
import org.cyphervit.eval.metric.Summary;
import org.cyphervit.eval.protocol.ProtocolResult;

/**
 * What a protocol found about one kind of features, over encoders that differ by seed or over re-splits.
 *
 * @param key a stable name for files, such as {@code trained}
 * @param name for people
 * @param results at least one
 */
public record CandidateResults(String key, String name, List<ProtocolResult> results) {
    public CandidateResults {
        results = List.copyOf(results);
    }

    /** A metric of each result. */
    public double[] values(String metric) {
        return results.stream().mapToDouble(result -> result.metric(metric)).toArray();
    }

    public Summary summary(String metric) {
        return Summary.of(values(metric));
    }

    /** Of the metric that counts. */
    public Summary headline() {
        return summary(first().headline());
    }

    public ProtocolResult first() {
        return results.getFirst();
    }
}
