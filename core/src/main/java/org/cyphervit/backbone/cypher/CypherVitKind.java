package org.cyphervit.backbone.cypher;

import java.util.List;
import org.cyphervit.backbone.BackboneKind;

/**
 * CypherViT's registration: {@code small} is 384 wide with 12 blocks and 6 heads, as in the paper; {@code nano} is for two
 * CPU cores.
 */
public final class CypherVitKind implements BackboneKind {
    @Override
    public String name() {
        return "cyphervit";
    }

    @Override
    public Class<CypherVitConfig> config() {
        return CypherVitConfig.class;
    }

    @Override
    public List<Preset> presets() {
        List<Integer> depths = List.of(6, 3, 3);
        List<Integer> tokens = List.of(32, 8, 4);
        return List.of(
                new Preset("cyphervit_nano", true, sized(192, 3, List.of(3, 1), List.of(8, 4))),
                preset("cyphervit_tiny", 192, 3, depths, tokens),
                preset("cyphervit_small", 384, 6, depths, tokens),
                preset("cyphervit_base", 768, 12, depths, tokens));
    }

    private static Preset preset(String name, int width, int heads, List<Integer> depths, List<Integer> tokens) {
        return new Preset(name, false, sized(width, heads, depths, tokens));
    }

    private static Sized sized(int width, int heads, List<Integer> depths, List<Integer> tokens) {
        return (patch, imageSize, dropPath) -> CypherVitConfig.of(width, heads, patch, imageSize, depths, tokens)
                .withDropPath(dropPath);
    }
}
