package org.cyphervit.cli.evaluate;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.cyphervit.cli.report.Evaluation;
import org.cyphervit.cli.terminal.Tables;
import org.cyphervit.compare.Bootstrap;
import org.cyphervit.compare.CandidateResults;
import org.cyphervit.compare.TTests;
import org.cyphervit.eval.Samples;
import org.cyphervit.eval.TrainTest;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.table.Table;

/**
 * How sure a comparison is: intervals over test samples on one split, t-tests over seeds and re-splits.
 *
 * @param rows what was found, the trained encoders first
 * @param encoders how many trained encoders there are
 * @param features of the first, for the groups of its samples
 * @param resplits how many, or 0 for the split as given
 * @param seed of the bootstrap
 */
public record Comparison(
        List<CandidateResults> rows, int encoders, TrainTest<? extends Samples<?>> features, int resplits, long seed) {

    /** The comparison in words, a line each. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        CandidateResults trained = rows.getFirst();
        String metric = trained.first().headline().replace('_', ' ');
        String f = "%." + Tables.decimals(trained.first().headline()) + "f";
        String d = f.replace("%", "%+");
        String by = features.test().groups() == null ? "tiles" : "patients, slides or clusters";
        Bootstrap own = interval(trained, null);
        if (own != null) {
            sentences.add(words(
                    "%s of the trained encoder: " + f + ", 95 %% interval " + f + " to " + f + " (bootstrap over %s)",
                    metric,
                    own.mean(),
                    own.low(),
                    own.high(),
                    by));
        }
        for (CandidateResults other : rows.subList(1, rows.size())) {
            Bootstrap difference = interval(trained, other);
            if (difference != null) {
                sentences.add(words(
                        "  less %s: " + d + ", " + d + " to " + d,
                        other.name(),
                        difference.mean(),
                        difference.low(),
                        difference.high()));
            }
            double p = p(other);
            if (!Double.isNaN(p)) {
                sentences.add(words(
                        "Trained against %s over %d %s: p = %.4f (paired t%s)",
                        other.name(),
                        resplits > 0 ? resplits : encoders,
                        resplits > 0 ? "re-splits" : "seeds",
                        p,
                        resplits > 0 ? ", corrected for shared samples" : ""));
            }
        }
        return sentences;
    }

    /** What the runs judged keep for their reports. */
    public Evaluation.Found found(String of, String on) {
        Table table = Tables.metrics(first().protocol() + (resplits > 0 ? ", " + resplits + " re-splits" : ""), rows);
        Map<String, Object> numbers = json();
        numbers.put("tiles_train", features.train().size());
        numbers.put("tiles_test", features.test().size());
        return new Evaluation.Found(
                first().protocol(),
                of,
                on,
                new Table(table.title(), table.header(), table.rows(), sentences()),
                rows.stream()
                        .filter(row -> !List.of("trained", "against").contains(row.key()))
                        .map(CandidateResults::name)
                        .toList(),
                numbers);
    }

    private ProtocolResult first() {
        return rows.getFirst().first();
    }

    /** Stable entries for the line of JSON. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        for (CandidateResults row : rows) {
            json.put(row.key(), entry(row));
            double p = row.equals(rows.getFirst()) ? Double.NaN : p(row);
            if (!Double.isNaN(p)) {
                json.put("p_" + row.key(), p);
            }
        }
        var card = first().scorecard();
        if (card != null) {
            json.put("classes", card.confusion().classes());
        }
        Bootstrap own = interval(rows.getFirst(), null);
        if (own != null) {
            json.put("interval", List.of(own.low(), own.high()));
        }
        return json;
    }

    private static Map<String, Object> entry(CandidateResults row) {
        ProtocolResult first = row.first();
        String headline = first.headline();
        Map<String, Object> entry = new LinkedHashMap<>();
        first.metrics()
                .keySet()
                .forEach(metric -> entry.put(metric, row.summary(metric).mean()));
        entry.put(headline.equals("accuracy") ? "accuracies" : headline + "_values", row.values(headline));
        if (!first.setting().isEmpty()) {
            entry.put(
                    first.setting(),
                    row.results().stream().map(ProtocolResult::chosen).toList());
            Map<String, Double> bySetting = new LinkedHashMap<>();
            first.sweep().keySet().forEach(setting -> bySetting.put(setting, mean(row, setting, headline)));
            entry.put(headline + "_by_" + first.setting(), bySetting);
        }
        if (first.scorecard() != null) {
            entry.put("confusion", first.scorecard().confusion().confusion());
        }
        return entry;
    }

    private static double mean(CandidateResults row, String setting, String metric) {
        return row.results().stream()
                .map(result -> result.sweep().get(setting))
                .filter(java.util.Objects::nonNull)
                .mapToDouble(metrics -> metrics.getOrDefault(metric, Double.NaN))
                .average()
                .orElse(Double.NaN);
    }

    /** Of the first encoders on the split as given; null over re-splits or where the protocol says nothing per sample. */
    private @org.jspecify.annotations.Nullable Bootstrap interval(
            CandidateResults trained, @org.jspecify.annotations.Nullable CandidateResults other) {
        double[] values = trained.first().perSample().clone();
        if (resplits > 0 || values.length == 0) {
            return null;
        }
        if (other != null) {
            for (int i = 0; i < values.length; i++) {
                values[i] -= other.first().perSample()[i];
            }
        }
        return Bootstrap.of(values, features.test().groupIds(), seed);
    }

    /** Two-sided p of the trained encoders against a row; NaN where there is nothing to pair. */
    private double p(CandidateResults other) {
        String metric = rows.getFirst().first().headline();
        double[] trained = rows.getFirst().values(metric);
        double[] others = other.values(metric);
        if (resplits > 0) {
            return TTests.resampled(bySplit(trained), bySplit(others), features.ratio())
                    .p();
        }
        return trained.length == others.length ? TTests.paired(trained, others).p() : Double.NaN;
    }

    // Encoders one after another, each on all re-splits: the mean over encoders of each re-split.
    private double[] bySplit(double[] values) {
        double[] means = new double[resplits];
        for (int i = 0; i < values.length; i++) {
            means[i % resplits] += values[i] * resplits / values.length;
        }
        return means;
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
