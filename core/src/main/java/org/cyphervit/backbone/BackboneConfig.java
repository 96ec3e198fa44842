package org.cyphervit.backbone;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import org.bytedeco.pytorch.Device;

/** What a backbone is made of; a value that can be written to a checkpoint and built again. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "kind")
@JsonSubTypes({
    @JsonSubTypes.Type(value = VitConfig.class, name = "vit"),
    @JsonSubTypes.Type(value = CypherVitConfig.class, name = "cyphervit")
})
public sealed interface BackboneConfig permits VitConfig, CypherVitConfig {
    /** D, the width of tokens and features. */
    int width();

    /** P, the side of a patch in pixels. */
    int patch();

    /** The side in pixels of the images that position embeddings are made for; other sizes are interpolated. */
    int imageSize();

    /** How many tokens {@link Features#tokens} has per image: 1 for a ViT. */
    int finalTokens();

    /** How many weights the network has; known without building it. */
    double weights();

    /** The same with another share of dropped residual branches: a teacher has none. */
    BackboneConfig withDropPath(double dropPath);

    /** A new network, its parameters drawn from the seed. */
    Backbone build(long seed, Device device);
}
