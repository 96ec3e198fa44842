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
import org.cyphervit.compare.Comparison;
import org.cyphervit.compare.SignificanceTest;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.table.Table;

/** A comparison as sentences, as entries of JSON, and as what runs keep for their reports. */
record ComparisonOutput(Comparison comparison) {

    /** The comparison in words, a line each. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        int resplits = comparison.resplits();
        CandidateResults trained = comparison.trained();
        String metric = trained.first().headline().replace('_', ' ');
        String f = "%." + Tables.decimals(trained.first().headline()) + "f";
        String d = f.replace("%", "%+");
        String by = comparison.features().test().groups() == null ? "tiles" : "patients, slides or clusters";
        Bootstrap own = comparison.interval();
        if (own != null) {
            sentences.add(words(
                    "%s of the trained encoder: " + f + ", 95 %% interval " + f + " to " + f + " (bootstrap over %s)",
                    metric,
                    own.mean(),
                    own.low(),
                    own.high(),
                    by));
        }
        for (CandidateResults other :
                comparison.rows().subList(1, comparison.rows().size())) {
            SignificanceTest test = comparison.against(other);
            Bootstrap difference = test.interval();
            if (difference != null) {
                sentences.add(words(
                        "  less %s: " + d + ", " + d + " to " + d,
                        other.name(),
                        difference.mean(),
                        difference.low(),
                        difference.high()));
            }
            if (!Double.isNaN(test.p())) {
                sentences.add(words(
                        "Trained against %s over %d %s: p = %.4f (paired t%s)",
                        other.name(),
                        resplits > 0 ? resplits : comparison.encoders(),
                        resplits > 0 ? "re-splits" : "seeds",
                        test.p(),
                        resplits > 0 ? ", corrected for shared samples" : ""));
            }
        }
        for (CandidateResults row : comparison.rows()) {
            if (row.results().stream().anyMatch(ProtocolResult::choseTheEdge)) {
                List<String> tried = List.copyOf(row.first().sweep().keySet());
                sentences.add(words(
                        "%s: %s was chosen, at the end of what was tried (%s to %s); a better value may lie beyond.",
                        row.name(), row.first().choice(), tried.getFirst(), tried.getLast()));
            }
        }
        return sentences;
    }

    /** What the runs judged keep for their reports. */
    public Evaluation.Found found(String of, String on) {
        Table table = Tables.metrics(
                first().protocol() + (comparison.resplits() > 0 ? ", " + comparison.resplits() + " re-splits" : ""),
                comparison.rows());
        Map<String, Object> numbers = json();
        numbers.put("tiles_train", comparison.features().train().size());
        numbers.put("tiles_test", comparison.features().test().size());
        return new Evaluation.Found(
                first().protocol(),
                of,
                on,
                new Table(table.title(), table.header(), table.rows(), sentences()),
                comparison.rows().stream()
                        .filter(row -> !List.of("trained", "against").contains(row.key()))
                        .map(CandidateResults::name)
                        .toList(),
                numbers);
    }

    private ProtocolResult first() {
        return comparison.trained().first();
    }

    /** Stable entries for the line of JSON. */
    public Map<String, Object> json() {
        Map<String, Object> json = new LinkedHashMap<>();
        for (CandidateResults row : comparison.rows()) {
            json.put(row.key(), entry(row));
            double p = row.equals(comparison.trained())
                    ? Double.NaN
                    : comparison.against(row).p();
            if (!Double.isNaN(p)) {
                json.put("p_" + row.key(), p);
            }
        }
        var card = first().scorecard();
        if (card != null) {
            json.put("classes", card.confusion().classes());
        }
        Bootstrap own = comparison.interval();
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

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
