package org.cyphervit.backbone;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.Linear;
import org.cyphervit.nn.LoraOptions;
import org.cyphervit.nn.transformer.Attention;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/** A network from images to features. Methods train any backbone; backbones know no method. */
public abstract class Backbone extends Layer {
    private final BackboneConfig config;
    private EncoderSpec spec = EncoderSpec.STANDARD;
    private @Nullable Consumer<Features> observer;
    private @Nullable LoraOptions lora;

    /** @param config what the network is built of */
    protected Backbone(BackboneConfig config) {
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

    /**
     * Adds changes of low rank to the attention of all blocks, at first none. Which other weights are trained beside them is
     * left as it is.
     *
     * @see LoraOptions
     */
    public final void adapt(LoraOptions options, Init init) {
        visit((name, layer) -> {
            if (layer instanceof Attention attention) {
                attention.adapt(options, init);
            }
        });
        lora = options;
    }

    /** How this backbone was adapted; empty where it was not, or is {@link #merge}d. */
    public final Optional<LoraOptions> adaptation() {
        return Optional.ofNullable(lora);
    }

    /** Makes changes of low rank part of the weights, in place: the same features from an ordinary backbone. */
    public final void merge() {
        visit((name, layer) -> {
            if (layer instanceof Linear linear) {
                linear.merge();
            }
        });
        lora = null;
    }

    /** What {@link #state} would be after {@link #merge}, in the current scope. */
    public final Map<String, Tensor> mergedState() {
        Map<String, Tensor> merged = new LinkedHashMap<>(state());
        if (lora != null) {
            visit((prefix, layer) -> {
                if (layer instanceof Linear linear) {
                    merged.put(prefix + "weight", linear.merged().detach());
                }
            });
            merged.keySet().removeIf(name -> name.contains(".lora_"));
        }
        return merged;
    }

    /** One of the same kind, adapted alike, without drop path and with other weights: a teacher. */
    public final Backbone twin(Init init) {
        Backbone twin = config.withDropPath(0).build(init);
        adaptation().ifPresent(options -> twin.adapt(options, init));
        return twin;
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

    /** Operations of {@link #forward} for one image of that side, pixels; see {@link BackboneConfig}. */
    public final double operations(int side) {
        return config.operations(side);
    }

    /** Operations of {@link #pooled}: somebody who observes is shown all features, which takes more. */
    public final double pooledOperations(int side) {
        return observer == null ? config.pooledOperations(side) : config.operations(side);
    }

    /** Operations of {@link #feature}. */
    public final double featureOperations(int side) {
        return spec.pooling() == Pooling.CLS ? pooledOperations(side) : config.operations(side);
    }

    /**
     * Operations of {@link #some}.
     *
     * @param chosen mean number of patches asked per image
     */
    public final double someOperations(int side, double chosen) {
        return observer == null ? config.someOperations(side, chosen) : config.operations(side);
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
                    + ", at least " + patch + "); got " + Arrays.toString(Tensors.shape(images)) + ".");
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

    /** {@link #pooled} where a pass need not compute all. */
    protected Tensor pooledFeatures(Tensor images, ForwardMode mode) {
        return features(images, mode, UnaryOperator.identity()).pooled();
    }

    /** {@link #some} where a pass need not compute all. */
    protected SomePatches somePatches(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches, Tensor chosen) {
        return features(images, mode, onPatches).some(chosen);
    }

    /** {@link #forward(Tensor, ForwardMode, UnaryOperator)} of checked images. */
    protected abstract Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches);

    /**
     * How much of each patch belongs to each of the backbone's {@link BackboneConfig#maps}: for CypherViT the roll-out of
     * the assignments, for a ViT the attention of the last block's [cls] token, head by head. Where there are neither
     * assignments nor more than one map, that one holds all patches.
     *
     * @param images normalised (B,3,H,W)
     * @return (B,N,K), rows summing to 1
     */
    public Tensor maps(Tensor images) {
        Features features = forward(images, ForwardMode.evaluation());
        Tensor rollout = features.rollout();
        if (rollout != null) {
            return rollout;
        }
        int count = config.maps().count();
        if (count != 1) {
            throw new IllegalStateException(
                    getClass().getSimpleName() + " has " + count + " maps by its configuration, but"
                            + " its features have no assignments: it must override 'maps'.");
        }
        return torch.ones_like(features.patches().narrow(2, 0, 1)); // (B,N,1)
    }

    /**
     * Writes the evaluation pass into a program.
     *
     * @param size side of the images, pixels
     * @param images (B,3,size,size)
     * @return the results named in {@link BackboneConfig#outputs}
     * @throws UserError if the size is no multiple of the patch, or this backbone has no such program
     */
    public final <V> Map<String, V> write(GraphWriter<V> graph, int size, V images) {
        int patch = config.patch();
        if (size < patch || size % patch != 0) {
            throw new UserError("An encoder with patches of " + patch + " pixels needs images whose side is a multiple"
                    + " of that; got " + size + ". Try " + Math.max(patch, size / patch * patch) + ".");
        }
        Map<String, V> results = new LinkedHashMap<>(program(graph, size, images));
        results.computeIfPresent(Features.POOLED, (name, cls) -> pooled(graph, cls, results));
        return results;
    }

    private <V> V pooled(GraphWriter<V> graph, V cls, Map<String, V> results) {
        V tokens = Objects.requireNonNull(results.get(Features.TOKENS));
        V patches = Objects.requireNonNull(results.get(Features.PATCHES));
        return switch (spec.pooling()) {
            case CLS -> cls;
            case MEAN -> graph.mean(patches, 1);
            case CLS_MEAN -> graph.concat(1, List.of(cls, graph.mean(patches, 1)));
            case TOKENS -> graph.reshape(tokens, -1, spec.pooling().width(config));
        };
    }

    /** {@link #write} of a checked size; its pooled result is that of {@link Pooling#CLS}. */
    protected <V> Map<String, V> program(GraphWriter<V> graph, int size, V images) {
        throw new UserError("A backbone of this kind (" + config.description()
                + ") cannot be written as ONNX or TorchScript; export it as safetensors.");
    }

    /** This backbone for timm, where timm has its architecture. */
    public Optional<TimmModel> timm() {
        return Optional.empty();
    }

    /**
     * A weight of another file made fit for the parameter of that name: position embeddings are resized.
     *
     * @return the value itself where nothing can be done
     */
    public Tensor fitted(String name, Tensor value) {
        return value;
    }

    /**
     * What a tensor of this backbone is called in a vision transformer whose weights it can start from.
     *
     * @param name of this backbone's tensor
     * @return empty for what a vision transformer does not have, which starts anew
     */
    public Optional<String> inVisionTransformer(String name) {
        return Optional.of(name);
    }
}
