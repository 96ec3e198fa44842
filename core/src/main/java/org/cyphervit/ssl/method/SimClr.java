package org.cyphervit.ssl.method;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
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
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.NtXentLoss;

/**
 * SimCLR (Chen 2020, "A simple framework for contrastive learning of visual representations",
 * <a href="https://arxiv.org/abs/2002.05709">arXiv:2002.05709</a>, Eq. 1; official code
 * <a href="https://github.com/google-research/simclr">google-research/simclr</a>): the two views of a tile attract
 * each other and repel all other views of the batch. Three layers in the head as in its second version.
 */
final class SimClr implements SslMethod {
    private final SimClrOptions options;
    private final Network network;
    private final Group group;

    public SimClr(Backbone backbone, SimClrOptions options, Init init) {
        this.options = options;
        this.group = init.group();
        this.network = new Network(backbone, options, init);
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
    public double chanceLoss(int batch) {
        return Math.log(2.0 * batch - 1);
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return List.of(Symptom.ofContrast(chanceLoss(batch)));
    }

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        List<Tensor> views = batch.views();
        if (views.size() != 2) {
            throw new UserError("SimCLR needs exactly two views; got " + views.size() + ".");
        }
        Tensor features = MultiCropForward.forward(views, x -> network.backbone.pooled(x, mode));
        Tensor value = NtXentLoss.value(network.projector.forward(features), options.temperature(), group);
        return new Loss(value, Map.of("feature_std", FeatureStatistics.spread(features)));
    }

    @Override
    public double operations(List<Integer> sides) {
        double heads = sides.size() * network.projector.operations();
        return StepOperations.trained(StepOperations.pooled(network.backbone, sides) + heads);
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final Projector projector;

        private Network(Backbone backbone, SimClrOptions options, Init init) {
            this.backbone = child("backbone", backbone);
            this.projector = child(
                    "projector",
                    new Projector(
                            List.of(backbone.config().width(), options.hidden(), options.hidden(), options.out()),
                            true,
                            init));
        }
    }

    /** SimCLR in the registry. */
    public static final class Provider implements MethodProvider<SimClrOptions> {
        @Override
        public String name() {
            return "simclr";
        }

        @Override
        public Class<SimClrOptions> options() {
            return SimClrOptions.class;
        }

        @Override
        public SimClrOptions defaults(DatasetInfo tiles, long steps) {
            return SimClrOptions.forTiles(tiles.count());
        }

        @Override
        public Class<ViewOptions.Pair> views() {
            return ViewOptions.Pair.class;
        }

        @Override
        public String recipe() {
            return """
                    # SimCLR compares within the batch: larger batches, two whole views, no schedule of the weight
                    # decay. The paper has LARS; this is a rate for AdamW.
                    views: {globalMin: 0.2}
                    optimizer: {baseLearningRate: 2.0e-3, weightDecay: 0.05, finalWeightDecay: 0.05, clip: 0}
                    run: {batch: 128}
                    """;
        }

        @Override
        public String nanoRecipe() {
            return """
                    run: {batch: 64}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, SimClrOptions options, Init init) {
            return new SimClr(backbone, options, init);
        }
    }
}
