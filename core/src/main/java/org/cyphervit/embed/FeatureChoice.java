package org.cyphervit.embed;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Tensors;

/**
 * Which numbers of a backbone stand for an image.
 *
 * @param kind what is taken
 * @param layers of {@link Kind#LAST}: how many blocks (ViT) or stages (CypherViT) from the end; else 0
 */
public record FeatureChoice(Kind kind, int layers) {
    /** As the encoder's own pooling has it. */
    public static final FeatureChoice POOLED = new FeatureChoice(Kind.POOLED, 0);

    private static final Pattern LAST = Pattern.compile("last([1-9]\\d?)");

    /** What is taken. */
    public enum Kind {
        /** As the encoder's own pooling has it: the [cls] token unless its file says otherwise. */
        POOLED,
        /** The [cls] token, of several (CypherViT) their mean: D numbers. */
        CLS,
        /** The mean of the patch tokens, D numbers. */
        MEAN,
        /** The [cls] token, then the mean of the patch tokens, 2 D numbers. */
        CLS_MEAN,
        /** All final tokens side by side, K * D numbers: which phenotype holds what is not averaged away. */
        TOKENS,
        /** The pooled outputs of the last layers side by side, n * D numbers, as DINO probes ViT-S (n = 4). */
        LAST
    }

    /** {@code pooled}, {@code cls}, {@code mean}, {@code cls+mean}, {@code tokens}, {@code last2}, {@code last4}, ... */
    public static FeatureChoice parse(String name) {
        String wanted = name.toLowerCase(Locale.ROOT);
        Matcher last = LAST.matcher(wanted);
        if (last.matches()) {
            return new FeatureChoice(Kind.LAST, Integer.parseInt(last.group(1)));
        }
        if (wanted.equals("pooled")) {
            return POOLED;
        }
        if (!Pooling.names().contains(wanted)) {
            throw new UserError("Unknown pooling '" + name + "'; expected pooled (the encoder's own), "
                    + String.join(", ", Pooling.names()) + ", or last4 for the last 4 blocks (CypherViT: stages).");
        }
        return new FeatureChoice(Kind.valueOf(Pooling.parse(wanted).name()), 0);
    }

    /** The features of images (B,3,H,W): (B, any width). */
    Tensor of(Backbone backbone, Tensor images) {
        return switch (kind) {
            case POOLED -> backbone.feature(images, ForwardMode.evaluation());
            case CLS, MEAN, CLS_MEAN, TOKENS ->
                backbone.feature(images, Pooling.valueOf(kind.name()), ForwardMode.evaluation());
            case LAST -> {
                List<Tensor> pooled = backbone.pooledLayers(images, layers);
                yield Tensors.cat(pooled, 1);
            }
        };
    }

    @Override
    public String toString() {
        return switch (kind) {
            case POOLED -> "pooled";
            case CLS, MEAN, CLS_MEAN, TOKENS -> Pooling.valueOf(kind.name()).toString();
            case LAST -> "last" + layers;
        };
    }
}
