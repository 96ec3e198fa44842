package org.cyphervit.monitor;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import org.cyphervit.Words;
import org.cyphervit.monitor.HealthFinding.Severity;

/**
 * Whether maps of an encoder's tokens mean anything, by how they share out the tissue. Pages of slides and reports of runs
 * judge by the same limits.
 *
 * @param entropy mean of the patches' assignments over ln K: 1 where all tokens hold the same of every place
 * @param strongest mean share of the strongest token of a place
 * @param areas share of the tissue where each token is the strongest
 */
public record MapTrust(double entropy, double strongest, double[] areas) {
    /** Entropy above which assignments are as good as even: an untrained network has 0.95 and more. */
    static final double EVEN = 0.9;

    /** Entropy above which less than half of a place is decided, for four tokens. */
    static final double UNCERTAIN = 0.7;

    private static final double EVERYTHING = 0.97; // of the tissue under one token
    private static final long FEW_IMAGES = 1000;

    /**
     * The judgement.
     *
     * @param collapse that training ended in; empty for none, or where it is unknown
     * @param seen images that the encoder was trained on; empty where that is unknown
     * @return {@link Severity#COLLAPSE} where the map must not be trusted
     */
    public HealthFinding verdict(Optional<HealthFinding> collapse, OptionalLong seen) {
        int K = areas.length;
        String numbers = certainty();
        if (collapse.isPresent()) {
            return bad("the encoder's training collapsed", collapse.get().symptom() + ". " + numbers);
        }
        if (seen.isPresent() && seen.getAsLong() < FEW_IMAGES) {
            return bad(
                    "the encoder is next to untrained",
                    String.format(
                            Locale.ROOT, "It saw %s in training. %s", Words.count(seen.getAsLong(), "tile"), numbers));
        }
        if (K > 1 && entropy > EVEN) {
            return bad("its phenotypes are hardly told apart anywhere", numbers);
        }
        double most = Arrays.stream(areas).max().orElse(0);
        if (K > 1 && most > EVERYTHING) {
            return bad(
                    "one phenotype covers nearly everything",
                    String.format(Locale.ROOT, "It covers %.0f %% of the tissue. %s", 100 * most, numbers));
        }
        if (K > 1 && entropy > UNCERTAIN) {
            return new HealthFinding(
                    0,
                    Severity.WARNING,
                    "This map is uncertain in most places",
                    numbers,
                    "Trust it only where the colours are strong.");
        }
        return new HealthFinding(0, Severity.GOOD, "The phenotypes are told apart in most places", numbers, "");
    }

    /** How certain the map is, in a sentence. */
    public String certainty() {
        return String.format(
                Locale.ROOT,
                "On average the strongest phenotype holds %.0f %% of a place, where chance alone gives %.0f %%.",
                100 * strongest,
                100.0 / Math.max(1, areas.length));
    }

    private static HealthFinding bad(String why, String evidence) {
        return new HealthFinding(
                0,
                Severity.COLLAPSE,
                "Do not trust this map: " + why,
                evidence,
                "Train the encoder longer or on more tiles, or use another one.");
    }
}
