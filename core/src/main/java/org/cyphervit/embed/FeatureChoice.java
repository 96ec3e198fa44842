package org.cyphervit.embed;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Tensors;

/**
 * Which numbers of a backbone stand for an image.
 *
 * @param kind what is taken
 * @param layers of {@link Kind#LAST}: how many blocks (ViT) or stages (CypherViT) from the end; else 0
 */
public record FeatureChoice(Kind kind, int layers) {
    /** The pooled feature, D numbers. */
    public static final FeatureChoice POOLED = new FeatureChoice(Kind.POOLED, 0);

    private static final Pattern LAST = Pattern.compile("last([1-9]\\d?)");

    /** What is taken. */
    public enum Kind {
        /** The [cls] token of a ViT, the mean of CypherViT's final tokens: D numbers. */
        POOLED,
        /** All final tokens side by side, K * D numbers: which phenotype holds what is not averaged away. */
        TOKENS,
        /** The pooled outputs of the last layers side by side, n * D numbers, as DINO probes ViT-S (n = 4). */
        LAST
    }

    /** {@code pooled}, {@code tokens}, {@code last2}, {@code last4}, ... */
    public static FeatureChoice parse(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        Matcher last = LAST.matcher(wanted);
        if (last.matches()) {
            return new FeatureChoice(Kind.LAST, Integer.parseInt(last.group(1)));
        }
        return switch (wanted) {
            case "pooled" -> POOLED;
            case "tokens" -> new FeatureChoice(Kind.TOKENS, 0);
            default ->
                throw new UserError("Unknown features '" + name + "'; expected pooled, tokens, or last4 for the last 4"
                        + " blocks (CypherViT: stages).");
        };
    }

    /** The features of images (B,3,H,W): (B, any width). */
    Tensor of(Backbone backbone, Tensor images) {
        return switch (kind) {
            case POOLED -> backbone.pooled(images, ForwardMode.evaluation());
            case TOKENS ->
                backbone.forward(images, ForwardMode.evaluation()).tokens().reshape(images.size(0), -1);
            case LAST -> {
                List<Tensor> pooled = backbone.pooledLayers(images, layers);
                yield Tensors.cat(pooled, 1);
            }
        };
    }

    @Override
    public String toString() {
        return kind.name().toLowerCase(Locale.ROOT) + (kind == Kind.LAST ? layers : "");
    }
}
