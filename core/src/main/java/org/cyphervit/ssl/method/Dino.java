package org.cyphervit.ssl.method;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.DinoHead;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.FeatureStatistics;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.MultiCropForward;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StepOperations;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.DinoLoss;

/**
 * DINO (Caron 2021, "Emerging properties in self-supervised vision transformers",
 * <a href="https://arxiv.org/abs/2104.14294">arXiv:2104.14294</a>, Algorithm 1; official code
 * <a href="https://github.com/facebookresearch/dino">facebookresearch/dino</a>): the student learns to
 * predict, from any view, the teacher's distribution over prototypes for the global views. The teacher is the student's
 * exponential moving average. As in the official code there is no loss between a view and itself, the centre is updated
 * after the loss and the teacher after the optimizer's step.
 */
public final class Dino extends SelfDistillation<Dino.Network> {
    private final DinoOptions options;

    public Dino(Backbone backbone, DinoOptions options, Init init) {
        super(backbone, options, init, network -> new Network(network, options, init));
        this.options = options;
    }

    @Override
    Backbone backbone(Network network) {
        return network.backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        requireGlobals("DINO", views);
        Tensor targets;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            targets = networks().teacher().forward(views.subList(0, GLOBALS), ForwardMode.teacher());
        }
        Network student = networks().student();
        Tensor features = student.features(views, mode);
        Tensor scores = student.head.forward(features);
        DinoLoss.Value value = viewLoss(scores, targets, views.size(), progress);
        return new Loss(
                value.value(),
                Map.of("teacher_entropy", value.teacherEntropy(), "feature_std", FeatureStatistics.spread(features)));
    }

    @Override
    public double operations(List<Integer> sides) {
        return StepOperations.trained(networks().student().operations(sides))
                + networks().teacher().operations(sides.subList(0, GLOBALS));
    }

    @Override
    public double chanceLoss(int batch) {
        return Math.log(options.out());
    }

    static final class Network extends Layer {
        private final Backbone backbone;
        private final DinoHead head;

        private Network(Backbone backbone, DinoOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.head = child("head", options.head(backbone.config().width(), init));
        }

        private Tensor features(List<Tensor> views, ForwardMode mode) {
            return MultiCropForward.forward(views, x -> backbone.pooled(x, mode));
        }

        private Tensor forward(List<Tensor> views, ForwardMode mode) {
            return head.forward(features(views, mode));
        }

        private double operations(List<Integer> sides) {
            return StepOperations.pooled(backbone, sides) + sides.size() * head.operations();
        }
    }

    /** DINO in the registry. */
    public static final class Provider implements MethodProvider<DinoOptions> {
        @Override
        public String name() {
            return "dino";
        }

        @Override
        public Class<DinoOptions> options() {
            return DinoOptions.class;
        }

        @Override
        public DinoOptions defaults(DatasetInfo tiles, long steps) {
            return DinoOptions.forTiles(tiles.count(), steps);
        }

        @Override
        public Class<ViewOptions.MultiCrop> views() {
            return ViewOptions.MultiCrop.class;
        }

        @Override
        public String nanoRecipe() {
            return """
                    # A start for two CPU cores: local views, and twice the base rate, because nano runs are short.
                    method: {hidden: 512, out: 1024, teacherTemperature: 0.04, warmupTeacherTemperature: 0.03,
                             teacherWarmupEpochs: 4}
                    views: {globalMin: 0.25, locals: 4, localMin: 0.05, colorStrength: 0.7}
                    optimizer: {baseLearningRate: 1.0e-3, finalLearningRate: 1.0e-5, finalWeightDecay: 0.2}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, DinoOptions options, Init init) {
            return new Dino(backbone, options, init);
        }
    }
}
