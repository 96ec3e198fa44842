package org.cyphervit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.cyphervit.Words;
import org.cyphervit.compare.SignificanceTest;
import org.cyphervit.interpret.TokenGallery;
import org.cyphervit.monitor.HealthFinding;
import org.jspecify.annotations.Nullable;

/** What was learnt, in the words at the head of a page: for a reader with one minute. */
final class ReportSummary {
    private ReportSummary() {}

    /**
     * Whether features are better than colour alone: {@code level} and {@code words}.
     *
     * @param collapse why they are of no use, if they are of none
     */
    static Map<String, String> verdict(@Nullable KnnResult knn, Optional<HealthFinding> collapse) {
        if (collapse.isPresent()) {
            return Map.of("level", "bad", "words", "Training collapsed: do not use this encoder");
        }
        if (knn == null) {
            return Map.of("level", "none", "words", "Not judged: no labelled tiles were given");
        }
        String best = knn.best().name();
        SignificanceTest test =
                SignificanceTest.ofAccuracies(knn.accuracy(), knn.best().accuracy(), knn.tested());
        if (test.isBetter()) {
            return Map.of("level", "good", "words", "It learnt more than " + best + " tells");
        }
        if (test.isWorse()) {
            return Map.of("level", "bad", "words", "It knows less than " + best + " tells");
        }
        return Map.of("level", "mixed", "words", "Not clearly more than " + best + " tells");
    }

    /** A run's first sentences. */
    static String lede(String method, int tiles, RunSection.Seen seen, @Nullable KnnResult knn, String clearest) {
        int idle = seen.idle().size();
        int all = seen.names().names().size();
        StringBuilder words = new StringBuilder();
        words.append(String.format(
                Locale.ROOT,
                "From %s and %s, %s",
                Words.count(tiles, "tile"),
                method.equals("supervised") ? "their labels" : "no labels",
                seen.heads()
                        ? "an encoder learnt to describe tissue in numbers."
                        : "a network learnt to divide tissue into " + (all - idle) + " phenotypes"
                                + (idle == 0 ? "." : "; it could have had " + all + ".")));
        if (knn != null) {
            words.append(String.format(
                    Locale.ROOT,
                    " Shown a new tile, it finds the tiles most like it, and they name the right one of %d classes"
                            + " %.0f times in 100.",
                    knn.classes().size(),
                    100 * knn.accuracy()));
        }
        return words.append(clearest).toString();
    }

    /**
     * The token that tells one class from the others best, as a sentence; empty without classes.
     *
     * @param run its number on the page
     */
    static String clearest(TokenGallery gallery, int run, List<String> classes) {
        String sentence = "";
        double widest = 0.05; // narrower gaps tell nothing
        for (int k = 0; k < gallery.tokens().size(); k++) {
            double[] shares = gallery.tokens().get(k).shareByClass();
            for (int c = 0; c < shares.length; c++) {
                double others = 0;
                int n = 0;
                for (int d = 0; d < shares.length; d++) {
                    if (d != c && Double.isFinite(shares[d])) {
                        others += shares[d];
                        n++;
                    }
                }
                if (n > 0 && shares[c] - others / n > widest) {
                    widest = shares[c] - others / n;
                    sentence = String.format(
                            Locale.ROOT,
                            " Its most telling phenotype, %s, covers %.0f %% of %s and %.0f %% of the rest.",
                            PageNames.token(run, k),
                            100 * shares[c],
                            classes.get(c),
                            100 * others / n);
                }
            }
        }
        return sentence;
    }

    /** The big numbers: {@code value} and {@code label}. */
    static List<Map<String, String>> facts(@Nullable KnnResult knn, int tiles, RunSection.Seen seen) {
        List<Map<String, String>> facts = new ArrayList<>();
        if (knn != null) {
            double points = 100 * (knn.accuracy() - knn.best().accuracy());
            facts.add(fact(
                    "%.1f",
                    Math.abs(points),
                    "points " + (points < 0 ? "below " : "above ") + knn.best().name()));
        }
        int all = seen.names().names().size();
        int idle = seen.idle().size();
        facts.add(
                idle == 0
                        ? fact("%.0f", all, seen.heads() ? "attention heads" : "phenotypes")
                        : fact("%.0f of " + all, all - idle, "phenotypes in use"));
        facts.add(fact("%,.0f", tiles, "tiles to learn from"));
        facts.add(fact("%,.0f", seen.steps(), "steps of training"));
        facts.add(fact("%.1f M", seen.weights() / 1e6, "weights"));
        return facts;
    }

    private static Map<String, String> fact(String format, double value, String label) {
        return Map.of("value", String.format(Locale.ROOT, format, value), "label", label);
    }
}
