package org.cyphervit.backbone;

import java.util.List;

/**
 * A kind of backbone that recipes and encoder files can name. A new kind is a file with its network and configuration, a
 * class that implements this, and that class's name in {@code META-INF/services/org.cyphervit.backbone.BackboneKind} of
 * any jar on the class path.
 */
public interface BackboneKind {
    /** The value of {@code kind} in recipes and encoder files, such as {@code vit}. */
    String name();

    /** The record that {@code kind} stands for; its components are the keys beside it. */
    Class<? extends BackboneConfig> config();

    /** Named sizes; none where such a backbone is not trained but made from another. */
    List<Preset> presets();

    /** A configuration with the values of keys that older files do not have. */
    default BackboneConfig defaults() {
        return presets().getFirst().config(16, 224, 0);
    }

    /**
     * A named size.
     *
     * @param name as recipes write it, unique among all kinds, such as {@code vit_small}
     * @param nano whether it is meant for a few CPU cores: recipes then start from small images and batches
     * @param sized makes the configuration
     */
    record Preset(String name, boolean nano, Sized sized) {
        /** The configuration for images of a size, in pixels, cut into patches, in pixels. */
        public BackboneConfig config(int patch, int imageSize, double dropPath) {
            return sized.config(patch, imageSize, dropPath);
        }
    }

    /** Makes a configuration for images of a size, in pixels, cut into patches, in pixels. */
    @FunctionalInterface
    interface Sized {
        BackboneConfig config(int patch, int imageSize, double dropPath);
    }
}
