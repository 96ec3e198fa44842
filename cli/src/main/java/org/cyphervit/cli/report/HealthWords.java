package org.cyphervit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;

/** What a run's measures and log say about its health, in sentences. */
final class HealthWords {
    private static final List<String> ALARMS =
            List.of("Collapse suspected", "collapsed for", "holds nearly all tissue");

    private final NavigableMap<Long, Map<String, Double>> rows;
    private final List<String> idle;
    private final List<Map<String, String>> words = new ArrayList<>();

    private HealthWords(NavigableMap<Long, Map<String, Double>> rows, List<String> idle) {
        this.rows = rows;
        this.idle = idle;
    }

    /**
     * Sentences, each with {@code level} (good, warn, bad, none), {@code title} and {@code words}.
     *
     * @param rows of {@code metrics.csv}
     * @param log lines of {@code log.txt}
     * @param steps the run was to take, or 0 where unknown
     * @param idle names of phenotypes that hold next to nothing of the tiles shown
     */
    static List<Map<String, String>> of(
            NavigableMap<Long, Map<String, Double>> rows, List<String> log, long steps, List<String> idle) {
        HealthWords health = new HealthWords(rows, idle);
        if (rows.isEmpty()) {
            health.say("none", "Nothing was measured", "There is no metrics.csv with steps beside this encoder.");
            return health.words;
        }
        health.length(steps);
        health.loss();
        health.features();
        health.tokens();
        health.loading();
        for (String line : log) {
            if (ALARMS.stream().anyMatch(line::contains)) {
                health.say("bad", "An alarm while training", line.replaceFirst("^[0-9: -]+", ""));
            } else if (line.contains("Recovered from the collapse")) {
                health.say("good", "It recovered", line.replaceFirst("^[0-9: -]+", ""));
            }
        }
        return health.words;
    }

    private void length(long steps) {
        long done = rows.lastKey();
        if (steps > done) {
            say("warn", "Not finished", "%,d of %,d steps are done; pretrain --resume goes on.", done, steps);
        }
    }

    private void loss() {
        double first = mean("loss", true);
        double last = mean("loss", false);
        if (last < 0.98 * first) {
            say("good", "It learnt what it was asked", "The loss fell from %.3g to %.3g.", first, last);
        } else if (Double.isFinite(last)) {
            say(
                    "warn",
                    "The loss did not fall",
                    "It was %.3g at first and %.3g at the end. Self-distillation moves its own goal, so look at the"
                            + " other measures; a contrastive loss should fall.",
                    first,
                    last);
        }
    }

    private void features() {
        double spread = mean("feature_std", false);
        if (spread < 0.02) {
            say(
                    "bad",
                    "All images get nearly the same feature",
                    "Their spread is %.3f; healthy runs have above 0.1. Lower optimizer.learningRate, lengthen"
                            + " optimizer.warmup, or use stronger crops.",
                    spread);
        }
        double rank = mean("rankme", false);
        if (Double.isFinite(rank)) {
            say(
                    rank < 4 ? "warn" : "good",
                    rank < 4 ? "Features are poor" : "Features are rich",
                    "They use some %.0f directions (RankMe over a batch).",
                    rank);
        }
    }

    private void tokens() {
        double balance = mean("token_balance", false);
        double likeness = mean("token_similarity", false);
        if (balance < 0.4) {
            say(
                    "warn",
                    "One phenotype holds nearly everything",
                    "The balance is %.2f (1: even shares). Maps will show little; lower optimizer.learningRate or raise"
                            + " backbone.clustering.temperature.",
                    balance);
        } else if (!idle.isEmpty()) {
            say("warn", "Not every phenotype is in use", "Next to no tissue falls to " + String.join(", ", idle) + ".");
        } else if (Double.isFinite(balance)) {
            say("good", "All phenotypes are in use", "The balance of their shares is %.2f (1: even).", balance);
        }
        if (likeness > 0.9) {
            say(
                    "warn",
                    "The phenotypes say nearly the same",
                    "Their mean cosine is %.2f (1: the same): they part the tissue, but describe their parts alike.",
                    likeness);
        }
    }

    private void loading() {
        double wait = mean("wait_share", false);
        if (wait > 0.2) {
            say(
                    "warn",
                    "The network waited for tiles",
                    "%.0f %% of the time; more run.loaderThreads, or tiles on a faster disk, make it quicker.",
                    100 * wait);
        }
    }

    // Over the first or last twentieth of the steps that have the measure; NaN where none has.
    private double mean(String measure, boolean first) {
        double[] values = rows.values().stream()
                .map(row -> row.get(measure))
                .filter(value -> value != null && Double.isFinite(value))
                .mapToDouble(value -> value)
                .toArray();
        int n = Math.max(1, values.length / 20);
        double sum = 0;
        for (int i = 0; i < n && values.length > 0; i++) {
            sum += values[first ? i : values.length - 1 - i];
        }
        return values.length == 0 ? Double.NaN : sum / n;
    }

    private void say(String level, String title, String format, Object... values) {
        words.add(Map.of("level", level, "title", title, "words", String.format(Locale.ROOT, format, values)));
    }

    private void say(String level, String title, String sentence) {
        words.add(Map.of("level", level, "title", title, "words", sentence));
    }
}
