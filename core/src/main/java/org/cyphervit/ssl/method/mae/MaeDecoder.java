package org.cyphervit.ssl.method.mae;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.Linear;
import org.cyphervit.nn.transformer.Block;
import org.cyphervit.nn.transformer.BlockOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.Positions;
import org.cyphervit.torch.Tensors;

/**
 * MAE's decoder: a narrow transformer over the tokens of the patches that were seen and a learned token in the place of
 * each masked one.
 *
 * @see <a href="https://arxiv.org/abs/2111.06377">He 2021, Masked autoencoders, section 3</a>
 * @see <a href="https://github.com/facebookresearch/mae/blob/main/models_mae.py">MAE's models_mae.py</a>
 */
final class MaeDecoder extends Layer {
    private static final double LAYER_NORM_EPS = 1e-6;

    private final Tensor maskToken;
    private final Tensor posEmbed;
    private final MaeOptions options;
    private final Linear embed;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final Linear pred;

    /** @param side patches along an edge of the image that positions are made for */
    MaeDecoder(int width, int patch, int side, MaeOptions options, Init init) {
        this.options = options;
        this.maskToken = parameter("mask_token", init.normal(0.02, 1, 1, options.decoderWidth()));
        this.posEmbed = buffer(
                "pos_embed",
                Positions.sinCos(side, options.decoderWidth())
                        .to(init.generator().device(), ScalarType.Float));
        this.embed = child("embed", new Linear(width, options.decoderWidth(), init));
        for (int i = 0; i < options.decoderDepth(); i++) {
            blocks.add(child("blocks." + i, new Block(block(), 0, init)));
        }
        this.norm = child("norm", new LayerNorm(options.decoderWidth(), LAYER_NORM_EPS, init));
        this.pred = child("pred", new Linear(options.decoderWidth(), 3 * patch * patch, init));
    }

    private BlockOptions block() {
        return BlockOptions.of(options.decoderWidth(), options.decoderHeads());
    }

    /** Operations of the matrix products per image; a multiplication with its addition counts as two. */
    double operations(double seen, double patches) {
        return (1 + seen) * embed.operations()
                + blocks.size() * block().operations(1 + patches)
                + (1 + patches) * pred.operations();
    }

    /**
     * @param latent [cls] and the seen patches in shuffled order, (B,1+n,D)
     * @param restore place of each patch in the shuffled order, (B,rows*columns)
     * @return pixels of every patch, (B,N,3PP)
     */
    Tensor forward(Tensor latent, Tensor restore, long rows, long columns, ForwardMode mode) {
        Tensor x = embed.forward(latent);
        long B = x.size(0);
        long W = x.size(2);
        long N = restore.size(1);
        Tensor missing = maskToken.to(x.dtype().toScalarType()).expand(B, N + 1 - x.size(1), W);
        Tensor shuffled = Tensors.cat(List.of(x.narrow(1, 1, x.size(1) - 1), missing), 1);
        Tensor patches = shuffled.gather(1, restore.unsqueeze(-1).expand(B, N, W));
        Tensor grid =
                Positions.resize(posEmbed.narrow(1, 1, posEmbed.size(1) - 1), rows, columns, PositionOptions.dino());
        Tensor tokens = Tensors.cat(List.of(x.narrow(1, 0, 1), patches.add(grid)), 1); // [cls] has position 0
        for (Block block : blocks) {
            tokens = mode.through(tokens, in -> block.forward(in, mode));
        }
        return pred.forward(norm.forward(tokens)).narrow(1, 1, N);
    }
}
