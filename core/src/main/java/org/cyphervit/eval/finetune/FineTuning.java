package org.cyphervit.eval.finetune;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedSet;
import java.util.TreeSet;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.augment.batch.ViewBatch;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.augment.batch.ViewPlace;
import org.cyphervit.augment.batch.ViewRequest;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.data.TileSource;
import org.cyphervit.embed.Embedder;
import org.cyphervit.embed.FeatureChoice;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.metric.ClassMetric;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.eval.metric.Scorecard;
import org.cyphervit.group.Group;
import org.cyphervit.nn.Init;
import org.cyphervit.optim.LayerRates;
import org.cyphervit.optim.OptimizerOptions;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.Schedule;
import org.cyphervit.ssl.method.Supervised;
import org.cyphervit.ssl.method.SupervisedOptions;
import org.cyphervit.torch.Engine;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.Trainer;
import org.jspecify.annotations.Nullable;

/**
 * A whole network trained on labelled tiles by AdamW and cross-entropy, with layer-wise learning rates. The weights with
 * the best balanced accuracy on a validation part of the labelled tiles are kept, and training ends when it no longer rises;
 * the test tiles are looked at once, at the end.
 */
final class FineTuning implements AutoCloseable {
    private static final double WARMUP = 0.1;

    private final Supervised method;
    private final Trainer trainer;
    private final Embedder embedder;
    private final SortedSet<String> unreadable = new TreeSet<>();
    private final FineTuneOptions options;
    private final Device device;
    private final long steps;
    private final int size;

    /**
     * @param backbone to train, on the options' device; owned and closed by this
     * @param classes names in label order
     * @param tiles how many will be learnt from
     */
    public FineTuning(Backbone backbone, List<String> classes, int tiles, FineTuneOptions options) {
        this.options = options;
        this.device = Scope.keep(Engine.device(options.device()));
        this.size = backbone.imageSize();
        backbone.trainable(true);
        this.method = new Supervised(
                backbone,
                new SupervisedOptions(classes, 0.1),
                new Init(SeededGenerator.mix(options.seed(), 2), device));
        this.steps = options.steps(tiles);
        Map<String, Double> rates = LayerRates.of(method.trained().parameters().keySet(), options.layerDecay());
        this.trainer = new Trainer(
                method,
                new OptimizerOptions(
                        new Schedule(options.learningRate(), options.learningRate() / 100, (long) (WARMUP * steps)),
                        Schedule.constant(options.weightDecay()),
                        0),
                options.precision(),
                new SeededGenerator(SeededGenerator.mix(options.seed(), 1), device),
                steps,
                Math.max(1, tiles / options.batch()),
                name -> Objects.requireNonNull(rates.get(name)));
        this.embedder = Embedder.of(backbone, 0, options.device(), FeatureChoice.POOLED);
    }

    /** Receives how far training is. */
    @FunctionalInterface
    public interface Progress {
        void done(long step, long steps);
    }

    /**
     * Trains; afterwards the network has the weights that did best on the validation part.
     *
     * @param train tiles to learn from
     * @param validation tiles to stop by; null to train to the end
     * @return steps that were made
     */
    public long train(TileSource train, @Nullable TileSource validation, Progress progress) {
        long every = Math.max(1, steps / options.checks());
        Map<String, Tensor> best = new LinkedHashMap<>();
        double highest = -1;
        int without = 0;
        ViewRequest request = new ViewRequest(views(), List.of(), ViewPlace.AUTO.onDevice(device, false));
        int batch = Math.min(options.batch(), train.size());
        try (ViewLoader loader = new ViewLoader(train, request, batch, options.seed(), 1, 0, Group.singleProcess())) {
            while (!trainer.isDone() && without < options.patience()) {
                step(loader, train);
                long done = trainer.moment().step();
                if (done % every == 0 || trainer.isDone()) {
                    progress.done(done, steps);
                    if (validation != null) {
                        double reached = judge(validation).get(ClassMetric.BALANCED_ACCURACY);
                        without = reached > highest ? 0 : without + 1;
                        if (reached > highest) {
                            highest = reached;
                            keep(best);
                        }
                    }
                }
            }
            unreadable.addAll(loader.unreadable());
        }
        if (!best.isEmpty()) {
            method.state().load(best);
            best.values().forEach(Scope::free);
        }
        return trainer.moment().step();
    }

    /** Names of the tiles that could not be read so far. */
    public List<String> unreadable() {
        return List.copyOf(unreadable);
    }

    /** How well the network does on tiles. */
    public Scorecard judge(TileSource tiles) {
        Embedder.Result embedded = embedder.embed(method.encoder(), tiles);
        unreadable.addAll(embedded.unreadable());
        LabelledFeatures features = LabelledFeatures.of(tiles, embedded);
        Map<String, Tensor> head = method.trained().parameters();
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor scores = Tensors.linear(
                    features.features().tensor(device, ScalarType.Float),
                    Objects.requireNonNull(head.get("head.weight")),
                    Objects.requireNonNull(head.get("head.bias")));
            return Scorecard.of(ClassScores.of(torch.softmax(scores, -1)), features.labels(), features.classes());
        }
    }

    private void step(ViewLoader loader, TileSource train) {
        ViewBatch views = loader.next();
        try (Scope scope = Scope.open()) {
            Tensor labels = Tensors.ofLabels(
                    Arrays.stream(views.tiles()).map(train::label).toArray());
            double loss = trainer.step(List.of(new Batch(
                            views.tensors(device, method.encoder().spec().normalization()), labels)))
                    .loss();
            if (!Double.isFinite(loss)) {
                throw new UserError(
                        "Fine-tuning diverged in step " + (trainer.moment().step() + 1) + ": the loss became " + loss
                                + ". Lower the learning rate (" + options.learningRate() + ").");
            }
        }
    }

    private ViewRecipe views() {
        return new ViewOptions.Single(size, 0.4, true, 1).recipe();
    }

    private void keep(Map<String, Tensor> best) {
        best.values().forEach(Scope::free);
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            method.state().state().forEach((name, tensor) -> best.put(name, Scope.keep(tensor.clone())));
        }
    }

    /** Frees network and optimizer. */
    @Override
    public void close() {
        trainer.state().values().forEach(Scope::free);
    }
}
