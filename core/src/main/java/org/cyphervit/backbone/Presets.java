package org.cyphervit.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.cyphervit.UserError;
import org.cyphervit.nn.ClusteringOptions;

/**
 * Named sizes. {@code small} is 384 wide with 12 blocks and 6 heads, as in the paper; {@code nano} is for two CPU cores.
 *
 * @see <a href="https://arxiv.org/abs/2012.12877">Touvron 2021, DeiT, whose sizes tiny and small are</a>
 * @see <a href="https://github.com/facebookresearch/dino">DINO's code</a>
 */
@SuppressWarnings("ImmutableEnumChecker") // the lists come from List.of
public enum Presets {
    VIT_NANO(192, List.of(4), 3, List.of()),
    VIT_TINY(192, List.of(12), 3, List.of()),
    VIT_SMALL(384, List.of(12), 6, List.of()),
    VIT_BASE(768, List.of(12), 12, List.of()),
    CYPHERVIT_NANO(192, List.of(3, 1), 3, List.of(16, 4)),
    CYPHERVIT_TINY(192, List.of(6, 3, 3), 3, List.of(64, 16, 4)),
    CYPHERVIT_SMALL(384, List.of(6, 3, 3), 6, List.of(64, 16, 4)),
    CYPHERVIT_BASE(768, List.of(6, 3, 3), 12, List.of(64, 16, 4));

    private final int width;
    private final List<Integer> depths;
    private final int heads;
    private final List<Integer> tokens;

    Presets(int width, List<Integer> depths, int heads, List<Integer> tokens) {
        this.width = width;
        this.depths = depths;
        this.heads = heads;
        this.tokens = tokens;
    }

    /**
     * The preset of that name, such as {@code cyphervit_small}.
     *
     * @throws UserError naming all presets
     */
    public static Presets named(String name) {
        for (Presets preset : values()) {
            if (preset.name().equalsIgnoreCase(name)) {
                return preset;
            }
        }
        throw new UserError("Unknown backbone '" + name + "'; expected one of " + String.join(", ", names()) + ".");
    }

    public static List<String> names() {
        List<String> names = new ArrayList<>();
        for (Presets preset : values()) {
            names.add(preset.name().toLowerCase(Locale.ROOT));
        }
        return names;
    }

    /** The configuration for images of a size, in pixels, cut into patches, in pixels. */
    public BackboneConfig config(int patch, int imageSize, double dropPath) {
        return tokens.isEmpty()
                ? new VitConfig(width, depths.getFirst(), heads, patch, imageSize, dropPath)
                : new CypherVitConfig(
                        width,
                        heads,
                        patch,
                        imageSize,
                        depths,
                        tokens,
                        0.5,
                        CypherVitConfig.TokenSource.LEARNED,
                        dropPath,
                        ClusteringOptions.standard());
    }
}
