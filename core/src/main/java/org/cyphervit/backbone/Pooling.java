package org.cyphervit.backbone;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Tensors;

/** How the tokens of an image become its one feature. */
public enum Pooling {
    /** The [cls] token; of several (CypherViT) their mean. D numbers. */
    CLS("cls"),
    /** The mean of the patch tokens. D numbers. */
    MEAN("mean"),
    /** The [cls] token, then the mean of the patch tokens. 2 D numbers. */
    CLS_MEAN("cls+mean"),
    /** All [cls] tokens of the end side by side: which phenotype holds what is not averaged away. K * D numbers. */
    TOKENS("tokens");

    private final String text;

    Pooling(String text) {
        this.text = text;
    }

    /**
     * {@code cls}, {@code mean}, {@code cls+mean} or {@code tokens}.
     *
     * @throws UserError naming all
     */
    public static Pooling parse(String name) {
        return Arrays.stream(values())
                .filter(pooling -> pooling.text.equalsIgnoreCase(name.strip()))
                .findFirst()
                .orElseThrow(() -> new UserError(
                        "Unknown pooling '" + name + "'; expected one of " + String.join(", ", names()) + "."));
    }

    /** All names. */
    public static List<String> names() {
        return Arrays.stream(values()).map(Pooling::toString).collect(Collectors.toList());
    }

    /** Length of the feature. */
    public int width(BackboneConfig config) {
        return switch (this) {
            case CLS, MEAN -> config.width();
            case CLS_MEAN -> 2 * config.width();
            case TOKENS -> config.finalTokens() * config.width();
        };
    }

    /** The features of normalised images (B,3,H,W): (B, {@link #width}). */
    Tensor of(Backbone backbone, Tensor images, ForwardMode mode) {
        if (this == CLS) {
            return backbone.pooled(images, mode); // without what only the others need
        }
        return of(backbone.forward(images, mode));
    }

    /** The features, (B, {@link #width}), of what a backbone made of images. */
    public Tensor of(Features features) {
        return switch (this) {
            case CLS -> features.pooled();
            case MEAN -> Tensors.mean(features.patches(), 1);
            case CLS_MEAN -> Tensors.cat(List.of(features.pooled(), Tensors.mean(features.patches(), 1)), 1);
            case TOKENS -> features.tokens().flatten(1, -1);
        };
    }

    @Override
    public String toString() {
        return text;
    }
}
