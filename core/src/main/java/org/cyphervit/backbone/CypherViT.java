package org.cyphervit.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.PatchEmbedding;
import org.cyphervit.nn.Positions;
import org.cyphervit.nn.SemanticClustering;
import org.cyphervit.torch.Tensors;

/**
 * The hierarchical ViT with several [cls] tokens per stage (CypherViT, Sci Rep 2024, Algorithm 1 and Figs. 3 and 4):
 * each stage lets tokens attend jointly with its [cls] tokens, then clusters the former into the latter, which alone go
 * on. The feature of an image is the mean of the final tokens.
 *
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
public final class CypherViT extends Backbone {
    static final double LAYER_NORM_EPS = 1e-6;

    private final Tensor posEmbed;
    private final PatchEmbedding patchEmbed;
    private final List<CypherStage> stages = new ArrayList<>();
    private final LayerNorm norm;

    CypherViT(CypherVitConfig config, Init init) {
        super(config);
        int side = config.imageSize() / config.patch();
        this.posEmbed = parameter("pos_embed", init.weight(1, (long) side * side, config.width()));
        this.patchEmbed = child("patch_embed", new PatchEmbedding(config.patch(), config.width(), init));
        for (int s = 0; s < config.depths().size(); s++) {
            stages.add(child("stages." + s, new CypherStage(config, s, init)));
        }
        this.norm = child("norm", new LayerNorm(config.width(), LAYER_NORM_EPS, init));
    }

    @Override
    Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        List<Tensor> assignments = new ArrayList<>();
        Tensor x = embedded(images, onPatches); // (B,N,D)
        Tensor patches = x;
        for (CypherStage stage : stages) {
            CypherStage.Output output = stage.forward(x, mode);
            patches = assignments.isEmpty() ? output.attended() : patches;
            SemanticClustering.Output clustered = output.clustered();
            assignments.add(clustered.assignment());
            x = clustered.tokens(); // (B,K,D): this stage's clusters are the next stage's tokens
        }
        Tensor tokens = norm.forward(x);
        return new Features(Tensors.mean(tokens, 1), tokens, patches, List.copyOf(assignments));
    }

    @Override
    public List<Tensor> pooledLayers(Tensor images, int n) {
        if (n < 1 || n > stages.size()) {
            throw new UserError(
                    "Features of the last " + n + " stages asked of a CypherViT with " + stages.size() + ".");
        }
        List<Tensor> pooled = new ArrayList<>();
        Tensor x = embedded(images, UnaryOperator.identity());
        for (CypherStage stage : stages) {
            x = stage.forward(x, ForwardMode.evaluation()).clustered().tokens();
            pooled.add(Tensors.mean(norm.forward(x), 1));
        }
        return pooled.subList(pooled.size() - n, pooled.size());
    }

    // Patches with their positions, (B,N,D).
    private Tensor embedded(Tensor images, UnaryOperator<Tensor> onPatches) {
        long rows = images.size(2) / config().patch();
        long columns = images.size(3) / config().patch();
        return onPatches.apply(patchEmbed.forward(images)).add(Positions.resize(posEmbed, rows, columns));
    }
}
