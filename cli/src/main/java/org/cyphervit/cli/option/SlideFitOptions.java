package org.cyphervit.cli.option;

import java.util.List;
import java.util.Locale;
import org.cyphervit.UserError;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.mil.aggregator.InstanceLoss;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.survival.CoxLoss;
import org.cyphervit.torch.Precision;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** How an aggregator is built and trained. */
public final class SlideFitOptions {
    @Option(
            names = "--aggregator",
            defaultValue = "abmil",
            description = "mean, max, abmil (gated attention) or clam_sb. Default: ${DEFAULT-VALUE}.")
    private String aggregator = "abmil";

    @Option(
            names = "--hidden",
            paramLabel = "H",
            description = "Width that features are brought to before attention; 0 for none. Default: 0; clam_sb: 256.")
    @Within(most = 16_384)
    private @Nullable Integer hidden;

    @Option(
            names = "--attention",
            paramLabel = "A",
            defaultValue = "128",
            description = "Width of the attention. Default: 128.")
    @Within(least = 1, most = 16_384)
    private int attention;

    @Option(
            names = "--dropout",
            defaultValue = "0.25",
            description = "Share of the values that a training step drops. Default: 0.25.")
    @Within(most = 1, below = true)
    private double dropout;

    @Option(
            names = "--instances",
            paramLabel = "N",
            defaultValue = "0",
            description = "Tiles of a bag that a training step looks at, drawn anew each time; 0 for all. Default: 0.")
    @Within(most = 1_000_000_000)
    private int instances;

    @Option(
            names = "--epochs",
            defaultValue = "40",
            description = "Passes over the training bags, at most. Default: 40.")
    @Within(least = 1, most = 1_000_000)
    private int epochs;

    @Option(
            names = "--patience",
            defaultValue = "8",
            description = "Epochs without a better validation loss before training ends. Default: 8.")
    @Within(least = 1, most = 1_000_000)
    private int patience;

    @Option(
            names = "--lr",
            split = ",",
            defaultValue = "1e-3,1e-4",
            description = "Learning rates; patients held out of the training ones choose. Default: ${DEFAULT-VALUE}.")
    @Within(most = 1000, above = true)
    private List<Double> rates = List.of();

    @Option(
            names = "--weight-decay",
            defaultValue = "0.01",
            description = "The optimizer's weight decay. Default: 0.01.")
    @Within(most = 1000)
    private double decay;

    @Option(names = "--batch", description = "Bags per step; of survival the risk set. Default: 1; survival: 32.")
    @Within(least = 1, most = 1 << 16)
    private @Nullable Integer batch;

    @Option(
            names = "--subtyping",
            negatable = true,
            defaultValue = "true",
            fallbackValue = "true",
            description = "clam_sb: classes exclude each other. Default: true.")
    private boolean subtyping;

    @Option(
            names = "--instance-loss",
            defaultValue = "svm",
            description = "clam_sb: loss of single tiles, svm or cross_entropy. Default: svm.")
    private InstanceLoss instanceLoss = InstanceLoss.SVM;

    @Option(
            names = "--clam-k",
            defaultValue = "8",
            description = "clam_sb: tiles of most and of least attention that its instance loss looks at. Default: 8.")
    @Within(least = 1, most = 1_000_000)
    private int k;

    @Option(
            names = "--ties",
            defaultValue = "efron",
            description = "survival: how events at the same time are counted, efron or breslow. Default: efron.")
    private CoxLoss.Ties ties = CoxLoss.Ties.EFRON;

    @Option(
            names = "--precision",
            defaultValue = "fp32",
            description =
                    "Of the products of training steps: fp32, or bf16, which is faster where the processor or GPU has"
                            + " it. Evaluation is fp32. Default: fp32.")
    private String precision = "fp32";

    @Mixin
    private DeviceOption device = new DeviceOption();

    @Option(names = "--seed", defaultValue = "0", description = "Seed of weights, splits and draws. Default: 0.")
    private long seed;

    public long seed() {
        return seed;
    }

    public String device() {
        return device.name();
    }

    public FitOptions options(SlideTask task) {
        AggregatorKind kind = AggregatorKind.named(aggregator);
        if (kind == AggregatorKind.CLAM_SB && hidden != null && hidden == 0) {
            throw new UserError("--hidden must be at least 1 for clam_sb.");
        }
        AggregatorOptions built = new AggregatorOptions(
                hidden == null ? 0 : hidden,
                attention,
                dropout,
                new AggregatorOptions.Clam(k, 0.7, subtyping, instanceLoss));
        FitOptions standard = FitOptions.standard(task);
        return new FitOptions(
                        AggregatorKind.ABMIL,
                        built,
                        epochs,
                        patience,
                        rates,
                        decay,
                        batch == null ? standard.batch() : batch,
                        instances,
                        ties,
                        Precision.parse(precision),
                        device.name())
                .with(kind);
    }

    /** Such as {@code abmil}, for titles and files. */
    public String name() {
        return aggregator.toLowerCase(Locale.ROOT);
    }
}
