package org.cyphervit.ssl.method;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.group.Group;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Projector;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.FeatureStatistics;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.MultiCropForward;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StepOperations;
import org.cyphervit.ssl.StudentTeacher;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.InfoNceLoss;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * MoCo v3 (Chen 2021, "An empirical study of training self-supervised vision transformers",
 * <a href="https://arxiv.org/abs/2104.02057">arXiv:2104.02057</a>, Algorithm 1; official code
 * <a href="https://github.com/facebookresearch/moco-v3">facebookresearch/moco-v3</a>): the query of
 * one view must find, among the keys of the momentum encoder, that of the other view of the same tile. The patch
 * projection may stay random, which the paper found to steady training.
 *
 * <p>Negatives are the other keys of the batch; for small batches a queue of earlier keys can be added, as in the
 * first MoCo (He 2020). Differences from the official code: position embeddings are learned and weights start as
 * DINO's, so that methods differ by their loss alone; the momentum encoder moves after the optimizer's step instead
 * of before the next forward pass, which is the same sequence of numbers.
 */
final class Moco implements SslMethod {
    private static final double STALE = 0.2;

    private final MocoOptions options;
    private final Group group;
    private final Query query;
    private final StudentTeacher<Key> encoders;
    private final @Nullable KeyQueue queue;

    public Moco(Backbone backbone, MocoOptions options, Init init) {
        this.options = options;
        this.group = init.group();
        this.query = new Query(backbone, options, init);
        this.encoders = new StudentTeacher<>(
                "query", query, query.key, "momentum", backbone, init, second -> new Key(second, options, init));
        this.queue = options.queue() > 0
                ? encoders.saving("queue", new KeyQueue(options.queue(), options.out(), init))
                : null;
    }

    @Override
    public Layer trained() {
        return query;
    }

    @Override
    public Layer state() {
        return encoders;
    }

    /** The one that gradients train, as in the official evaluation. */
    @Override
    public Backbone encoder() {
        return query.key.backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        if (views.size() != 2) {
            throw new UserError("MoCo needs exactly two views; got " + views.size() + ".");
        }
        Tensor features = MultiCropForward.forward(views, x -> query.key.backbone.pooled(x, mode));
        long B = batch.labels().size(0);
        Tensor queries = query.predictor.forward(query.key.projector.forward(features));
        Tensor keys;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Key teacher = encoders.teacher();
            keys = teacher.projector.forward(
                    MultiCropForward.forward(views, x -> teacher.backbone.pooled(x, ForwardMode.teacher())));
        }
        Tensor earlier = queue == null ? null : queue.keys();
        Tensor first = group.gather(keys.narrow(0, 0, B));
        Tensor second = group.gather(keys.narrow(0, B, B)); // (W*B,D)
        long own = group.rank() * B;
        Tensor firstToSecond = InfoNceLoss.value(queries.narrow(0, 0, B), second, own, earlier, options.temperature());
        Tensor secondToFirst = InfoNceLoss.value(queries.narrow(0, B, B), first, own, earlier, options.temperature());
        Map<String, Tensor> measures = new LinkedHashMap<>();
        measures.put("feature_std", FeatureStatistics.spread(features));
        if (queue != null && earlier != null) {
            Tensor fresh =
                    Tensors.normalizeRows(Tensors.cat(List.of(first, second), 0).to(ScalarType.Float), 1e-12);
            measures.put(
                    "queue_gap", gap(queries.narrow(0, 0, B), fresh.narrow(0, group.size() * B + own, B), earlier));
            queue.push(fresh);
        }
        return new Loss(firstToSecond.add(secondToFirst), measures);
    }

    @Override
    public double operations(List<Integer> sides) {
        double predictors = sides.size() * query.predictor.operations();
        return StepOperations.trained(query.key.operations(sides) + predictors)
                + encoders.teacher().operations(sides);
    }

    // How much closer fresh negatives are to the queries than those of the queue, as cosine: 0 when the queue is
    // fresh.
    private static Tensor gap(Tensor queries, Tensor fresh, Tensor earlier) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor q = Tensors.normalizeRows(queries.detach().to(ScalarType.Float), 1e-12);
            Tensor similar = q.matmul(fresh.t());
            double pairs = (double) q.size(0) * (q.size(0) - 1);
            Tensor others = similar.sum().sub(similar.trace()).div(new Scalar(pairs));
            return others.sub(q.matmul(earlier.t()).mean());
        }
    }

    @Override
    public void afterStep(TrainingProgress progress) {
        encoders.update(options.momentum(), progress.step() + 1, progress.steps());
    }

    @Override
    public String plan(long steps, long stepsPerEpoch) {
        return "momentum encoder's " + StudentTeacher.plan(options.momentum(), steps);
    }

    @Override
    public boolean isFrozen(String parameter, TrainingProgress progress) {
        return options.freezePatches() && parameter.startsWith("encoder.backbone.patch_embed.");
    }

    /** Both directions with all keys equally likely. */
    @Override
    public double chanceLoss(int batch) {
        return 4 * options.temperature() * Math.log(batch + (double) options.queue());
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        String stale =
                "The queue's keys are too old to stand for tiles of now (queue_gap: their similarity to queries is"
                        + " not that of fresh ones)";
        String remedy = "Shorten method.queue or raise method.momentum.";
        return List.of(
                Symptom.ofContrast(chanceLoss(batch)),
                new Symptom(List.of(Symptom.above("queue_gap", STALE)), stale, remedy),
                new Symptom(List.of(Symptom.below("queue_gap", -STALE)), stale, remedy));
    }

    /** What both encoders have. */
    private static final class Key extends Layer {
        private final Backbone backbone;
        private final Projector projector;

        private Key(Backbone backbone, MocoOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.projector = child(
                    "projector",
                    new Projector(
                            List.of(backbone.config().width(), options.hidden(), options.hidden(), options.out()),
                            false,
                            init));
        }

        private double operations(List<Integer> sides) {
            return StepOperations.pooled(backbone, sides) + sides.size() * projector.operations();
        }
    }

    /** What the trained one has besides: a predictor, which keeps the two sides from meeting in a constant. */
    private static final class Query extends Layer {
        private final Key key;
        private final Projector predictor;

        private Query(Backbone backbone, MocoOptions options, Init init) {
            this.key = child("encoder", new Key(backbone, options, init));
            this.predictor = child(
                    "predictor", new Projector(List.of(options.out(), options.hidden(), options.out()), false, init));
        }
    }

    /** The newest keys first. */
    private static final class KeyQueue extends Layer {
        private final Tensor keys;

        private KeyQueue(int size, int width, Init init) {
            this.keys = buffer("keys", Tensors.normalizeRows(init.normal(1, size, width), 1e-12));
        }

        // A copy: the graph of this step still needs the keys when the queue moves on.
        private Tensor keys() {
            return keys.clone();
        }

        private void push(Tensor newest) {
            try (NoGradGuard noGrad = new NoGradGuard()) {
                keys.copy_(Tensors.cat(List.of(newest, keys), 0).narrow(0, 0, keys.size(0)));
            }
        }
    }

    /** MoCo in the registry. */
    public static final class Provider implements MethodProvider<MocoOptions> {
        @Override
        public String name() {
            return "moco";
        }

        @Override
        public Class<MocoOptions> options() {
            return MocoOptions.class;
        }

        @Override
        public MocoOptions defaults(DatasetInfo tiles, long steps) {
            return MocoOptions.forTiles(tiles.count(), steps);
        }

        @Override
        public Class<ViewOptions.Pair> views() {
            return ViewOptions.Pair.class;
        }

        @Override
        public String recipe() {
            return """
                    # MoCo v3 (Chen 2021): two whole views, constant weight decay, no clipping, 1.5e-4 for a batch
                    # of 256.
                    views: {globalMin: 0.2}
                    optimizer: {baseLearningRate: 1.5e-4, finalLearningRate: 0, warmup: 0.13, weightDecay: 0.1,
                                finalWeightDecay: 0.1, clip: 0}
                    run: {batch: 256}
                    """;
        }

        @Override
        public String nanoRecipe() {
            return """
                    # Batches of 128 with a queue; a higher rate, because nano runs are short.
                    optimizer: {baseLearningRate: 1.0e-3, warmup: 0.1}
                    run: {batch: 128}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, MocoOptions options, Init init) {
            return new Moco(backbone, options, init);
        }
    }
}
