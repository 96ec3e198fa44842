package org.cyphervit.ssl.method;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import java.util.random.RandomGenerator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarTypeOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.SomePatches;
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
import org.cyphervit.ssl.loss.IbotPatchLoss;
import org.cyphervit.ssl.loss.KoLeoLoss;
import org.cyphervit.ssl.loss.SinkhornKnopp;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * iBOT (Zhou 2021, "iBOT: image BERT pre-training with online tokenizer",
 * <a href="https://arxiv.org/abs/2111.07832">arXiv:2111.07832</a>, Eq. 2 and 3; official code
 * <a href="https://github.com/bytedance/ibot">bytedance/ibot</a>): DINO's loss between views, and at masked
 * patches the student predicts the targets of the teacher, which sees them. One head for both. DINOv2 (Oquab 2023,
 * <a href="https://arxiv.org/abs/2304.07193">arXiv:2304.07193</a>) adds KoLeo and Sinkhorn-Knopp, which are options
 * here, as are layer scale and registers of the backbone.
 *
 * <p>With CypherViT the patches that are predicted are those that leave stage 0, before they are clustered; later
 * stages have none. As in the official code only global views are masked, and both centres move after the loss.
 */
final class Ibot extends SelfDistillation<Ibot.Network> {
    private static final int UNIT = 64; // rows: masked patches come in multiples of it

    private final IbotOptions options;
    private final IbotPatchLoss patchLoss;

    public Ibot(Backbone backbone, IbotOptions options, Init init) {
        super(backbone, options.dino(), init, network -> new Network(network, options.dino(), init));
        this.options = options;
        this.patchLoss =
                networks().saving("patch_loss", new IbotPatchLoss(options.dino().out(), init));
    }

    @Override
    Backbone backbone(Network network) {
        return network.backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        requireGlobals("iBOT", views);
        Tensor globals = Tensors.cat(views.subList(0, GLOBALS), 0);
        MaskedPatches masked = masks(globals, mode);
        Targets targets = targets(globals, masked, progress);
        Network student = networks().student();
        SomePatches predicted =
                student.backbone.some(globals, mode, patches -> student.mask(patches, masked.mask()), masked.chosen());
        List<Tensor> pooled = new ArrayList<>(List.of(predicted.pooled()));
        if (views.size() > GLOBALS) {
            pooled.add(MultiCropForward.forward(
                    views.subList(GLOBALS, views.size()), x -> student.backbone.pooled(x, mode)));
        }
        Tensor features = Tensors.cat(pooled, 0);
        Tensor scores = student.head.forward(features);
        DinoLoss.Value viewLoss = viewLoss(scores, targets.views(), views.size(), progress);
        Tensor patchTerm = patchTerm(predicted.patches(), targets.patches(), masked);
        Tensor total = viewLoss.value().add(patchTerm.mul(new Scalar(options.patchWeight())));
        Map<String, Tensor> measures = new LinkedHashMap<>();
        measures.put("teacher_entropy", viewLoss.teacherEntropy());
        measures.put("patch_loss", patchTerm);
        measures.put("feature_std", FeatureStatistics.spread(features));
        if (options.koleo() > 0) {
            Tensor spread = KoLeoLoss.value(predicted.pooled(), GLOBALS);
            total = total.add(spread.mul(new Scalar(options.koleo())));
            measures.put("koleo", spread);
        }
        return new Loss(total, measures);
    }

    /**
     * The scores and targets of the teacher, which sees all patches.
     *
     * @param views scores of the global views, (2B,K)
     * @param patches targets of the chosen patches, (M,K), rows summing to 1 where they count; null where too few
     *     are hidden
     */
    private record Targets(Tensor views, @Nullable Tensor patches) {}

    private Targets targets(Tensor globals, MaskedPatches masked, TrainingProgress progress) {
        double temperature = options.patchTemperature(progress.epoch());
        // A head with batch normalisation needs two, and all ranks to take part.
        boolean any = group().any(masked.count() > 1);
        Network teacher = networks().teacher();
        try (NoGradGuard noGrad = new NoGradGuard()) {
            if (options.dino().sinkhorn()) { // without a centre the other patches are not needed
                SomePatches seen = teacher.backbone.some(
                        globals, ForwardMode.teacher(), UnaryOperator.identity(), masked.chosen());
                Tensor views = teacher.head.forward(seen.pooled());
                return new Targets(
                        views,
                        any
                                ? SinkhornKnopp.targets(
                                        teacher.head.forward(seen.patches()), masked.counted(), temperature, group())
                                : null);
            }
            Features seen = teacher.backbone.forward(globals, ForwardMode.teacher());
            Tensor views = teacher.head.forward(seen.pooled());
            Tensor directions = teacher.head.directions(seen.patches().flatten(0, 1)); // (2B*N,bottleneck)
            Tensor patches = any ? patchLoss.targets(teacher.head.scores(masked.of(directions)), temperature) : null;
            patchLoss.updateCenter(
                    teacher.meanScores(directions), options.dino().centerMomentum());
            return new Targets(views, patches);
        }
    }

    // The loss of the student's masked patches (M,D) against the teacher's targets; 0 without targets.
    private Tensor patchTerm(Tensor predicted, @Nullable Tensor targets, MaskedPatches masked) {
        return targets == null
                ? torch.zeros(new long[0], Tensors.options(ScalarType.Float, predicted.device()))
                : IbotPatchLoss.value(
                        networks().student().head.forward(predicted),
                        targets,
                        masked.weights(),
                        options.dino().studentTemperature());
    }

    /** With as many masked patches as masks have in the mean. */
    @Override
    public double operations(List<Integer> sides) {
        Network student = networks().student();
        Network teacher = networks().teacher();
        int side = sides.getFirst();
        double patches = teacher.backbone.config().patches(side);
        double masked = options.maskProbability() * (options.maskMin() + options.maskMax()) / 2 * patches;
        double locals = StepOperations.pooled(student.backbone, sides.subList(GLOBALS, sides.size()));
        double trained = GLOBALS * (student.backbone.someOperations(side, masked) + masked * student.head.operations())
                + locals
                + sides.size() * student.head.operations();
        // The centre is made of all patches.
        double taught = options.dino().sinkhorn()
                ? teacher.backbone.someOperations(side, masked)
                : teacher.backbone.operations(side) + (patches - masked) * teacher.head.directionOperations();
        return StepOperations.trained(trained) + GLOBALS * (taught + (1 + masked) * teacher.head.operations());
    }

    private MaskedPatches masks(Tensor globals, ForwardMode mode) {
        int patch = networks().student().backbone.config().patch();
        BlockMasks masks =
                new BlockMasks(Math.toIntExact(globals.size(2) / patch), Math.toIntExact(globals.size(3) / patch));
        RandomGenerator random = Objects.requireNonNull(mode.generator(), "iBOT masks while training only")
                .generator();
        boolean[][] drawn = new boolean[Math.toIntExact(globals.size(0))][];
        for (int i = 0; i < drawn.length; i++) {
            boolean masked = random.nextDouble() < options.maskProbability();
            double ratio = options.maskMin() + (options.maskMax() - options.maskMin()) * random.nextDouble();
            drawn[i] = masks.draw(masked ? ratio : 0, random);
        }
        // Batch normalisation would take the rows that fill up for patches.
        return MaskedPatches.of(drawn, options.dino().batchNorm() ? 1 : UNIT, globals.device());
    }

    /** Of both losses; views without a mask add nothing to the second. */
    @Override
    public double chanceLoss(int batch) {
        return Math.log(options.dino().out()) * (1 + options.patchWeight() * options.maskProbability());
    }

    static final class Network extends Layer {
        private final Backbone backbone;
        private final Tensor maskToken;
        private final DinoHead head;

        private Network(Backbone backbone, DinoOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.maskToken =
                    parameter("masked_embed", init.zeros(1, backbone.config().width()));
            this.head = child("head", options.head(backbone.config().width(), init));
        }

        private Tensor mask(Tensor patches, Tensor mask) {
            return torch.where(mask.unsqueeze(-1), maskToken.to(patches.dtype().toScalarType()), patches);
        }

        // The mean of the scores is the score of the mean, so those of the other patches need not be known. In float32,
        // as one rounding would not average out like those of many.
        private Tensor meanScores(Tensor directions) {
            Tensor mean = directions.mean(new long[] {0}, true, new ScalarTypeOptional(ScalarType.Float));
            return Precision.inFloat32(mean.device(), () -> head.scores(mean));
        }
    }

    /** What iBOT and DINOv2 have in common in the registry. */
    abstract static class Kind implements MethodProvider<IbotOptions> {
        @Override
        public Class<IbotOptions> options() {
            return IbotOptions.class;
        }

        @Override
        public Class<ViewOptions.MultiCrop> views() {
            return ViewOptions.MultiCrop.class;
        }

        @Override
        public String nanoRecipe() {
            return """
                    # As DINO's nano recipe; patch targets need no more prototypes than views at this scale.
                    method:
                      dino: {hidden: 512, out: 1024, teacherTemperature: 0.04, warmupTeacherTemperature: 0.03,
                             teacherWarmupEpochs: 4}
                      patchTemperature: 0.04
                      warmupPatchTemperature: 0.03
                    views: {globalMin: 0.25, locals: 4, localMin: 0.05, colorStrength: 0.7}
                    optimizer: {baseLearningRate: 1.0e-3, finalLearningRate: 1.0e-5, finalWeightDecay: 0.2}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, IbotOptions options, Init init) {
            return new Ibot(backbone, options, init);
        }
    }

    /** iBOT in the registry. */
    public static final class Provider extends Kind {
        @Override
        public String name() {
            return "ibot";
        }

        @Override
        public IbotOptions defaults(DatasetInfo tiles, long steps) {
            return IbotOptions.forTiles(tiles.count(), steps);
        }
    }

    /** DINOv2, which is iBOT with other options, in the registry. */
    public static final class Dinov2Provider extends Kind {
        @Override
        public String name() {
            return "dinov2";
        }

        @Override
        public IbotOptions defaults(DatasetInfo tiles, long steps) {
            return IbotOptions.dinov2ForTiles(tiles.count(), steps);
        }
    }
}
