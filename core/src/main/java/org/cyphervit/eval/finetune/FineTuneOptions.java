package org.cyphervit.eval.finetune;

import org.cyphervit.Ranges;
import org.cyphervit.torch.Precision;

/**
 * How a network is fine-tuned.
 *
 * @param epochs passes over the labelled tiles
 * @param minimumSteps optimisation steps at least, for a few labels make short epochs
 * @param batch tiles per step, at most the labelled ones
 * @param learningRate of AdamW after a tenth of warm-up, for the head and the last layer
 * @param layerDecay what the learning rate of each layer is, over that of the layer above, (0, 1] (Clark 2020, Bao 2022);
 *     1 for networks from scratch
 * @param weightDecay of matrices
 * @param checks how often the validation part is looked at
 * @param patience ends after so many looks without a better one
 * @param seed of the head, views, order and validation part
 */
public record FineTuneOptions(
        double epochs,
        long minimumSteps,
        int batch,
        double learningRate,
        double layerDecay,
        double weightDecay,
        int checks,
        int patience,
        long seed,
        String device,
        Precision precision) {
    public FineTuneOptions {
        Ranges.of("Fine-tuning")
                .above("epochs", epochs, 0, 1_000_000)
                .whole("minimumSteps", minimumSteps, 1, 1_000_000_000)
                .whole("batch", batch, 2, 1 << 16)
                .above("learningRate", learningRate, 0, 1000)
                .above("layerDecay", layerDecay, 0, 1)
                .number("weightDecay", weightDecay, 0, 1000)
                .whole("checks", checks, 1, 1_000_000)
                .whole("patience", patience, 1, 1_000_000)
                .check();
    }

    /** 30 epochs of batches of 32, learning rate 5e-4, layer decay 0.75, weight decay 0.05. */
    public static FineTuneOptions standard(String device, Precision precision) {
        return new FineTuneOptions(30, 200, 32, 5e-4, 0.75, 0.05, 20, 6, 0, device, precision);
    }

    public FineTuneOptions withLength(double epochs, long minimumSteps) {
        return with(epochs, minimumSteps, layerDecay, seed);
    }

    public FineTuneOptions withSeed(long seed) {
        return with(epochs, minimumSteps, layerDecay, seed);
    }

    public FineTuneOptions withLayerDecay(double layerDecay) {
        return with(epochs, minimumSteps, layerDecay, seed);
    }

    private FineTuneOptions with(double epochs, long minimumSteps, double layerDecay, long seed) {
        return new FineTuneOptions(
                epochs,
                minimumSteps,
                batch,
                learningRate,
                layerDecay,
                weightDecay,
                checks,
                patience,
                seed,
                device,
                precision);
    }

    /** Optimisation steps for so many labelled tiles. */
    public long steps(int tiles) {
        return Math.max(minimumSteps, Math.round(epochs * Math.ceil(tiles / (double) batch)));
    }
}
