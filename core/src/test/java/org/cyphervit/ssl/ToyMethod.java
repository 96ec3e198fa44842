package org.cyphervit.ssl;

import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;

/**
 * A method as someone else would add it: this file, and a line in {@code META-INF/services}. Two views of a tile get alike
 * projections whose deviations stay above 1, the invariance and variance terms of VICReg (Bardes 2022,
 * <a href="https://arxiv.org/abs/2105.04906">arXiv:2105.04906</a>, Eq. 1 and 5).
 */
public final class ToyMethod implements SslMethod {
    /**
     * Its hyper-parameters.
     *
     * @param out width of the projections
     * @param variance weight of the variance term
     */
    public record Options(int out, double variance) {
        public Options {
            if (out < 1 || !(variance >= 0)) {
                throw new UserError("The toy needs out >= 1 and variance >= 0; got " + out + " and " + variance + ".");
            }
        }
    }

    private final Options options;
    private final Network network;

    ToyMethod(Backbone backbone, Options options, Init init) {
        this.options = options;
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
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        Tensor features = MultiCropForward.forward(batch.views(), x -> network.backbone.pooled(x, mode)); // (2B,D)
        Tensor z = network.projector.forward(features).to(ScalarType.Float);
        long B = z.size(0) / 2;
        Tensor first = z.narrow(0, 0, B);
        Tensor second = z.narrow(0, B, B);
        Tensor invariance = first.sub(second).square().mean();
        Tensor variance = low(first).add(low(second));
        return new Loss(
                invariance.add(variance.mul(new Scalar(options.variance()))),
                Map.of("invariance", invariance, "feature_std", FeatureStatistics.spread(features)));
    }

    @Override
    public double operations(List<Integer> sides) {
        double heads = sides.size() * network.projector.operations();
        return StepOperations.trained(StepOperations.pooled(network.backbone, sides) + heads);
    }

    // How far deviations over the batch are below 1, the mean over dimensions.
    private static Tensor low(Tensor z) {
        Tensor deviation = z.var(new long[] {0}, false).add(new Scalar(1e-4)).sqrt();
        return torch.relu(deviation.neg().add(new Scalar(1))).mean();
    }

    private static final class Network extends Layer {
        private final Backbone backbone;
        private final Linear projector;

        private Network(Backbone backbone, Options options, Init init) {
            this.backbone = child("backbone", backbone);
            this.projector = child("projector", new Linear(backbone.config().width(), options.out(), init));
        }
    }

    /** The toy in the registry. */
    public static final class Provider implements MethodProvider<Options> {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public Class<Options> options() {
            return Options.class;
        }

        @Override
        public Options defaults(DatasetInfo tiles, long steps) {
            return new Options(tiles.count() < 20_000 ? 32 : 256, 1);
        }

        @Override
        public Class<ViewOptions.Pair> views() {
            return ViewOptions.Pair.class;
        }

        @Override
        public String recipe() {
            return """
                    views: {globalMin: 0.2}
                    optimizer: {baseLearningRate: 2.0e-3, clip: 0}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, Options options, Init init) {
            return new ToyMethod(backbone, options, init);
        }
    }
}
