package org.cyphervit.ssl.method;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.LongOptional;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.group.Group;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.FeatureStatistics;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.MultiCropForward;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StepOperations;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.LabelLoss;
import org.cyphervit.torch.Tensors;

/**
 * Learning from labels: a linear layer on the pooled feature and the cross-entropy, from scratch or from a
 * pre-trained backbone. The upper row of the CypherViT paper's tables. Tiles without a label do not count.
 */
public final class Supervised implements SslMethod {
    private final SupervisedOptions options;
    private final Network network;
    private final Group group;

    public Supervised(Backbone backbone, SupervisedOptions options, Init init) {
        if (options.classes().size() < 2) {
            throw new UserError("Supervised training needs tiles of at least two classes, one folder each; got "
                    + options.classes().size() + ". How classes are found is told by setting 'labels'.");
        }
        this.options = options;
        this.group = init.group();
        this.network = new Network(backbone, options.classes().size(), init);
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
        int views = batch.views().size();
        Tensor features = MultiCropForward.forward(batch.views(), x -> network.backbone.feature(x, mode));
        Tensor scores = network.head.forward(features);
        Tensor labels = Tensors.onto(batch.labels(), scores.device()).repeat(views);
        LabelLoss.Value loss = LabelLoss.value(scores, labels, options.smoothing(), group);
        try (NoGradGuard noGrad = new NoGradGuard()) {
            Tensor right = scores.argmax(new LongOptional(1), false).eq(labels).sum();
            return new Loss(
                    loss.value(),
                    Map.of(
                            "train_accuracy",
                            right.div(loss.labelled()),
                            "feature_std",
                            FeatureStatistics.spread(features)));
        }
    }

    @Override
    public double operations(List<Integer> sides) {
        double features =
                sides.stream().mapToDouble(network.backbone::featureOperations).sum();
        return StepOperations.trained(features + sides.size() * network.head.operations());
    }

    @Override
    public double chanceLoss(int batch) {
        return Math.log(options.classes().size());
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return List.of(new Symptom(
                List.of(Symptom.above("loss", 0.99 * chanceLoss(batch))),
                "The classes are guessed (the loss is ln C, that of equal scores)",
                "Lower optimizer.learningRate or lengthen optimizer.warmup; if that does not help, check that the labels"
                        + " fit the tiles."));
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final Linear head;

        private Network(Backbone backbone, int classes, Init init) {
            this.backbone = child("backbone", backbone);
            this.head = child("head", new Linear(backbone.spec().pooling().width(backbone.config()), classes, init));
        }
    }

    /** Learning from labels in the registry. */
    public static final class Provider implements MethodProvider<SupervisedOptions> {
        @Override
        public String name() {
            return "supervised";
        }

        @Override
        public Class<SupervisedOptions> options() {
            return SupervisedOptions.class;
        }

        @Override
        public SupervisedOptions defaults(DatasetInfo tiles, long steps) {
            return SupervisedOptions.forTiles(tiles);
        }

        @Override
        public Class<ViewOptions.Single> views() {
            return ViewOptions.Single.class;
        }

        @Override
        public String recipe() {
            return """
                    # DeiT's recipe for training from scratch (Touvron 2021) without mixing of images, 5e-4 for a
                    # batch of 512.
                    views: {globalMin: 0.3}
                    optimizer: {baseLearningRate: 2.5e-4, finalLearningRate: 1.0e-5, warmup: 0.05, weightDecay: 0.05, finalWeightDecay: 0.05,
                                clip: 0}
                    """;
        }

        @Override
        public String nanoRecipe() {
            return """
                    # A higher rate, because nano runs are short.
                    optimizer: {baseLearningRate: 2.0e-3}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, SupervisedOptions options, Init init) {
            return new Supervised(backbone, options, init);
        }
    }
}
