package org.cyphervit.study.table;

import java.io.IOException;
import java.util.Map;
import org.cyphervit.backbone.Backbone;
import org.jspecify.annotations.Nullable;

/** Measurements of an encoder on a data set. */
public interface Measurement {
    /** The set's name, and where there are several kinds of work on it, which. */
    String set();

    /** What the numbers depend on besides the encoder: data and protocol. Computed cheaply. */
    String of();

    /** Whether features of no encoder can be measured so. */
    boolean needsEncoder();

    /** What it is, for the plan. */
    String description();

    /**
     * Measures.
     *
     * @param backbone null for colour histograms; not closed
     * @param before what an interrupted earlier run has measured
     * @param save called with all numbers so far
     */
    void measure(
            @Nullable Backbone backbone, ComparedEncoder encoder, long seed, Map<String, double[]> before, Saver save)
            throws IOException;

    /** Keeps numbers. */
    @FunctionalInterface
    interface Saver {
        void save(Map<String, double[]> numbers) throws IOException;
    }

    /** Whether nothing is left to measure. */
    boolean isDone(Map<String, double[]> numbers);
}
