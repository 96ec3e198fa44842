package org.cyphervit.eval.protocol;

import java.util.List;
import org.cyphervit.eval.stats.Summary;

/**
 * What a protocol found about one kind of features, over encoders that differ by seed or over re-splits.
 *
 * @param key a stable name for files, such as {@code trained}
 * @param name for people
 * @param results at least one
 */
public record Judged(String key, String name, List<Result> results) {
    public Judged {
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

    public Result first() {
        return results.getFirst();
    }
}
