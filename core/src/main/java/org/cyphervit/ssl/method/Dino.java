package org.cyphervit.ssl.method;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.group.Group;
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
import org.cyphervit.ssl.StudentTeacher;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.DinoLoss;
import org.cyphervit.ssl.loss.SinkhornKnopp;

/**
 * DINO (Caron 2021, "Emerging properties in self-supervised vision transformers",
 * <a href="https://arxiv.org/abs/2104.14294">arXiv:2104.14294</a>, Algorithm 1; official code
 * <a href="https://github.com/facebookresearch/dino">facebookresearch/dino</a>): a student learns to predict, from
 * any view, what a slowly following teacher says of the global views. As in the official code there is no loss
 * between a view and itself, the centre is updated after the loss and the teacher after the optimizer.
 */
public final class Dino implements SslMethod {
    private static final int GLOBALS = 2;

    private final DinoOptions options;
    private final Group group;
    private final StudentTeacher<Network> networks;
    private final DinoLoss loss;

    public Dino(Backbone backbone, DinoOptions options, Init init) {
        this.options = options;
        this.group = init.group();
        this.networks = new StudentTeacher<>(
                new Network(backbone, options, init), backbone, init, second -> new Network(second, options, init));
        this.loss = networks.saving("loss", new DinoLoss(options.out(), init));
    }

    @Override
    public Layer trained() {
        return networks.student();
    }

    @Override
    public Layer state() {
        return networks;
    }

    @Override
    public Backbone encoder() {
        return networks.teacher().backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        if (views.size() < GLOBALS) {
            throw new UserError("DINO needs two global views first; got " + views.size() + " view(s).");
        }
        Tensor targets;
        try (NoGradGuard noGrad = new NoGradGuard()) {
            targets = networks.teacher().forward(views.subList(0, GLOBALS), ForwardMode.teacher());
        }
        Network student = networks.student();
        Tensor features = student.features(views, mode);
        Tensor scores = student.head.forward(features);
        DinoLoss.Value value = value(loss, scores, targets, views.size(), options, progress.epoch(), group);
        return new Loss(
                value.value(),
                Map.of("teacher_entropy", value.teacherEntropy(), "feature_std", FeatureStatistics.spread(features)));
    }

    /**
     * DINO's loss as the options have it, with a centre or Sinkhorn-Knopp; the centre moves after the loss that
     * used it.
     */
    static DinoLoss.Value value(
            DinoLoss loss, Tensor student, Tensor teacher, int views, DinoOptions options, int epoch, Group group) {
        double temperature = options.teacherTemperature(epoch);
        if (options.sinkhorn()) {
            Tensor targets = SinkhornKnopp.targets(teacher, temperature, group);
            return DinoLoss.crossEntropy(student, targets, views, GLOBALS, options.studentTemperature());
        }
        DinoLoss.Value value =
                loss.forward(student, teacher, views, GLOBALS, options.studentTemperature(), temperature);
        loss.updateCenter(teacher, options.centerMomentum());
        return value;
    }

    @Override
    public double operations(List<Integer> sides) {
        return StepOperations.trained(networks.student().operations(sides))
                + networks.teacher().operations(sides.subList(0, GLOBALS));
    }

    @Override
    public void afterStep(TrainingProgress progress) {
        networks.update(options.momentum(), progress.step(), progress.steps());
    }

    @Override
    public Optional<Backbone> student() {
        return Optional.of(networks.student().backbone);
    }

    @Override
    public double initialShare(long steps) {
        return StudentTeacher.initialShare(options.momentum(), steps);
    }

    @Override
    public String plan(long steps, long stepsPerEpoch) {
        return options.plan(steps, stepsPerEpoch);
    }

    @Override
    public double chanceLoss(int batch) {
        return Math.log(options.out());
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return Symptom.ofTeacher(options.out(), chanceLoss(batch));
    }

    @Override
    public boolean isFrozen(String parameter, TrainingProgress progress) {
        return options.freezesPrototypes(progress) && parameter.startsWith(DinoOptions.PROTOTYPES);
    }

    private static final class Network extends Layer {
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
