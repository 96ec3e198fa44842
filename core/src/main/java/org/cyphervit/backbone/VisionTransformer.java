package org.cyphervit.backbone;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.Block;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.Pass;
import org.cyphervit.nn.PatchEmbedding;
import org.cyphervit.nn.Positions;
import org.cyphervit.torch.Tensors;

/** The vanilla vision transformer: one [cls] token before the patches; parameter names are timm's. */
public final class VisionTransformer extends Backbone {
    private static final double LAYER_NORM_EPS = 1e-6;

    private final Tensor clsToken;
    private final Tensor posEmbed;
    private final PatchEmbedding patchEmbed;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;

    VisionTransformer(VitConfig config, Init init) {
        super(config);
        int side = config.imageSize() / config.patch();
        this.clsToken = parameter("cls_token", init.weight(1, 1, config.width()));
        this.posEmbed = parameter("pos_embed", init.weight(1, 1 + (long) side * side, config.width()));
        this.patchEmbed = child("patch_embed", new PatchEmbedding(config.patch(), config.width(), init));
        for (int i = 0; i < config.depth(); i++) {
            double drop = config.depth() == 1 ? config.dropPath() : config.dropPath() * i / (config.depth() - 1);
            blocks.add(child("blocks." + i, new Block(config.width(), config.heads(), drop, LAYER_NORM_EPS, init)));
        }
        this.norm = child("norm", new LayerNorm(config.width(), LAYER_NORM_EPS, init));
    }

    @Override
    Features features(Tensor images, Pass pass) {
        Tensor x = embed(images);
        for (Block block : blocks) {
            x = block.forward(x, pass);
        }
        Tensor normed = norm.forward(x); // (B,1+N,D)
        Tensor cls = normed.narrow(1, 0, 1);
        return new Features(cls.squeeze(1), cls, normed.narrow(1, 1, normed.size(1) - 1), List.of());
    }

    /** The attention weights of the last block, (B,H,1+N,1+N); row 0 is the [cls] token. */
    public Tensor lastAttention(Tensor images) {
        Tensor x = embed(images);
        for (Block block : blocks.subList(0, blocks.size() - 1)) {
            x = block.forward(x, Pass.evaluation());
        }
        return blocks.getLast().attention(x);
    }

    /** The normalised outputs of the last n blocks, first to last, each (B,1+N,D). */
    public List<Tensor> lastLayers(Tensor images, int n) {
        List<Tensor> outputs = new ArrayList<>();
        Tensor x = embed(images);
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forward(x, Pass.evaluation());
            if (i >= blocks.size() - n) {
                outputs.add(norm.forward(x));
            }
        }
        return outputs;
    }

    private Tensor embed(Tensor images) {
        Tensor patches = patchEmbed.forward(images);
        long rows = images.size(2) / config().patch();
        long columns = images.size(3) / config().patch();
        Tensor grid = Positions.resize(posEmbed.narrow(1, 1, posEmbed.size(1) - 1), rows, columns);
        Tensor cls = clsToken.add(posEmbed.narrow(1, 0, 1)).expand(patches.size(0), 1, patches.size(2));
        return Tensors.cat(List.of(cls, patches.add(grid)), 1);
    }
}
