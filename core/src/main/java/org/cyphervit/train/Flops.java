package org.cyphervit.train;

import java.util.List;
import org.cyphervit.augment.ViewSpec;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.CypherVitConfig;
import org.cyphervit.backbone.CypherVitConfig.TokenSource;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.nn.Layer;
import org.cyphervit.ssl.DinoOptions;
import org.cyphervit.ssl.IbotOptions;
import org.cyphervit.ssl.MaeOptions;
import org.cyphervit.ssl.MocoOptions;

/**
 * Floating-point operations of matrix products, counted from the shapes; a multiplication with its addition counts as two.
 * Norms, softmax, losses and the optimizer are left out: they are bound by memory. A backward pass counts as two forward
 * passes, one for the inputs' gradients and one for the weights'.
 */
public final class Flops {
    private static final int FORWARD_AND_BACKWARD = 3;
    private static final int GLOBALS = 2;

    private Flops() {}

    /** One forward pass of one image of that side, pixels. */
    public static double forward(BackboneConfig config, int side) {
        double n = patches(config, side);
        return switch (config) {
            case VitConfig vit -> embedding(config, n) + vit.depth() * block(1 + vit.registers() + n, vit.width());
            case CypherVitConfig cypher -> embedding(config, n) + stages(cypher, n);
        };
    }

    /** The same where the pooled feature alone is asked: the last block of a ViT works for its [cls] token. */
    public static double pooled(BackboneConfig config, int side) {
        double whole = forward(config, side);
        if (config instanceof VitConfig vit) {
            double tokens = 1 + vit.registers() + patches(config, side);
            return whole - block(tokens, vit.width()) + block(1, tokens, vit.width());
        }
        return whole;
    }

    /** The same where so many of its patches are asked too. */
    private static double some(BackboneConfig config, int side, double asked) {
        double whole = forward(config, side);
        if (config instanceof VitConfig vit) {
            double others = patches(config, side) - asked + vit.registers();
            return whole - others * 18 * vit.width() * vit.width(); // neither projection nor MLP of the last block
        }
        return whole;
    }

    /**
     * One training step per tile of the batch: student, teacher and heads over all views.
     *
     * @param trained the method's, for the shapes of its heads
     */
    public static double step(Recipe recipe, Layer trained) {
        BackboneConfig config = recipe.backbone();
        List<ViewSpec> views =
                recipe.method().kind().views().apply(recipe.views()).expanded();
        double passes =
                views.stream().mapToDouble(view -> pooled(config, view.size())).sum();
        int globalSide = views.getFirst().size();
        double head = head(trained, "");
        double student = FORWARD_AND_BACKWARD * (passes + views.size() * head);
        return switch (recipe.method().options()) {
            case DinoOptions dino -> student + GLOBALS * (pooled(config, globalSide) + head);
            case IbotOptions ibot -> {
                double n = patches(config, globalSide);
                double hidden = ibot.maskProbability() * (ibot.maskMin() + ibot.maskMax()) / 2 * n;
                double some = some(config, globalSide, hidden);
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
            case MaeOptions mae -> FORWARD_AND_BACKWARD * masked(mae, (VitConfig) config, globalSide);
            default -> student;
        };
    }

    private static double block(double tokens, double width) {
        return block(tokens, tokens, width);
    }

    // Of those asked, queries, projection and the MLP of four times the width; of all, keys and values; the scores and
    // what they mix.
    private static double block(double asked, double all, double width) {
        return (20 * asked + 4 * all) * width * width + 4 * asked * all * width;
    }

    private static double patches(BackboneConfig config, int side) {
        double rows = Math.floorDiv(side, config.patch());
        return rows * rows;
    }

    private static double embedding(BackboneConfig config, double patches) {
        return 2 * patches * pixels(config) * config.width();
    }

    private static double pixels(BackboneConfig config) {
        return 3.0 * config.patch() * config.patch();
    }

    private static double stages(CypherVitConfig config, double patches) {
        double d = config.width();
        double n = patches;
        double sum = 0;
        for (int s = 0; s < config.depths().size(); s++) {
            double k = config.tokens().get(s);
            double mixture = s > 0 && config.tokenSource() == TokenSource.MIXED ? 2 * k * n * d : 0;
            double projections = 4 * (n + k) * d * d; // W_p and W_v of the patches, W_c and W of the tokens
            double mlp = config.clustering().channelMlp() ? 16 * k * d * d : 0;
            sum += mixture + config.depths().get(s) * block(n + k, d) + projections + 4 * n * k * d + mlp;
            n = k;
        }
        return sum;
    }

    private static double masked(MaeOptions options, VitConfig config, int side) {
        double n = patches(config, side);
        double seen = Math.floor(n * (1 - options.maskRatio()));
        double w = options.decoderWidth();
        double encoder = embedding(config, n) + config.depth() * block(1 + config.registers() + seen, config.width());
        double decoder = 2 * (1 + seen) * config.width() * w
                + options.decoderDepth() * block(1 + n, w)
                + 2 * (1 + n) * w * pixels(config);
        return encoder + decoder;
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
