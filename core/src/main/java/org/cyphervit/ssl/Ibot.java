package org.cyphervit.ssl;

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
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.SomePatches;
import org.cyphervit.group.Group;
import org.cyphervit.nn.DinoHead;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * iBOT (Zhou 2021, "iBOT: image BERT pre-training with online tokenizer", Eq. 2 and 3): DINO between views, and at hidden
 * patches the student says what the teacher says of them. One head for both. DINOv2 (Oquab 2023) adds KoLeo and
 * Sinkhorn-Knopp, which are options here, as are layer scale and registers of the backbone.
 *
 * <p>With CypherViT the patches that are predicted are those that leave stage 0, before they are clustered; later stages
 * have none. As in the official code only global views are masked, and both centres move after the loss.
 */
public final class Ibot implements SslMethod {
    private static final int GLOBALS = 2;
    private static final int UNIT = 64; // rows: hidden patches come in multiples of it

    private final IbotOptions options;
    private final Network student;
    private final Network teacher;
    private final DinoLoss loss;
    private final PatchLoss patchLoss;
    private final Layer state;
    private final Group group;

    public Ibot(Backbone backbone, IbotOptions options, Init init) {
        this.options = options;
        this.group = init.group();
        this.student = new Network(backbone, options.dino(), init);
        Backbone second = backbone.config().withDropPath(0).build(init.seeded(0));
        this.teacher = new Network(second, options.dino(), init);
        this.loss = new DinoLoss(options.dino().out(), init);
        this.patchLoss = new PatchLoss(options.dino().out(), init);
        teacher.copyFrom(student);
        teacher.trainable(false);
        this.state = new Everything(student, teacher, loss, patchLoss);
    }

    @Override
    public Layer trained() {
        return student;
    }

    @Override
    public Layer state() {
        return state;
    }

    @Override
    public Backbone encoder() {
        return teacher.backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        if (views.size() < GLOBALS) {
            throw new UserError("iBOT needs two global views first; got " + views.size() + " view(s).");
        }
        Tensor globals = Tensors.cat(views.subList(0, GLOBALS), 0);
        MaskedPatches hidden = masks(globals, mode);
        Taught taught = taught(globals, hidden, progress);
        SomePatches guessed =
                student.backbone.some(globals, mode, patches -> student.hide(patches, hidden.mask()), hidden.chosen());
        List<Tensor> pooled = new ArrayList<>(List.of(guessed.pooled()));
        if (views.size() > GLOBALS) {
            pooled.add(MultiCropForward.forward(
                    views.subList(GLOBALS, views.size()), x -> student.backbone.pooled(x, mode)));
        }
        Tensor features = Tensors.cat(pooled, 0);
        DinoLoss.Value between = loss.forward(
                student.head.forward(features),
                taught.views(),
                views.size(),
                GLOBALS,
                options.dino(),
                progress.epoch());
        Tensor within = within(guessed.patches(), taught.patches(), hidden);
        Tensor total = between.value().add(within.mul(new Scalar(options.patchWeight())));
        Map<String, Tensor> measures = new LinkedHashMap<>();
        measures.put("teacher_entropy", between.teacherEntropy());
        measures.put("patch_loss", within);
        measures.put("feature_std", FeatureStatistics.spread(features));
        if (options.koleo() > 0) {
            Tensor spread = KoLeo.value(guessed.pooled(), GLOBALS);
            total = total.add(spread.mul(new Scalar(options.koleo())));
            measures.put("koleo", spread);
        }
        return new Loss(total, measures);
    }

    /**
     * What a teacher, who sees all, says.
     *
     * @param views scores of the global views, (2B,K)
     * @param patches targets of the chosen patches, (M,K), rows summing to 1 where they count; null where too few are hidden
     */
    private record Taught(Tensor views, @Nullable Tensor patches) {}

    private Taught taught(Tensor globals, MaskedPatches hidden, TrainingProgress progress) {
        double temperature = options.patchTemperature(progress.epoch());
        // A head with batch normalisation needs two, and all ranks to take part.
        boolean any = group.any(hidden.count() > 1);
        try (NoGradGuard noGrad = new NoGradGuard()) {
            if (options.dino().sinkhorn()) { // has no centre, so nobody asks of patches that are not hidden
                SomePatches seen = teacher.backbone.some(
                        globals, ForwardMode.teacher(), UnaryOperator.identity(), hidden.chosen());
                Tensor views = teacher.head.forward(seen.pooled());
                return new Taught(
                        views,
                        any
                                ? SinkhornKnopp.targets(
                                        teacher.head.forward(seen.patches()), hidden.counted(), temperature, group)
                                : null);
            }
            Features seen = teacher.backbone.forward(globals, ForwardMode.teacher());
            Tensor views = teacher.head.forward(seen.pooled());
            Tensor directions = teacher.head.directions(seen.patches().flatten(0, 1)); // (2B*N,bottleneck)
            Tensor patches = any ? patchLoss.targets(teacher.head.scores(hidden.of(directions)), temperature) : null;
            patchLoss.recenter(teacher.meanScores(directions), options.dino().centerMomentum());
            return new Taught(views, patches);
        }
    }

    // What the student says of hidden patches (M,D), held against what the teacher says of them.
    private Tensor within(Tensor guessed, @Nullable Tensor targets, MaskedPatches hidden) {
        return targets == null
                ? torch.zeros(new long[0], Tensors.options(ScalarType.Float, guessed.device()))
                : PatchLoss.value(
                        student.head.forward(guessed), targets, options.dino().studentTemperature(), hidden);
    }

    private MaskedPatches masks(Tensor globals, ForwardMode mode) {
        int patch = student.backbone.config().patch();
        BlockMasks masks =
                new BlockMasks(Math.toIntExact(globals.size(2) / patch), Math.toIntExact(globals.size(3) / patch));
        RandomGenerator random = Objects.requireNonNull(mode.generator(), "iBOT masks while training only")
                .generator();
        boolean[][] hidden = new boolean[Math.toIntExact(globals.size(0))][];
        for (int i = 0; i < hidden.length; i++) {
            boolean masked = random.nextDouble() < options.maskProbability();
            double ratio = options.maskMin() + (options.maskMax() - options.maskMin()) * random.nextDouble();
            hidden[i] = masks.draw(masked ? ratio : 0, random);
        }
        // Batch normalisation would take the rows that fill up for patches.
        return MaskedPatches.of(hidden, options.dino().batchNorm() ? 1 : UNIT, globals.device());
    }

    @Override
    public void afterStep(TrainingProgress progress) {
        double momentum = new Schedule(options.dino().momentum(), 1, 0).at(progress.step(), progress.steps());
        teacher.emaUpdate(student, momentum);
    }

    /** Of both losses; views without a mask add nothing to the second. */
    @Override
    public double chanceLoss(int batch) {
        return Math.log(options.dino().out()) * (1 + options.patchWeight() * options.maskProbability());
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return Symptom.ofTeacher(options.dino().out(), chanceLoss(batch));
    }

    @Override
    public boolean isFrozen(String parameter, TrainingProgress progress) {
        return progress.step() < options.dino().freezeLastSteps() && parameter.startsWith("head.last_layer.");
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final Tensor masked;
        private final DinoHead head;

        private Network(Backbone backbone, DinoOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.masked =
                    parameter("masked_embed", init.zeros(1, backbone.config().width()));
            this.head = child("head", options.head(backbone.config().width(), init));
        }

        private Tensor hide(Tensor patches, Tensor hidden) {
            return torch.where(hidden.unsqueeze(-1), masked.to(patches.dtype().toScalarType()), patches);
        }

        // The mean of the scores is the score of the mean, so those of patches that are not hidden need not be known.
        // In float32, as one rounding would not average out like those of many.
        private Tensor meanScores(Tensor directions) {
            Tensor mean = directions.mean(new long[] {0}, true, new ScalarTypeOptional(ScalarType.Float));
            return Precision.inFloat32(mean.device(), () -> head.scores(mean));
        }
    }

    private static final class Everything extends Layer {
        private Everything(Network student, Network teacher, DinoLoss loss, PatchLoss patchLoss) {
            child("student", student);
            child("teacher", teacher);
            child("loss", loss);
            child("patch_loss", patchLoss);
        }
    }
}
