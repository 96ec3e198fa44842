package org.cyphervit.backbone.vit;

import java.util.List;
import org.cyphervit.backbone.BackboneKind;
import org.cyphervit.nn.transformer.FeedForwardOptions;

/** The vision transformer's registration: {@code small} is DINO's ViT-S, {@code nano} is for two CPU cores. */
public final class VitKind implements BackboneKind {
    @Override
    public String name() {
        return "vit";
    }

    @Override
    public Class<VitConfig> config() {
        return VitConfig.class;
    }

    @Override
    public List<Preset> presets() {
        return List.of(
                new Preset("vit_nano", true, sized(192, 4, 3)),
                preset("vit_tiny", 192, 12, 3),
                preset("vit_small", 384, 12, 6),
                preset("vit_base", 768, 12, 12),
                preset("vit_large", 1024, 24, 16),
                new Preset(
                        "vit_giant", // DINOv2's ViT-g: SwiGLU of 4096 hidden values, layer scale
                        false,
                        (patch, imageSize, dropPath) -> VitConfig.of(1536, 40, 24, patch, imageSize)
                                .withDropPath(dropPath)
                                .withLayerScale(1e-5)
                                .withFeedForward(FeedForwardOptions.Kind.SWIGLU, 4096.0 / 1536)));
    }

    private static Preset preset(String name, int width, int depth, int heads) {
        return new Preset(name, false, sized(width, depth, heads));
    }

    private static Sized sized(int width, int depth, int heads) {
        return (patch, imageSize, dropPath) ->
                VitConfig.of(width, depth, heads, patch, imageSize).withDropPath(dropPath);
    }
}
