package org.cyphervit.mil.fit;

import java.util.List;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.survival.CoxLoss;
import org.cyphervit.torch.Precision;

/**
 * How an aggregator is trained.
 *
 * @param kind of it
 * @param aggregator how it is built
 * @param epochs passes over the training examples, at most
 * @param patience passes without a better validation loss, after which training ends
 * @param learningRates that are tried; the validation loss decides
 * @param weightDecay of AdamW
 * @param batch examples per step; the risk set of a step of survival
 * @param instances of a bag that a training step looks at, drawn anew each time; 0 for all. Evaluation takes all
 * @param ties of survival
 * @param precision of the products of training steps; evaluation is in float32
 * @param device {@code cpu}, {@code cuda}, ...
 */
public record FitOptions(
        AggregatorKind kind,
        AggregatorOptions aggregator,
        int epochs,
        int patience,
        List<Double> learningRates,
        double weightDecay,
        int batch,
        int instances,
        CoxLoss.Ties ties,
        Precision precision,
        String device) {
    private static final int CLAM_HIDDEN = 256;

    public FitOptions {
        learningRates = List.copyOf(learningRates);
        if (learningRates.isEmpty()) {
            throw new UserError("Training needs at least one learning rate.");
        }
        Ranges ranges = Ranges.of("Training")
                .whole("epochs", epochs, 1, 1_000_000)
                .whole("patience", patience, 1, 1_000_000)
                .whole("batch", batch, 1, 1 << 16)
                .whole("instances", instances, 0, 1_000_000_000)
                .number("weightDecay", weightDecay, 0, 1000);
        for (double rate : learningRates) {
            ranges.above("learningRate", rate, 0, 1000);
        }
        ranges.check();
    }

    /** Gated attention with settings that suit some hundred slides; survival by risk sets of 32. */
    public static FitOptions standard(SlideTask task) {
        return new FitOptions(
                AggregatorKind.ABMIL,
                AggregatorOptions.standard(),
                40,
                8,
                List.of(1e-3, 1e-4),
                1e-2,
                task == SlideTask.SURVIVAL ? 32 : 1,
                0,
                CoxLoss.Ties.EFRON,
                Precision.FP32,
                "cpu");
    }

    /** The same with another aggregator; CLAM gets the hidden width that it cannot do without. */
    public FitOptions with(AggregatorKind other) {
        AggregatorOptions built = other == AggregatorKind.CLAM_SB && aggregator.hidden() == 0
                ? new AggregatorOptions(CLAM_HIDDEN, aggregator.attention(), aggregator.dropout(), aggregator.clam())
                : aggregator;
        return new FitOptions(
                other, built, epochs, patience, learningRates, weightDecay, batch, instances, ties, precision, device);
    }
}
