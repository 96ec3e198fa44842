package org.cyphervit.encoders;

import java.util.ArrayList;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.jspecify.annotations.Nullable;

/**
 * The network of a released encoder. What is null no source tells; weights do.
 *
 * @param width of tokens
 * @param depth number of blocks
 * @param heads attention heads, which weights do not tell
 * @param patch side, pixels
 * @param imageSize side of the images that the position embeddings are made for, pixels; null where there are none
 * @param feedForward gelu or swiglu
 * @param hidden width within the feed-forward
 * @param layerScale whether residual branches are scaled
 * @param registers tokens besides [cls] and patches
 * @param positions which tokens the position embeddings cover: cls+patches, patches, cls+registers+patches; or rope
 * @param resize whose way of bringing position embeddings to another grid: timm, dinov2, dinov2-registers, transformers
 */
public record Architecture(
        @Nullable Integer width,
        @Nullable Integer depth,
        @Nullable Integer heads,
        @Nullable Integer patch,
        @Nullable Integer imageSize,
        @Nullable String feedForward,
        @Nullable Integer hidden,
        @Nullable Boolean layerScale,
        @Nullable Integer registers,
        @Nullable String positions,
        @Nullable String resize) {
    private static final List<String> FEED_FORWARDS = List.of("gelu", "swiglu");
    private static final List<String> POSITIONS = List.of("cls+patches", "patches", "cls+registers+patches", "rope");

    public Architecture {
        known("feedForward", feedForward, FEED_FORWARDS);
        known("positions", positions, POSITIONS);
    }

    private static void known(String key, @Nullable String value, List<String> values) {
        if (value != null && !values.contains(value)) {
            throw new UserError(
                    "An encoder's " + key + " is one of " + String.join(", ", values) + "; got '" + value + "'.");
        }
    }

    /** In what the weights of a file differ from this, each in words; empty if they fit. */
    List<String> differences(VitConfig found) {
        List<String> differences = new ArrayList<>();
        compare(differences, "width", width, found.width());
        compare(differences, "depth", depth, found.depth());
        compare(differences, "patch", patch, found.patch());
        compare(differences, "registers", registers, found.registers());
        String kind = found.feedForward().kind() == FeedForwardOptions.Kind.SWIGLU ? "swiglu" : "gelu";
        if (feedForward != null && !feedForward.equals(kind)) {
            differences.add("a feed-forward network of kind " + kind + ", expected " + feedForward);
        }
        compare(differences, "hidden", hidden, (int)
                Math.round(found.width() * found.feedForward().ratio()));
        String places = places(found.positions().kind());
        if (positions != null && !positions.equals(places)) {
            differences.add("positions for " + places + ", expected " + positions);
        }
        if (layerScale != null && layerScale != found.layerScale() > 0) {
            differences.add(layerScale ? "no LayerScale, expected one" : "a LayerScale, expected none");
        }
        return differences;
    }

    /** What weights do not tell: how positions are brought to another grid. */
    VitConfig completed(VitConfig found) {
        if (resize == null || found.positions().kind() == PositionOptions.Kind.ROPE) {
            return found;
        }
        return found.withPositions(
                switch (resize) {
                    case "timm", "dinov2-registers" -> found.positions().withResizing(true, 0);
                    case "dinov2" -> found.positions().withResizing(false, 0.1);
                    case "transformers" ->
                        found.positions().withResizing(found.registers() > 0, 0); // antialiased with registers alone
                    default -> found.positions();
                });
    }

    private static String places(PositionOptions.Kind kind) {
        return switch (kind) {
            case CLS_AND_PATCHES -> "cls+patches";
            case PATCHES -> "patches";
            case ALL -> "cls+registers+patches";
            case ROPE -> "rope";
        };
    }

    private static void compare(List<String> differences, String what, @Nullable Integer expected, int found) {
        if (expected != null && expected != found) {
            differences.add(what + " " + found + ", expected " + expected);
        }
    }

    /** In a few words, such as {@code 1536 wide, 24 blocks, 24 heads, patch 14}. */
    public String words() {
        List<String> words = new ArrayList<>();
        words.add(EncoderRegistry.text(width) + " wide");
        words.add(EncoderRegistry.text(depth) + " blocks");
        words.add(EncoderRegistry.text(heads) + " heads");
        words.add("patch " + EncoderRegistry.text(patch));
        words.add(feedForward == null ? "feed-forward unknown" : feedForward.equals("gelu") ? "GELU" : "SwiGLU");
        if (registers == null || registers > 0) {
            words.add(EncoderRegistry.text(registers) + " registers");
        }
        if (layerScale == null || layerScale) {
            words.add(layerScale == null ? "LayerScale unknown" : "LayerScale");
        }
        return String.join(", ", words);
    }
}
