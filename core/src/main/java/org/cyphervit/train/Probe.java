package org.cyphervit.train;

import java.util.Map;
import org.cyphervit.backbone.Backbone;

/** Measures the encoder while it trains, such as by k-NN on labelled tiles. Must not draw from the run's generators. */
@FunctionalInterface
public interface Probe {
    /** Measures by name; recorded with the step. */
    Map<String, Double> measure(Backbone encoder);
}
