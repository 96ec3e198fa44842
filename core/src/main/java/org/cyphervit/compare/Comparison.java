package org.cyphervit.compare;

import java.util.List;
import org.cyphervit.eval.Samples;
import org.cyphervit.eval.TrainTest;
import org.jspecify.annotations.Nullable;

/**
 * Trained encoders beside others and baselines, by one protocol.
 *
 * @param rows what was found, the trained encoders first
 * @param encoders how many trained encoders there are
 * @param features of the first, for the groups of its samples
 * @param resplits how many, or 0 for the split as given
 * @param seed of the bootstrap
 */
public record Comparison(
        List<CandidateResults> rows, int encoders, TrainTest<? extends Samples<?>> features, int resplits, long seed) {
    public Comparison {
        rows = List.copyOf(rows);
    }

    /** The trained encoders. */
    public CandidateResults trained() {
        return rows.getFirst();
    }

    /** The name of the metric that counts. */
    public String metric() {
        return trained().first().headline();
    }

    /**
     * How far the first encoder's result may lie off; null over re-splits or where the protocol says nothing of single
     * samples.
     */
    public @Nullable Bootstrap interval() {
        double[] values = trained().first().perSample();
        return hasSamples() ? Bootstrap.of(values, features.test().groupIds(), seed) : null;
    }

    /** The trained encoders against a row: over re-splits, or over seeds and the test samples of the first of each. */
    public SignificanceTest against(CandidateResults other) {
        double[] ours = trained().values(metric());
        double[] others = other.values(metric());
        if (resplits > 0) {
            return SignificanceTest.overResplits(bySplit(ours), bySplit(others), features.ratio());
        }
        SignificanceTest test = SignificanceTest.overSeeds(ours, others);
        return hasSamples()
                ? test.overSamples(
                        trained().first().perSample(),
                        other.first().perSample(),
                        features.test().groupIds(),
                        seed)
                : test;
    }

    private boolean hasSamples() {
        return resplits == 0 && trained().first().perSample().length > 0;
    }

    // Encoders one after another, each on all re-splits: the mean over encoders of each re-split.
    private double[] bySplit(double[] values) {
        double[] means = new double[resplits];
        for (int i = 0; i < values.length; i++) {
            means[i % resplits] += values[i] * resplits / values.length;
        }
        return means;
    }
}
