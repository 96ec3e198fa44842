package org.cyphervit.monitor;

import java.util.Locale;

/**
 * Something about a run's health, as trainer, log, report and viewer share it.
 *
 * @param step at which it was found
 * @param severity how much it matters
 * @param symptom what is wrong or right, in a few words
 * @param evidence the numbers that say so, in a sentence; may be empty
 * @param remedy what to change, in sentences that name the settings; empty where nothing need be done
 */
public record HealthFinding(long step, Severity severity, String symptom, String evidence, String remedy) {
    /** How much a finding matters. */
    public enum Severity {
        /** As it should be. */
        GOOD,
        /** Nothing was measured. */
        UNKNOWN,
        /** Worth a look; the features may be of use all the same. */
        WARNING,
        /** Features or tokens have collapsed: what this run learns is of no use. */
        COLLAPSE;

        /** Such as {@code warning}, as files and pages have it. */
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** All but the step, in one line. */
    public String sentence() {
        return (symptom + ". " + evidence + " " + remedy).strip().replaceAll(" +", " ");
    }
}
