package org.cyphervit.ssl.method.mae;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.MaskedEncoder;
import org.cyphervit.image.RgbImage;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.transformer.Positions;
import org.cyphervit.ssl.Batch;
import org.cyphervit.ssl.DatasetInfo;
import org.cyphervit.ssl.MethodProvider;
import org.cyphervit.ssl.SslMethod;
import org.cyphervit.ssl.StepOperations;
import org.cyphervit.ssl.Symptom;
import org.cyphervit.ssl.TrainingProgress;
import org.cyphervit.ssl.loss.ReconstructionLoss;
import org.cyphervit.torch.SeededGenerator;

/**
 * MAE (He 2021, "Masked autoencoders are scalable vision learners",
 * <a href="https://arxiv.org/abs/2111.06377">arXiv:2111.06377</a>; official code
 * <a href="https://github.com/facebookresearch/mae">facebookresearch/mae</a>): the encoder sees a quarter of the
 * patches, a small decoder draws the rest, and the squared error counts where it could not see. Position embeddings
 * are fixed sines and cosines. Takes a ViT only: CypherViT's patches are gone after its first stage, so there is
 * nothing to decode from.
 */
final class Mae implements SslMethod {
    private final MaeOptions options;
    private final Network network;

    public Mae(Backbone backbone, MaeOptions options, Init init) {
        if (!(backbone instanceof MaskedEncoder masked)) {
            throw new UserError(
                    "MAE's encoder sees some of the patches alone and rebuilds the others from its patch tokens,"
                            + " which a ViT can and this backbone ("
                            + backbone.config().description() + ") cannot. CypherViT"
                            + " merges patches into clusters after its first stage. Choose a ViT (setting 'backbone' vit_...), or another"
                            + " method.");
        }
        this.options = options;
        this.network = new Network(backbone, masked, options, init);
    }

    @Override
    public Layer trained() {
        return network;
    }

    @Override
    public Backbone encoder() {
        return network.encoder;
    }

    /**
     * What the decoder predicts.
     *
     * @param loss scalar
     * @param predicted of every patch, (B,N,P*P*3), in the order rows, columns, colours
     * @param target of the prediction, of the same shape
     * @param masked 1 where the encoder could not see, (B,N)
     */
    public record Reconstruction(Tensor loss, Tensor predicted, Tensor target, Tensor masked) {}

    @Override
    public Loss loss(Batch batch, ForwardMode mode, TrainingProgress progress) {
        Tensor images = batch.views().getFirst();
        long patches = network.masked.patches(images);
        Tensor noise = Objects.requireNonNull(mode.generator(), "MAE hides patches while training only")
                .uniform(0, 1, images.size(0), patches);
        Reconstruction reconstruction = reconstruct(images, noise, mode);
        try (NoGradGuard noGrad = new NoGradGuard()) {
            // Between patches: 0 when every patch gets the same picture, 1 when they differ as much as the true
            // ones.
            Tensor share = spread(reconstruction.predicted())
                    .div(spread(reconstruction.target()).clamp_min(new Scalar(1e-6)));
            return new Loss(reconstruction.loss(), Map.of("prediction_spread", share));
        }
    }

    private static Tensor spread(Tensor patches) {
        Tensor values = patches.detach().to(ScalarType.Float);
        return ReconstructionLoss.variance(values, 1, values.size(1)).sqrt().mean();
    }

    /** @param noise one number per patch, (B,N); the patches with the smallest are seen */
    public Reconstruction reconstruct(Tensor images, Tensor noise, ForwardMode mode) {
        long B = images.size(0);
        long N = noise.size(1);
        long seen = (long) seen(N);
        if (seen < 1) {
            throw new UserError("With " + N + " patches and maskRatio " + options.maskRatio()
                    + " MAE would see none; lower method.maskRatio or use larger views.");
        }
        Tensor shuffle = noise.argsort(1, false); // (B,N)
        Tensor restore = shuffle.argsort(1, false);
        Tensor keep = shuffle.narrow(1, 0, seen);
        Tensor latent = network.masked.encodeSome(images, keep, mode); // (B,1+seen,D)
        int patch = network.encoder.config().patch();
        Tensor predicted =
                network.decoder.forward(latent, restore, images.size(2) / patch, images.size(3) / patch, mode);
        Tensor masked = restore.ge(new Scalar((double) seen)).to(ScalarType.Float);
        Tensor target = target(images, patch);
        return new Reconstruction(
                ReconstructionLoss.value(predicted, target, masked), predicted, target, masked.reshape(B, N));
    }

    @Override
    public double operations(List<Integer> sides) {
        int side = sides.getFirst();
        double patches = network.encoder.config().patches(side);
        double seen = seen(patches);
        return StepOperations.trained(
                network.encoder.config().maskedOperations(side, seen) + network.decoder.operations(seen, patches));
    }

    private double seen(double patches) {
        return Math.floor(patches * (1 - options.maskRatio()));
    }

    private Tensor target(Tensor images, int patch) {
        Tensor patches = ReconstructionLoss.patches(images, patch);
        return options.normalisePixels() ? ReconstructionLoss.normalised(patches) : patches;
    }

    /**
     * A row per image: the image, what the encoder sees of it, and what the decoder makes of that, with each
     * patch's own mean and deviation put back where they were taken out. Patches that were seen are shown as they
     * are.
     */
    @Override
    public RgbImage picture(Tensor images, SeededGenerator generator) {
        try (NoGradGuard noGrad = new NoGradGuard()) {
            int patch = network.encoder.config().patch();
            Tensor noise = generator.uniform(0, 1, images.size(0), network.masked.patches(images));
            Reconstruction reconstruction = reconstruct(images, noise, ForwardMode.evaluation());
            Tensor truth = ReconstructionLoss.patches(images, patch);
            Tensor predicted = reconstruction.predicted().to(ScalarType.Float);
            Tensor shown = options.normalisePixels()
                    ? predicted.mul(ReconstructionLoss.deviation(truth)).add(ReconstructionLoss.mean(truth))
                    : predicted;
            return Reconstructions.sheet(
                    truth,
                    shown,
                    reconstruction.masked(),
                    patch,
                    encoder().spec().normalization());
        }
    }

    @Override
    public boolean showsWholeViews() {
        return false;
    }

    /** Each patch has unit variance and is predicted as its mean. */
    @Override
    public double chanceLoss(int batch) {
        return options.normalisePixels() ? 1 : Double.NaN;
    }

    @Override
    public List<Symptom> symptoms(int batch) {
        return List.of(new Symptom(
                List.of(Symptom.below("prediction_spread", 0.02)),
                "The decoder paints the same mean patch everywhere (prediction_spread, how much its patches differ beside"
                        + " how much the true ones do, is near 0)",
                "Lower method.maskRatio, raise optimizer.learningRate, or train longer."));
    }

    @Override
    public boolean isFrozen(String parameter, TrainingProgress progress) {
        return parameter.equals("encoder.pos_embed");
    }

    private static final class Network extends Layer {
        private final Backbone encoder;
        private final MaskedEncoder masked;
        private final MaeDecoder decoder;

        private Network(Backbone encoder, MaskedEncoder masked, MaeOptions options, Init init) {
            this.masked = masked;
            this.encoder = child("encoder", encoder);
            int side = encoder.config().imageSize() / encoder.config().patch();
            Tensor learned = encoder.parameters().get("pos_embed");
            if (learned != null) { // none where patches are rotated by their place
                try (NoGradGuard noGrad = new NoGradGuard()) {
                    Tensor positions = Positions.sinCos(side, encoder.config().width());
                    learned.copy_(encoder.fitted("pos_embed", positions));
                }
            }
            this.decoder = child(
                    "decoder",
                    new MaeDecoder(encoder.config().width(), encoder.config().patch(), side, options, init));
        }
    }

    /** MAE in the registry. */
    public static final class Provider implements MethodProvider<MaeOptions> {
        @Override
        public String name() {
            return "mae";
        }

        @Override
        public Class<MaeOptions> options() {
            return MaeOptions.class;
        }

        @Override
        public MaeOptions defaults(DatasetInfo tiles, long steps) {
            return MaeOptions.paper();
        }

        @Override
        public Class<ViewOptions.Plain> views() {
            return ViewOptions.Plain.class;
        }

        @Override
        public String recipe() {
            return """
                    # MAE (He 2021): one whole view with its own colours, a quick second moment, 1.5e-4 for a batch
                    # of 256.
                    views: {globalMin: 0.2}
                    optimizer: {baseLearningRate: 1.5e-4, finalLearningRate: 0, warmup: 0.05, weightDecay: 0.05, finalWeightDecay: 0.05,
                                clip: 0, beta2: 0.95}
                    run: {batch: 256}
                    """;
        }

        @Override
        public String nanoRecipe() {
            return """
                    # A decoder as small as the encoder, and a higher rate, because nano runs are short.
                    method: {decoderWidth: 128, decoderDepth: 2, decoderHeads: 4}
                    optimizer: {baseLearningRate: 4.0e-3, warmup: 0.1}
                    run: {batch: 64}
                    """;
        }

        @Override
        public SslMethod make(Backbone backbone, MaeOptions options, Init init) {
            return new Mae(backbone, options, init);
        }
    }
}
