package org.cyphervit.backbone;

import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Layer;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** A network from images to features. Methods train any backbone; backbones know no method. */
public abstract class Backbone extends Layer {
    private final BackboneConfig config;
    private EncoderSpec spec = EncoderSpec.STANDARD;
    private @Nullable Consumer<Features> observer;

    Backbone(BackboneConfig config) {
        this.config = config;
    }

    /** What this backbone is: enough to build it again. */
    public final BackboneConfig config() {
        return config;
    }

    /** How images are prepared for this backbone, and which of its tokens are the feature. */
    public final EncoderSpec spec() {
        return spec;
    }

    /** Sets what {@link #spec} says; returns this. */
    public final Backbone describe(EncoderSpec other) {
        spec = other;
        return this;
    }

    /** Side of the images that this backbone is used with, pixels. */
    public final int imageSize() {
        return spec.imageSize(config);
    }

    /** Square images of interleaved RGB, normalised as this backbone expects, (B,3,S,S), in the current scope. */
    public final Tensor normalized(byte[] rgb, int count, int size, Device device) {
        return spec.normalization().images(rgb, count, size, size, device);
    }

    /** The features of images (B,3,H,W) by this backbone's own pooling. */
    public final Tensor feature(Tensor images, ForwardMode mode) {
        return feature(images, spec.pooling(), mode);
    }

    /** The features of images (B,3,H,W) by a pooling. */
    public final Tensor feature(Tensor images, Pooling pooling, ForwardMode mode) {
        return pooling.of(this, images, mode);
    }

    /**
     * @param images normalised float images (B,3,rows*P,columns*P); any size of at least one patch
     * @throws UserError if the images are no such tensor
     */
    public final Features forward(Tensor images, ForwardMode mode) {
        return forward(images, mode, UnaryOperator.identity());
    }

    /**
     * The same with a change to the embedded patches (B,N,D) before their positions are added: masked image modelling
     * hides some.
     */
    public final Features forward(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        Features features = passed(images, mode, () -> features(images, mode, onPatches));
        if (observer != null && mode.isTraining()) {
            observer.accept(features);
        }
        return features;
    }

    /** The pooled features of {@link #forward(Tensor, ForwardMode)} alone, (B,D), without what only the others need. */
    public final Tensor pooled(Tensor images, ForwardMode mode) {
        if (observer != null) {
            return forward(images, mode).pooled();
        }
        return passed(images, mode, () -> pooledFeatures(images, mode));
    }

    /**
     * The pooled features of {@link #forward(Tensor, ForwardMode, UnaryOperator)} and some of its patches, without what only the
     * others need.
     *
     * @param chosen numbers of patches among all B*N, int64 (M)
     */
    public final SomePatches some(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches, Tensor chosen) {
        if (observer != null) {
            return forward(images, mode, onPatches).some(chosen);
        }
        return passed(images, mode, () -> somePatches(images, mode, onPatches, chosen));
    }

    private <T> T passed(Tensor images, ForwardMode mode, Supplier<T> network) {
        check(images);
        try (Phase phase = Phase.of(mode.isTraining() ? Part.FORWARD : Part.INFERENCE)) {
            return network.get();
        }
    }

    private void check(Tensor images) {
        int patch = config.patch();
        if (images.dim() != 4 || images.size(1) != 3 || images.size(2) < patch || images.size(3) < patch) {
            throw new UserError("A backbone with patch " + patch + " needs images of shape (B, 3, at least " + patch
                    + ", at least " + patch + "); got " + java.util.Arrays.toString(Tensors.shape(images)) + ".");
        }
    }

    /** Shows the features of each later training pass to someone, so that a loss can be added to any method's. */
    public final void observe(Consumer<Features> observer) {
        this.observer = observer;
    }

    /**
     * The pooled outputs of the last layers, first to last, each (B,D): the normalised [cls] token after a ViT's block, the
     * mean of the normalised clusters of a CypherViT's stage.
     *
     * @param n how many blocks or stages
     * @throws UserError if there are fewer
     */
    public abstract List<Tensor> pooledLayers(Tensor images, int n);

    Tensor pooledFeatures(Tensor images, ForwardMode mode) {
        return features(images, mode, UnaryOperator.identity()).pooled();
    }

    SomePatches somePatches(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches, Tensor chosen) {
        return features(images, mode, onPatches).some(chosen);
    }

    abstract Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches);
}
