package org.cyphervit.backbone;

import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.nn.Block;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.PatchEmbedding;
import org.cyphervit.nn.Positions;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The vanilla vision transformer: one [cls] token before the patches; parameter names are timm's.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 */
public final class VisionTransformer extends Backbone {
    private static final double LAYER_NORM_EPS = 1e-6;

    private final VitConfig config;
    private final Tensor clsToken;
    private final @Nullable Tensor registers;
    private final Tensor posEmbed;
    private final PatchEmbedding patchEmbed;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;

    VisionTransformer(VitConfig config, Init init) {
        super(config);
        this.config = config;
        int side = config.imageSize() / config.patch();
        this.clsToken = parameter("cls_token", init.weight(1, 1, config.width()));
        this.posEmbed = parameter("pos_embed", init.weight(1, 1 + (long) side * side, config.width()));
        this.registers = config.registers() == 0
                ? null
                : parameter("reg_token", init.normal(1e-6, 1, config.registers(), config.width()));
        this.patchEmbed = child("patch_embed", new PatchEmbedding(config.patch(), config.width(), init));
        for (int i = 0; i < config.depth(); i++) {
            double drop = config.depth() == 1 ? config.dropPath() : config.dropPath() * i / (config.depth() - 1);
            blocks.add(child(
                    "blocks." + i,
                    new Block(config.width(), config.heads(), drop, config.layerScale(), LAYER_NORM_EPS, init)));
        }
        this.norm = child("norm", new LayerNorm(config.width(), LAYER_NORM_EPS, init));
    }

    @Override
    Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        Tensor normed = encode(joined(embedded(images, onPatches)), mode); // (B,1+R+N,D)
        Tensor cls = normed.narrow(1, 0, 1);
        int first = 1 + config.registers();
        return new Features(cls.squeeze(1), cls, normed.narrow(1, first, normed.size(1) - first), List.of());
    }

    // Of the last block nothing but the [cls] token is asked.
    @Override
    Tensor pooledFeatures(Tensor images, ForwardMode mode) {
        Tensor x = allButLast(images, mode, UnaryOperator.identity());
        return norm.forward(mode.through(x, in -> blocks.getLast().forward(in, mode, 1)))
                .squeeze(1);
    }

    @Override
    SomePatches somePatches(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches, Tensor chosen) {
        Tensor x = allButLast(images, mode, onPatches);
        long B = x.size(0);
        int first = 1 + config.registers();
        // In front of patch n of image b are the tokens of b + 1 images that are no patches.
        Tensor image = chosen.floor_divide(new Scalar(x.size(1) - first));
        Tensor patches = image.add(new Scalar(1)).mul(new Scalar(first)).add(chosen);
        Tensor cls = torch.arange(new Scalar(B), chosen.options()).mul(new Scalar(x.size(1)));
        Tensor rows = Tensors.cat(List.of(cls, patches), 0);
        Tensor normed = norm.forward(mode.through(x, in -> blocks.getLast().forward(in, mode, rows))); // (B+M,D)
        return new SomePatches(normed.narrow(0, 0, B), normed.narrow(0, B, chosen.size(0)));
    }

    /** The number of patches that images (B,3,H,W) are cut into. */
    public long patches(Tensor images) {
        return images.size(2) / config.patch() * (images.size(3) / config.patch());
    }

    /**
     * Encodes some of the patches only, as MAE does.
     *
     * @param keep numbers of the patches, int64 (B,n)
     * @return the normalised [cls] token, registers and those patches in that order, (B,1+R+n,D)
     */
    public Tensor encodeSome(Tensor images, Tensor keep, ForwardMode mode) {
        try (Phase phase = Phase.of(mode.isTraining() ? Part.FORWARD : Part.INFERENCE)) {
            Tensor all = embedded(images, UnaryOperator.identity());
            Tensor some = all.gather(1, keep.unsqueeze(-1).expand(keep.size(0), keep.size(1), all.size(2)));
            return encode(joined(some), mode);
        }
    }

    private Tensor encode(Tensor tokens, ForwardMode mode) {
        return norm.forward(through(blocks, tokens, mode));
    }

    private Tensor allButLast(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        return through(blocks.subList(0, blocks.size() - 1), joined(embedded(images, onPatches)), mode);
    }

    private static Tensor through(List<Block> blocks, Tensor tokens, ForwardMode mode) {
        Tensor x = tokens;
        for (Block block : blocks) {
            x = mode.through(x, in -> block.forward(in, mode));
        }
        return x;
    }

    /** The attention weights of the last block, (B,H,1+R+N,1+R+N); row 0 is the [cls] token, R registers follow. */
    public Tensor lastAttention(Tensor images) {
        return blocks.getLast().attention(allButLast(images, ForwardMode.evaluation(), UnaryOperator.identity()));
    }

    /** The normalised outputs of the last n blocks, first to last, each (B,1+R+N,D). */
    public List<Tensor> lastLayers(Tensor images, int n) {
        List<Tensor> outputs = new ArrayList<>();
        Tensor x = joined(embedded(images, UnaryOperator.identity()));
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forward(x, ForwardMode.evaluation());
            if (i >= blocks.size() - n) {
                outputs.add(norm.forward(x));
            }
        }
        return outputs;
    }

    @Override
    public List<Tensor> pooledLayers(Tensor images, int n) {
        if (n < 1 || n > blocks.size()) {
            throw new UserError("Features of the last " + n + " blocks asked of a ViT with " + blocks.size() + ".");
        }
        return lastLayers(images, n).stream().map(output -> output.select(1, 0)).toList();
    }

    // Patches with their positions, (B,N,D).
    private Tensor embedded(Tensor images, UnaryOperator<Tensor> onPatches) {
        Tensor patches = onPatches.apply(patchEmbed.forward(images));
        long rows = images.size(2) / config.patch();
        long columns = images.size(3) / config.patch();
        return patches.add(Positions.resize(posEmbed.narrow(1, 1, posEmbed.size(1) - 1), rows, columns));
    }

    // [cls ; registers ; patches]. Registers have no position (Darcet 2024).
    private Tensor joined(Tensor patches) {
        long B = patches.size(0);
        long D = patches.size(2);
        List<Tensor> all = new ArrayList<>();
        all.add(clsToken.add(posEmbed.narrow(1, 0, 1)).expand(B, 1, D));
        if (registers != null) {
            all.add(registers.expand(B, config.registers(), D));
        }
        all.add(patches);
        return Tensors.cat(all, 1);
    }
}
