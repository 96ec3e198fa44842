package org.cyphervit.train.recipe;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewMeasure;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.augment.batch.ViewPlace;
import org.cyphervit.augment.batch.ViewRequest;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.nn.Init;
import org.cyphervit.optim.OptimizerOptions;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.tokens.TokenTargetOptions;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.tuning.TuningRecipe;

/**
 * All that decides a pre-training run. Written to {@code recipe.yaml} of the run with every default resolved;
 * {@link Recipes} reads it.
 *
 * @param data folders of tiles
 * @param stain whether and how tiles are normalized as they are read
 * @param backbone the network
 * @param method name and options of the method
 * @param tokenTargets what single tokens learn to tell beside the method's task
 * @param views how tiles are cropped and coloured
 * @param optimizer its rule and schedules
 * @param tuning how weights are treated that training starts from
 * @param run length, batch, seed and saving
 */
public record Recipe(
        List<String> data,
        StainOptions stain,
        BackboneConfig backbone,
        Method<?> method,
        TokenTargetOptions tokenTargets,
        ViewOptions views,
        OptimizerRecipe optimizer,
        TuningRecipe tuning,
        RunRecipe run) {
    public Recipe {
        data = List.copyOf(data);
        if (run.views() == ViewPlace.DEVICE && tokenTargets.measuresViews()) {
            throw new UserError(
                    "run.views: DEVICE makes views where they cannot be measured, but tokenTargets.tokens asks"
                            + " for measures of them; got " + tokenTargets.tokens()
                            + ". Set run.views to AUTO or CPU, or let tokens learn columns of a labels file only.");
        }
    }

    /**
     * What a loader makes of tiles.
     *
     * @param device of the model
     * @param measures of views, which the token targets need
     */
    public ViewRequest viewRequest(Device device, List<ViewMeasure> measures) {
        return new ViewRequest(
                views.recipe(), measures, run.views().onDevice(device, tokenTargets.measuresViews()), run.oneSet());
    }

    /** The same with another length, batch and saving; the learning rate stays that of as many tiles per step. */
    public Recipe with(RunRecipe other) {
        return new Recipe(data, stain, backbone, method, tokenTargets, views, optimizer, tuning, other);
    }

    /** A method of the registry with its options. */
    public record Method<O extends Record>(MethodProvider<O> provider, O options) {
        /** The method around a backbone; what it has besides is drawn from {@code init}. */
        public SslMethod make(Backbone backbone, Init init) {
            return provider.make(backbone, options, init);
        }
    }

    /**
     * The optimizer; schedules are linear warm-up, then half a cosine.
     *
     * @param rule adamw or lars
     * @param baseLearningRate the rate for an optimization step of {@value #BASE_BATCH} images, in the proportion
     *     of which recipes scale it: learningRate = baseLearningRate x batch x accumulate / 256, the batch being
     *     that of all processes together
     * @param learningRate after the warm-up; one that the user sets stands, whatever the batch; 0 takes the rule
     * @param finalLearningRate at the end
     * @param warmup share of all steps, [0, 1)
     * @param weightDecay at the start
     * @param finalWeightDecay at the end
     * @param clip largest L2 norm of each parameter's gradient; 0 for none
     * @param beta2 decay of the second moment, [0, 1)
     */
    public record OptimizerRecipe(
            OptimizerOptions.Rule rule,
            double baseLearningRate,
            double learningRate,
            double finalLearningRate,
            double warmup,
            double weightDecay,
            double finalWeightDecay,
            double clip,
            double beta2) {
        static final double BASE_BATCH = 256;

        public OptimizerRecipe {
            Ranges.of("The optimizer")
                    .above("baseLearningRate", baseLearningRate, 0, 1000)
                    .number("learningRate", learningRate, 0, 1000) // 0 takes the rule
                    .number("finalLearningRate", finalLearningRate, 0, 1000)
                    .number("weightDecay", weightDecay, 0, 100)
                    .number("finalWeightDecay", finalWeightDecay, 0, 100)
                    .number("clip", clip, 0, 1e6)
                    .number("beta2", beta2, 0, 1 - 1e-9)
                    .check();
            if (!(finalLearningRate >= 0) || !(warmup >= 0 && warmup < 1)) {
                throw new UserError("The optimizer needs finalLearningRate >= 0 and warmup, a share of all steps, in"
                        + " [0, 1); got " + finalLearningRate + " and " + warmup + ".");
            }
        }

        /**
         * With the rate that the rule gives where the user set none, and the base rate of one that the user set, so
         * that both agree.
         *
         * @param batch tiles per optimisation step
         */
        OptimizerRecipe scaledTo(long batch) {
            double times = batch / BASE_BATCH;
            double ruled = baseLearningRate * times;
            boolean given = learningRate > 0 && Math.abs(learningRate - ruled) > 1e-9 * ruled;
            return new OptimizerRecipe(
                    rule,
                    given ? learningRate / times : baseLearningRate,
                    given ? learningRate : ruled,
                    finalLearningRate,
                    warmup,
                    weightDecay,
                    finalWeightDecay,
                    clip,
                    beta2);
        }

        /** The rule and its schedules over a run of so many steps. */
        public OptimizerOptions options(long steps) {
            long warm = (long) (warmup * steps);
            return new OptimizerOptions(
                    rule,
                    new Schedule(learningRate, finalLearningRate, warm),
                    new Schedule(weightDecay, finalWeightDecay, 0),
                    clip,
                    0.9,
                    beta2,
                    1e-8);
        }
    }

    /** The rule of the learning rate with its numbers, for the run's first lines. */
    public String learningRateRule() {
        return String.format(
                Locale.ROOT,
                "learning rate %.3g = %.3g x %d / 256",
                optimizer.learningRate(),
                optimizer.baseLearningRate(),
                run.stepBatch());
    }

    /**
     * What looks wrong with the recipe, in words, though it can be run.
     *
     * @return empty where nothing does
     */
    public List<String> warnings() {
        List<String> warnings = new ArrayList<>();
        for (ViewSpec view : views.recipe().specs()) {
            long rows = view.size() / backbone.patch();
            if (rows * rows < backbone.leastPatches()) {
                warnings.add(String.format(
                        Locale.ROOT,
                        "A %s view of %d pixels has %d patches of %d pixels, fewer than the backbone's %d tokens of the first"
                                + " stage: some tokens get nothing. Use larger views, smaller patches or fewer tokens.",
                        view.name(),
                        view.size(),
                        rows * rows,
                        backbone.patch(),
                        backbone.leastPatches()));
            }
        }
        return warnings;
    }

    /**
     * Length, batch, seed and saving.
     *
     * @param epochs passes over the tiles; ignored where {@code steps} is above 0
     * @param steps optimisation steps, or 0 to count epochs
     * @param batch tiles per forward pass
     * @param oneSet whether the tiles of a batch come from one data set, where several are learnt from; what does not
     *     fill a batch comes mixed. Between sets, stain and scanner alone tell tiles apart, and a contrastive method
     *     learns them first; within a set it has to look at tissue
     * @param accumulate forward passes per optimisation step; the batch that the optimizer sees is their product
     * @param seed of weights, tiles and views
     * @param init file of weights to start the backbone from; empty for random ones
     * @param recompute do not keep what blocks compute, but compute it again in the backward pass: half of the
     *     memory per image, for up to a forward pass more time
     * @param device cpu, cuda, cuda:1, ...
     * @param precision fp32 or bf16
     * @param views where the pixels of views are made; token targets that measure views need the CPU
     * @param loaderThreads threads that decode tiles and draw views; 0 for as many as the machine can spare
     * @param checkpointEvery steps between checkpoints
     * @param keep checkpoints to keep
     * @param probeEvery epochs between k-NN probes of the encoder where labels exist; 0 for none
     * @param onCollapse whether a run whose features or tokens have collapsed stops or goes on
     */
    public record RunRecipe(
            double epochs,
            long steps,
            int batch,
            boolean oneSet,
            int accumulate,
            long seed,
            String init,
            boolean recompute,
            String device,
            Precision precision,
            ViewPlace views,
            int loaderThreads,
            long checkpointEvery,
            int keep,
            int probeEvery,
            OnCollapse onCollapse) {
        private static final long MOST_STEPS = 1_000_000_000;

        /** What a run does whose features or tokens have collapsed. */
        public enum OnCollapse {
            STOP,
            CONTINUE
        }

        public RunRecipe {
            Ranges.of("A run")
                    .number("epochs", epochs, 0, 1e6)
                    .whole("steps", steps, 0, MOST_STEPS)
                    .whole("batch", batch, 2, 1 << 16)
                    .whole("accumulate", accumulate, 1, 1 << 12)
                    .whole("loaderThreads", loaderThreads, 0, 512)
                    .whole("checkpointEvery", checkpointEvery, 1, MOST_STEPS)
                    .whole("keep", keep, 1, 10_000)
                    .whole("probeEvery", probeEvery, 0, 1_000_000)
                    .check();
            if (epochs == 0 && steps == 0) {
                throw new UserError("A run needs epochs or steps above 0; got 0 and 0.");
            }
        }

        /** The same with blocks that are computed again. */
        public RunRecipe recomputing() {
            return copy(steps, batch, accumulate, true);
        }

        /** The same with other batches. */
        public RunRecipe batched(int tiles, int times) {
            return copy(steps, tiles, times, recompute);
        }

        /** The same with another number of optimisation steps. */
        RunRecipe lasting(long longer) {
            return copy(longer, batch, accumulate, recompute);
        }

        private RunRecipe copy(long lasting, int tiles, int times, boolean again) {
            return new RunRecipe(
                    epochs,
                    lasting,
                    tiles,
                    oneSet,
                    times,
                    seed,
                    init,
                    again,
                    device,
                    precision,
                    views,
                    loaderThreads,
                    checkpointEvery,
                    keep,
                    probeEvery,
                    onCollapse);
        }

        /** Tiles per optimisation step. */
        public long stepBatch() {
            return (long) batch * accumulate;
        }

        /** Optimisation steps in one pass over the tiles. */
        public long stepsPerEpoch(long tiles) {
            return Math.max(1, tiles / stepBatch());
        }

        /** Optimisation steps of the whole run. */
        public long totalSteps(long tiles) {
            return steps > 0 ? steps : Math.max(1, Math.round(epochs * stepsPerEpoch(tiles)));
        }

        public int threads() {
            return loaderThreads > 0
                    ? loaderThreads
                    : device.startsWith("cuda")
                            ? Math.clamp(Runtime.getRuntime().availableProcessors() - 1, 1, 32) // the model needs one
                            : Math.clamp(Runtime.getRuntime().availableProcessors() / 2, 1, 8);
        }
    }
}
