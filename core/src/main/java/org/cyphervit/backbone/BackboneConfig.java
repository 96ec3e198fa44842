package org.cyphervit.backbone;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.nn.Init;

/**
 * What a backbone is made of; a record that can be written to a checkpoint and built again. Its kind is registered as a
 * {@link BackboneKind}.
 *
 * <p>Operations are those of matrix products per image, counted from the shapes; a multiplication with its addition counts
 * as two. Norms, softmax and activations are left out: they are bound by memory.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
public interface BackboneConfig {
    /** D, the width of tokens and features. */
    int width();

    /** P, the side of a patch in pixels. */
    int patch();

    /** The side in pixels of the images that position embeddings are made for; other sizes are interpolated. */
    int imageSize();

    /** How many tokens {@link Features#tokens} has per image: 1 for a ViT. */
    int finalTokens();

    /** How many patches an image should have at least: those that the first tokens share out. */
    default int leastPatches() {
        return 1;
    }

    /** What {@link Backbone#maps} belongs to. */
    TokenMaps maps();

    /** The architecture in a few words, such as {@code vision transformer, 12 blocks}. */
    String description();

    /** How many weights the network has; known without building it. */
    double weights();

    /** The same with another share of dropped residual branches: a teacher has none. */
    BackboneConfig withDropPath(double dropPath);

    /** A new network, its parameters drawn from {@code init}. */
    Backbone build(Init init);

    /** A new network of a process on its own, its parameters drawn from the seed. */
    default Backbone build(long seed, Device device) {
        return build(new Init(seed, device));
    }

    /** The number of patches of an image of that side, pixels. */
    default long patches(int side) {
        long rows = side / patch();
        return rows * rows;
    }

    /** Operations of a whole pass for one image of that side, pixels. */
    double operations(int side);

    /** Operations of {@link Backbone#pooled}. */
    default double pooledOperations(int side) {
        return operations(side);
    }

    /**
     * Operations of {@link Backbone#some}.
     *
     * @param chosen mean number of patches asked per image
     */
    default double someOperations(int side, double chosen) {
        return operations(side);
    }

    /**
     * Operations of {@link MaskedEncoder#encodeSome}.
     *
     * @param kept number of patches encoded per image
     * @throws UnsupportedOperationException if the backbone is no {@link MaskedEncoder}
     */
    default double maskedOperations(int side, double kept) {
        throw new UnsupportedOperationException(getClass().getSimpleName() + " describes no masked encoder");
    }

    /**
     * The shape of each result of {@link Backbone#write}, the batch left out.
     *
     * @param size side of the images, pixels
     * @param pooling that makes the pooled result
     */
    default Map<String, long[]> outputs(int size, Pooling pooling) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(Features.POOLED, new long[] {pooling.width(this)});
        shapes.put(Features.TOKENS, new long[] {finalTokens(), width()});
        shapes.put(Features.PATCHES, new long[] {patches(size), width()});
        return shapes;
    }
}
