package org.cyphervit.cli.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.eval.metric.Classification;
import org.cyphervit.eval.protocol.Judged;
import org.cyphervit.interpret.PhenotypeNames;
import org.cyphervit.interpret.TokenGallery;

/** What was learnt, in the words at the head of a page: for a reader with one minute. */
final class Story {
    private Story() {}

    /**
     * Whether features are better than colour alone: {@code level} and {@code words}.
     *
     * @param results trained, untrained, floors; empty for none
     */
    static Map<String, String> verdict(List<Judged> results) {
        if (results.size() < 2) {
            return Map.of("level", "none", "words", "Not judged: no labelled tiles were given");
        }
        double trained = accuracy(results.getFirst());
        double floor =
                results.stream().skip(1).mapToDouble(Story::accuracy).max().orElse(0);
        String best = results.stream()
                .skip(1)
                .filter(row -> accuracy(row) == floor)
                .findFirst()
                .orElseThrow()
                .name();
        int n = confusion(results).samples();
        double error = Math.sqrt((trained * (1 - trained) + floor * (1 - floor)) / n);
        if (trained - floor > 2 * error) {
            return Map.of("level", "good", "words", "It learnt more than the best floor (" + best + ") knows");
        }
        if (floor - trained > 2 * error) {
            return Map.of("level", "bad", "words", "It knows less than the best floor (" + best + ")");
        }
        return Map.of("level", "mixed", "words", "No clear difference to the best floor (" + best + ")");
    }

    /** A run's first sentences. */
    static String lede(
            String method, int tiles, PhenotypeNames names, boolean heads, List<Judged> results, String clearest) {
        StringBuilder words = new StringBuilder();
        words.append(String.format(
                Locale.ROOT,
                "From %,d tiles and %s, %s",
                tiles,
                method.equals("supervised") ? "their labels" : "no labels",
                heads
                        ? "a vision transformer learnt to describe tissue in numbers."
                        : "a network learnt to part tissue into "
                                + names.names().size() + " phenotypes."));
        if (!results.isEmpty()) {
            Classification chosen = confusion(results);
            words.append(String.format(
                    Locale.ROOT,
                    " Shown a new tile, its nearest neighbours name the right one of %d classes %.0f times in 100",
                    chosen.classes().size(),
                    100 * accuracy(results.getFirst())));
            for (int i = 1; i < results.size(); i++) {
                words.append(String.format(
                        Locale.ROOT,
                        "%s %s%s %.0f",
                        i == 1 ? ";" : i == results.size() - 1 ? " and" : ",",
                        floorName(results.get(i).name()),
                        i == 1 ? " manages" : "",
                        100 * accuracy(results.get(i))));
            }
            words.append('.');
        }
        return words.append(clearest).toString();
    }

    /** The token that tells one class from the others best, as a sentence; empty without classes. */
    static String clearest(TokenGallery gallery, PhenotypeNames names, List<String> classes) {
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
                            names.names().get(k),
                            100 * shares[c],
                            classes.get(c),
                            100 * others / n);
                }
            }
        }
        return sentence;
    }

    /** The big numbers: {@code value} and {@code label}. */
    static List<Map<String, String>> facts(
            List<Judged> results, int tiles, long steps, long weights, PhenotypeNames names, String kind) {
        List<Map<String, String>> facts = new ArrayList<>();
        if (!results.isEmpty()) {
            facts.add(fact("%.1f %%", 100 * accuracy(results.getFirst()), "of test tiles named right by neighbours"));
            double floor =
                    results.stream().skip(1).mapToDouble(Story::accuracy).max().orElse(0);
            facts.add(fact("%+.1f", 100 * (accuracy(results.getFirst()) - floor), "points to the best floor"));
        }
        facts.add(fact("%.0f", names.names().size(), kind.equals("head") ? "attention heads" : "phenotypes"));
        facts.add(fact("%,.0f", tiles, "tiles to learn from"));
        facts.add(fact("%,.0f", steps, "steps of training"));
        facts.add(fact("%.1f M", weights / 1e6, "weights"));
        return facts;
    }

    private static Map<String, String> fact(String format, double value, String label) {
        return Map.of("value", String.format(Locale.ROOT, format, value), "label", label);
    }

    static double accuracy(Judged row) {
        return row.headline().mean();
    }

    /** Of the first encoder's features. */
    static Classification confusion(List<Judged> results) {
        return Objects.requireNonNull(results.getFirst().first().scorecard()).confusion();
    }

    private static String floorName(String name) {
        return switch (name) {
            case "untrained" -> "the same network untrained";
            case "colour histogram" -> "colour alone";
            case "8 x 8 thumbnail" -> "a thumbnail";
            default -> name;
        };
    }
}
