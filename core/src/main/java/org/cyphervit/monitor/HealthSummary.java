package org.cyphervit.monitor;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.cyphervit.train.recipe.Recipe;
import org.jspecify.annotations.Nullable;

/** What a run's measures say about its health when one looks back at them, and what was found while it trained. */
public final class HealthSummary {
    private static final double LEAST_OF_FIRST = 0.6; // a trained encoder has no fewer directions than an untrained one

    private final NavigableMap<Long, Map<String, Double>> rows;
    private final FeatureLimits limits;
    private final List<HealthFinding> findings = new ArrayList<>();
    private @Nullable HealthFinding collapse;

    private HealthSummary(NavigableMap<Long, Map<String, Double>> rows, FeatureLimits limits) {
        this.rows = rows;
        this.limits = limits;
    }

    /**
     * Looks back at a run.
     *
     * @param rows of {@code metrics.csv}
     * @param alarms of {@link HealthFile}
     * @param steps the run was to take, or 0 where unknown
     * @param idle names of phenotypes that hold next to nothing of the tiles shown
     */
    public static HealthSummary of(
            NavigableMap<Long, Map<String, Double>> rows,
            List<HealthFinding> alarms,
            Recipe recipe,
            long steps,
            List<String> idle) {
        HealthSummary health = new HealthSummary(rows, FeatureLimits.of(recipe));
        if (rows.isEmpty()) {
            health.say(
                    Severity.UNKNOWN,
                    "Nothing was measured",
                    "There is no metrics.csv with steps beside this encoder.",
                    "");
        } else {
            health.length(steps);
            health.loss();
            health.features();
            health.tokens(idle);
            health.loading();
        }
        health.collapse = standing(alarms)
                .or(() -> health.findings.stream()
                        .filter(finding -> finding.severity() == Severity.COLLAPSE)
                        .findFirst())
                .orElse(null);
        health.findings.addAll(alarms);
        return health;
    }

    /** All that is to be said, in the order in which it is to be read. */
    public List<HealthFinding> findings() {
        return List.copyOf(findings);
    }

    /** Why the encoder is of no use; empty where it may be of some. */
    public Optional<HealthFinding> collapse() {
        return Optional.ofNullable(collapse);
    }

    /** The last collapse that a run did not recover from. */
    public static Optional<HealthFinding> standing(List<HealthFinding> alarms) {
        return alarms.isEmpty()
                ? Optional.empty()
                : Optional.of(alarms.getLast()).filter(last -> last.severity() == Severity.COLLAPSE);
    }

    private void length(long steps) {
        long done = rows.lastKey();
        if (steps > done) {
            say(
                    Severity.WARNING,
                    "Not finished",
                    words("%,d of %,d steps are done.", done, steps),
                    "Resume the run to go on.");
        }
    }

    private void loss() {
        double first = mean("loss", true);
        double last = mean("loss", false);
        if (last < 0.98 * first) {
            say(
                    Severity.GOOD,
                    "It learnt what it was asked",
                    words("The loss fell from %.3g to %.3g.", first, last),
                    "");
        } else if (Double.isFinite(last)) {
            say(
                    Severity.WARNING,
                    "The loss did not fall",
                    words("It was %.3g at first and %.3g at the end.", first, last),
                    "Self-distillation moves its own goal, so look at the other measures; a contrastive loss should fall.");
        }
    }

    private void features() {
        double spread = mean("feature_std", false);
        if (spread < FeatureLimits.COLLAPSED_SPREAD) {
            say(
                    Severity.COLLAPSE,
                    "All images get nearly the same feature",
                    words("Their spread is %.3f; healthy runs have above 0.1.", spread),
                    "Lower optimizer.learningRate, lengthen optimizer.warmup, or use stronger crops.");
        }
        double rank = mean("rankme", false);
        if (Double.isFinite(rank)) {
            double first = mean("rankme", true);
            boolean fell = rank < LEAST_OF_FIRST * first;
            boolean poor = rank < limits.poorRank() || fell;
            say(
                    poor ? Severity.WARNING : Severity.GOOD,
                    poor ? "Features are poor" : "Features are rich",
                    words("They use some %.0f of at most %d directions (RankMe over a batch).", rank, limits.most())
                            + (fell ? words(" Shortly after the start, next to untrained, it was %.0f.", first) : ""),
                    "");
        }
    }

    private void tokens(List<String> idle) {
        double balance = mean("token_balance", false);
        double likeness = mean("token_similarity", false);
        double entropy = lastEntropy();
        if (balance < FeatureLimits.POOR_BALANCE) {
            boolean collapsed = balance < FeatureLimits.COLLAPSED_BALANCE;
            say(
                    collapsed ? Severity.COLLAPSE : Severity.WARNING,
                    "One phenotype holds nearly everything",
                    words("The balance is %.2f (1: even shares), so maps show little.", balance),
                    CollapseReading.TOKEN_REMEDY);
        } else if (entropy > MapTrust.EVEN) {
            say(
                    Severity.WARNING,
                    "The phenotypes are hardly told apart",
                    words(
                            "Patches are assigned nearly evenly to all tokens (entropy %.2f, where 1 is even), so maps mean"
                                    + " little.",
                            entropy),
                    "Train longer or on more tiles.");
        } else if (!idle.isEmpty()) {
            say(
                    Severity.WARNING,
                    "Not every phenotype is in use",
                    "Next to no tissue falls to " + String.join(", ", idle) + ".",
                    "");
        } else if (Double.isFinite(balance)) {
            say(
                    Severity.GOOD,
                    "All phenotypes are in use",
                    words("The balance of their shares is %.2f (1: even).", balance),
                    "");
        }
        if (likeness > 0.9) {
            say(
                    Severity.WARNING,
                    "The phenotypes say nearly the same",
                    words(
                            "The tokens' mean cosine is %.2f (1: the same): they divide the tissue, but describe its parts"
                                    + " alike.",
                            likeness),
                    "");
        }
    }

    // Of the last stage that was measured, whose assignments are the maps; NaN where there is none.
    private double lastEntropy() {
        double entropy = Double.NaN;
        for (int stage = 0; ; stage++) {
            double next = mean("assignment_entropy_" + stage, false);
            if (Double.isNaN(next)) {
                return entropy;
            }
            entropy = next;
        }
    }

    private void loading() {
        double wait = mean("wait_share", false);
        if (wait > 0.2) {
            say(
                    Severity.WARNING,
                    "The network waited for tiles",
                    words("It waited %.0f %% of the time.", 100 * wait),
                    "Raise run.loaderThreads, or put the tiles on a faster disk.");
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

    private void say(Severity severity, String symptom, String evidence, String remedy) {
        long step = rows.isEmpty() ? 0 : rows.lastKey();
        findings.add(new HealthFinding(step, severity, symptom, evidence, remedy));
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
