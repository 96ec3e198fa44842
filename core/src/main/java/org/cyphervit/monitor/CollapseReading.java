package org.cyphervit.monitor;

import java.util.Locale;
import java.util.Map;
import org.cyphervit.monitor.HealthFinding.Severity;
import org.jspecify.annotations.Nullable;

/**
 * Judges single readings of the encoder, which come every 50 steps, so that a collapse is told while it happens: of the
 * tokens, where one of them holds next to everything; of the features, where they fall to a few directions and all images
 * look alike. A network that has learnt nothing yet has few directions, too, so only a fall counts.
 */
final class CollapseReading {
    /** Against one token that takes everything. */
    static final String TOKEN_REMEDY = "Lower optimizer.learningRate, keep backbone.clustering.centerMomentum above 0,"
            + " or set backbone.clustering.cosine to true and backbone.clustering.temperature to 0.1, which bounds the"
            + " logits.";

    private static final String FEATURE_REMEDY =
            "Lower optimizer.learningRate, lengthen optimizer.warmup, or use stronger crops.";

    private final FeatureLimits limits;
    private double bestRank;

    CollapseReading(FeatureLimits limits) {
        this.limits = limits;
    }

    /** A collapse that these measures show; null for none, or where the encoder was not measured in this step. */
    @Nullable
    HealthFinding of(long step, Map<String, Double> measures) {
        for (Map.Entry<String, Double> measure : measures.entrySet()) {
            String name = measure.getKey();
            boolean balance = name.equals("token_balance") || name.startsWith("assignment_balance_");
            if (balance && measure.getValue() < FeatureLimits.COLLAPSED_BALANCE) {
                return new HealthFinding(
                        step,
                        Severity.COLLAPSE,
                        name.equals("token_balance")
                                ? "One final token holds nearly all tissue"
                                : "One token of stage " + name.substring("assignment_balance_".length())
                                        + " holds nearly all patches",
                        words("%s is %.3g, where even shares have 1.", name, measure.getValue()),
                        TOKEN_REMEDY);
            }
        }
        Double rank = measures.get("rankme");
        if (rank == null) {
            return null;
        }
        bestRank = Math.max(bestRank, rank);
        double spread = measures.getOrDefault("feature_std", Double.NaN);
        if (rank < limits.collapsedRank() && rank < bestRank / 2 && spread < FeatureLimits.POOR_SPREAD) {
            return new HealthFinding(
                    step,
                    Severity.COLLAPSE,
                    "Features fell to a few directions",
                    words(
                            "RankMe is %.1f, was %.1f, and could be %d; the features' spread is %.3f.",
                            rank, bestRank, limits.most(), spread),
                    FEATURE_REMEDY);
        }
        return null;
    }

    /** Whether a step has readings of the encoder. */
    static boolean isIn(Map<String, Double> measures) {
        return measures.containsKey("rankme");
    }

    private static String words(String format, Object... values) {
        return String.format(Locale.ROOT, format, values);
    }
}
