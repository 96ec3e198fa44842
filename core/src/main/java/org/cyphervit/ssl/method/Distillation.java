package org.cyphervit.ssl.method;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.InterpolateFuncOptions;
import org.bytedeco.pytorch.LongVector;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.kBilinear;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.FeatureStatistics;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StepOperations;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.DistillationLoss;
import org.cyphervit.torch.Scope;

/**
 * A small encoder learns the features of a large one on tiles without labels (Hinton 2015, "Distilling the knowledge in a
 * neural network", <a href="https://arxiv.org/abs/1503.02531">arXiv:1503.02531</a>; of features without labels, Ranzinger
 * 2024, <a href="https://arxiv.org/abs/2312.06709">arXiv:2312.06709</a>). Both see the same view, each normalised as it
 * expects. A linear layer carries the student's features to the teacher's width; the teacher's grid of patches is brought to
 * the student's. The teacher is not part of a checkpoint: to go on, its file must be where it was.
 */
public final class Distillation implements SslMethod {
    private final DistillationOptions options;
    private final Backbone teacher;
    private final Network network;

    /** @param teacher without gradients; owned by this */
    public Distillation(Backbone backbone, Backbone teacher, DistillationOptions options, Init init) {
        this.options = options;
        this.teacher = teacher;
        this.network = new Network(backbone, teacher, init);
    }

    @Override
    public Layer trained() {
        return network;
    }

    @Override
    public Backbone encoder() {
        return network.backbone;
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        Tensor images = batch.views().getFirst();
        Targets targets = targets(images);
        Features features = network.backbone.forward(images, mode);
        Tensor pooled = compare(network.pooled.forward(features.pooled()), targets.pooled);
        Map<String, Tensor> measures = new LinkedHashMap<>();
        measures.put("feature_std", FeatureStatistics.spread(features.pooled()));
        measures.put("pooled_distance", pooled);
        Tensor value = pooled.mul(new Scalar(options.pooled()));
        if (options.patches() > 0) {
            Tensor patches = compare(network.patches.forward(features.patches()), onGrid(targets.patches, images));
            measures.put("patch_distance", patches);
            value = value.add(patches.mul(new Scalar(options.patches())));
        }
        return new Loss(value, measures);
    }

    private Tensor compare(Tensor student, Tensor wanted) {
        return switch (options.loss()) {
            case COSINE -> DistillationLoss.cosine(student, wanted);
            case SQUARED -> DistillationLoss.squared(student, wanted);
        };
    }

    // Of the teacher: pooled (B,Dt), patches (B,Nt,Dt) of a square grid.
    private record Targets(Tensor pooled, Tensor patches) {}

    private Targets targets(Tensor images) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor seen = teacher.spec()
                    .normalization()
                    .converted(images, network.backbone.spec().normalization());
            long side = teacherSide((int) images.size(2));
            Tensor sized = side == images.size(2) ? seen : resized(seen, side);
            Features features = teacher.forward(sized, ForwardMode.evaluation());
            return new Targets(teacher.spec().pooling().of(features), features.patches());
        }
    }

    private int teacherSide(int side) {
        int patch = teacher.config().patch();
        int wanted = options.teacherSize() > 0 ? options.teacherSize() : side;
        return Math.max(1, Math.round((float) wanted / patch)) * patch;
    }

    // (B,Nt,D) to (B,N,D), for the student's patches of the same image.
    private Tensor onGrid(Tensor patches, Tensor images) {
        long side = images.size(2) / network.backbone.config().patch();
        long theirs = Math.round(Math.sqrt((double) patches.size(1)));
        if (side == theirs) {
            return patches;
        }
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor grid = patches.transpose(1, 2).reshape(patches.size(0), patches.size(2), theirs, theirs);
            return resized(grid, side).flatten(2, -1).transpose(1, 2);
        }
    }

    // (B,C,H,H) to (B,C,side,side).
    private static Tensor resized(Tensor planes, long side) {
        InterpolateFuncOptions how = new InterpolateFuncOptions();
        how.size().put(new LongVector(side, side));
        how.mode().put(new kBilinear());
        how.align_corners().put(false);
        how.antialias().put(true);
        return torch.interpolate(planes, how);
    }

    @Override
    public double operations(List<Integer> sides) {
        int side = sides.getFirst();
        double patches = network.backbone.config().patches(side);
        double heads =
                network.pooled.operations() + (options.patches() > 0 ? patches * network.patches.operations() : 0);
        return StepOperations.trained(network.backbone.operations(side) + heads)
                + teacher.operations(teacherSide(side));
    }

    @Override
    public String plan(long steps, long stepsPerEpoch) {
        return "teacher " + options.teacher() + ", " + teacher.config().description();
    }

    @Override
    public void release() {
        teacher.close();
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final Linear pooled;
        private final Linear patches;

        private Network(Backbone backbone, Backbone teacher, Init init) {
            int width = backbone.config().width();
            this.backbone = child("backbone", backbone);
            this.pooled = child(
                    "pooled_head", new Linear(width, teacher.spec().pooling().width(teacher.config()), init));
            this.patches =
                    child("patch_head", new Linear(width, teacher.config().width(), init));
        }
    }

    /** Distillation in the registry. */
    public static final class Provider implements MethodProvider<DistillationOptions> {
        @Override
        public String name() {
            return "distill";
        }

        @Override
        public Class<DistillationOptions> options() {
            return DistillationOptions.class;
        }

        @Override
        public DistillationOptions defaults(DatasetInfo tiles, long steps) {
            return new DistillationOptions("", DistillationOptions.Loss.COSINE, 1, 1, 0);
        }

        @Override
        public Class<ViewOptions.Single> views() {
            return ViewOptions.Single.class;
        }

        @Override
        public String recipe() {
            return """
                    # Both see the same view, so it may be coloured: what the teacher says of it is right.
                    views: {globalMin: 0.3}
                    optimizer: {baseLearningRate: 1.0e-3, weightDecay: 0.05, finalWeightDecay: 0.05}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, DistillationOptions options, Init init) {
            return new Distillation(backbone, teacher(options, init.generator().device()), options, init);
        }

        private static Backbone teacher(DistillationOptions options, Device device) {
            if (options.teacher().isBlank()) {
                throw new UserError("Distillation needs a teacher: set method.teacher to an encoder's file, a run's"
                        + " folder, or the name of an imported encoder.");
            }
            try (Scope scope = Scope.open()) {
                return EncoderFile.read(Path.of(options.teacher()), device);
            } catch (IOException e) {
                throw new UserError("The teacher '" + options.teacher() + "' cannot be read: " + e.getMessage(), e);
            }
        }
    }
}
