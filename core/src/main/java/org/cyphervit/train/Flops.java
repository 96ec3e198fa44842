package org.cyphervit.train;

import java.util.List;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.nn.BlockOptions;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.method.DinoOptions;
import org.cyphervit.ssl.method.IbotOptions;
import org.cyphervit.ssl.method.MaeOptions;
import org.cyphervit.ssl.method.MocoOptions;

/**
 * Floating-point operations of matrix products, counted from the shapes; a multiplication with its addition counts
 * as two. Norms, softmax, losses and the optimizer are left out: they are bound by memory. A backward pass counts
 * as two forward passes, one for the inputs' gradients and one for the weights'.
 */
public final class Flops {
    private static final int FORWARD_AND_BACKWARD = 3;
    private static final int GLOBALS = 2;

    private Flops() {}

    /** One forward pass of one image of that side, pixels. */
    public static double forward(BackboneConfig config, int side) {
        return config.operations(side);
    }

    /** The same where the pooled feature alone is asked: the last block of a ViT works for its [cls] token. */
    public static double pooled(BackboneConfig config, int side) {
        return config.pooledOperations(side);
    }

    /**
     * One training step per tile of the batch: student, teacher and heads over all views.
     *
     * @param trained the method's, for the shapes of its heads
     */
    public static double step(Recipe recipe, Layer trained) {
        BackboneConfig config = recipe.backbone();
        List<ViewSpec> views = recipe.views().recipe().expanded();
        double passes =
                views.stream().mapToDouble(view -> pooled(config, view.size())).sum();
        int globalSide = views.getFirst().size();
        double head = head(trained, "");
        double student = FORWARD_AND_BACKWARD * (passes + views.size() * head);
        return switch (recipe.method().options()) {
            case DinoOptions dino -> student + GLOBALS * (pooled(config, globalSide) + head);
            case IbotOptions ibot -> {
                double n = config.patches(globalSide);
                double hidden = ibot.maskProbability() * (ibot.maskMin() + ibot.maskMax()) / 2 * n;
                double some = config.someOperations(globalSide, hidden);
                double directions =
                        head - 2.0 * ibot.dino().bottleneck() * ibot.dino().out();
                double centre = ibot.dino().sinkhorn() // else made of all patches
                        ? 0
                        : forward(config, globalSide) - some + (n - hidden) * directions;
                double teacher = some + (1 + hidden) * head + centre;
                double guessed = some - pooled(config, globalSide) + hidden * head;
                yield student + GLOBALS * (teacher + FORWARD_AND_BACKWARD * guessed);
            }
            case MocoOptions moco -> student + passes + views.size() * head(trained, "encoder.");
            case MaeOptions mae -> FORWARD_AND_BACKWARD * masked(mae, config, globalSide);
            default -> student;
        };
    }

    private static double masked(MaeOptions options, BackboneConfig config, int side) {
        double n = config.patches(side);
        double pixels = 3.0 * config.patch() * config.patch();
        double seen = Math.floor(n * (1 - options.maskRatio()));
        double w = options.decoderWidth();
        double decoder = 2 * (1 + seen) * config.width() * w
                + options.decoderDepth()
                        * BlockOptions.of(options.decoderWidth(), options.decoderHeads())
                                .operations(1 + n)
                + 2 * (1 + n) * w * pixels;
        return config.maskedOperations(side, seen) + decoder;
    }

    // Every matrix outside the backbone meets each pooled feature once.
    private static double head(Layer trained, String prefix) {
        return 2
                * trained.parameters().entrySet().stream()
                        .filter(entry -> entry.getKey().startsWith(prefix)
                                && !entry.getKey().contains("backbone."))
                        .map(java.util.Map.Entry::getValue)
                        .filter(weight -> weight.dim() == 2 && weight.size(0) > 1 && weight.size(1) > 1)
                        .mapToDouble(weight -> (double) weight.numel())
                        .sum();
    }
}
