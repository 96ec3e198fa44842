package org.cyphervit.backbone.vit;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.MaskedEncoder;
import org.cyphervit.backbone.SomePatches;
import org.cyphervit.backbone.TimmModel;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.transformer.Block;
import org.cyphervit.nn.transformer.PatchEmbedding;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.Positions;
import org.cyphervit.nn.transformer.Rotation;
import org.cyphervit.torch.Phase;
import org.cyphervit.torch.Phase.Part;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The vision transformer: one [cls] token and registers before the patches; parameter names are timm's.
 *
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 */
public final class VisionTransformer extends Backbone implements MaskedEncoder {
    private final VitConfig config;
    private final Tensor clsToken;
    private final @Nullable Tensor registers;
    private final @Nullable Tensor posEmbed;
    private final PatchEmbedding patchEmbed;
    private final List<Block> blocks = new ArrayList<>();
    private final LayerNorm norm;
    private final LayerNorm clsNorm;

    VisionTransformer(VitConfig config, Init init) {
        super(config);
        this.config = config;
        int width = config.width();
        this.clsToken = parameter("cls_token", init.weight(1, 1, width));
        this.posEmbed = config.positions().kind() == PositionOptions.Kind.ROPE
                ? null
                : parameter("pos_embed", init.weight(1, rowsBefore() + config.patches(config.imageSize()), width));
        this.registers = config.registers() == 0
                ? null
                : parameter("reg_token", init.normal(1e-6, 1, config.registers(), width));
        this.patchEmbed = child("patch_embed", new PatchEmbedding(config.patch(), width, init));
        for (int i = 0; i < config.depth(); i++) {
            double drop = config.depth() == 1 ? config.dropPath() : config.dropPath() * i / (config.depth() - 1);
            blocks.add(child("blocks." + i, new Block(config.blocks(), drop, init)));
        }
        this.norm = child("norm", new LayerNorm(width, config.layerNormEps(), init));
        this.clsNorm =
                config.untiedNorms() ? child("cls_norm", new LayerNorm(width, config.layerNormEps(), init)) : norm;
    }

    @Override
    protected Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        Encoded in = embedded(images, onPatches);
        Tensor normed = normed(through(blocks, in, mode)); // (B,1+R+N,D)
        Tensor cls = normed.narrow(1, 0, 1);
        int first = config.tokensBefore();
        return new Features(cls.squeeze(1), cls, normed.narrow(1, first, normed.size(1) - first), List.of());
    }

    // Of the last block nothing but the [cls] token is asked.
    @Override
    protected Tensor pooledFeatures(Tensor images, ForwardMode mode) {
        Encoded in = embedded(images, UnaryOperator.identity());
        Tensor x = allButLast(in, mode);
        return clsNorm.forward(mode.through(x, tokens -> blocks.getLast().forward(tokens, in.rotation(), mode, 1)))
                .squeeze(1);
    }

    @Override
    protected SomePatches somePatches(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches, Tensor chosen) {
        Encoded in = embedded(images, onPatches);
        Tensor x = allButLast(in, mode);
        long B = x.size(0);
        int first = config.tokensBefore();
        // In front of patch n of image b are the tokens of b + 1 images that are no patches.
        Tensor image = chosen.floor_divide(new Scalar(x.size(1) - first));
        Tensor patches = image.add(new Scalar(1)).mul(new Scalar(first)).add(chosen);
        Tensor cls = torch.arange(new Scalar(B), chosen.options()).mul(new Scalar(x.size(1)));
        Tensor rows = Tensors.cat(List.of(cls, patches), 0);
        Tensor last = mode.through(x, tokens -> blocks.getLast().forward(tokens, in.rotation(), mode, rows)); // (B+M,D)
        return new SomePatches(clsNorm.forward(last.narrow(0, 0, B)), norm.forward(last.narrow(0, B, chosen.size(0))));
    }

    @Override
    public long patches(Tensor images) {
        return images.size(2) / config.patch() * (images.size(3) / config.patch());
    }

    @Override
    public Tensor encodeSome(Tensor images, Tensor keep, ForwardMode mode) {
        try (Phase phase = Phase.of(mode.isTraining() ? Part.FORWARD : Part.INFERENCE)) {
            Tensor all = positioned(images, UnaryOperator.identity());
            Tensor some = all.gather(1, keep.unsqueeze(-1).expand(keep.size(0), keep.size(1), all.size(2)));
            Rotation rotation = rotation(images);
            Encoded in = new Encoded(joined(some), rotation == null ? null : rotation.keeping(keep));
            return normed(through(blocks, in, mode));
        }
    }

    /** The attention weights of the last block, (B,H,1+R+N,1+R+N); row 0 is the [cls] token, R registers follow. */
    public Tensor lastAttention(Tensor images) {
        Encoded in = embedded(images, UnaryOperator.identity());
        return blocks.getLast().attention(allButLast(in, ForwardMode.evaluation()), in.rotation());
    }

    /** The normalised outputs of the last n blocks, first to last, each (B,1+R+N,D). */
    public List<Tensor> lastLayers(Tensor images, int n) {
        List<Tensor> outputs = new ArrayList<>();
        Encoded in = embedded(images, UnaryOperator.identity());
        Tensor x = in.tokens();
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).forward(x, in.rotation(), ForwardMode.evaluation());
            if (i >= blocks.size() - n) {
                outputs.add(normed(x));
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

    @Override
    public Tensor maps(Tensor images) {
        Tensor attention = lastAttention(images); // (B,H,1+R+N,1+R+N)
        long N = patches(images);
        Tensor ofCls = attention.select(2, 0).narrow(2, attention.size(3) - N, N); // (B,H,N)
        Tensor perHead = ofCls.div(ofCls.amax(new long[] {2}, true)); // heads are alike strong at their peaks
        return perHead.div(Tensors.sumKeeping(perHead, 1)).transpose(1, 2);
    }

    /**
     * What goes into the blocks.
     *
     * @param tokens [cls ; registers ; patches], (B,1+R+N,D)
     * @param rotation of the patches; null where a table holds the positions
     */
    private record Encoded(Tensor tokens, @Nullable Rotation rotation) {}

    private Encoded embedded(Tensor images, UnaryOperator<Tensor> onPatches) {
        return new Encoded(joined(positioned(images, onPatches)), rotation(images));
    }

    private @Nullable Rotation rotation(Tensor images) {
        return rotation(images.size(2) / config.patch(), images.size(3) / config.patch());
    }

    private @Nullable Rotation rotation(long rows, long columns) {
        PositionOptions positions = config.positions();
        return positions.kind() != PositionOptions.Kind.ROPE
                ? null
                : Rotation.of(
                        rows,
                        columns,
                        config.width() / config.heads(),
                        positions.ropeBase(),
                        config.tokensBefore(),
                        clsToken.device());
    }

    // Patches with the positions of a table, (B,N,D).
    private Tensor positioned(Tensor images, UnaryOperator<Tensor> onPatches) {
        Tensor patches = onPatches.apply(patchEmbed.forward(images));
        long rows = images.size(2) / config.patch();
        long columns = images.size(3) / config.patch();
        return posEmbed == null ? patches : patches.add(grid(posEmbed, rows, columns));
    }

    private Tensor grid(Tensor table, long rows, long columns) {
        Tensor grid = table.narrow(1, rowsBefore(), table.size(1) - rowsBefore());
        return Positions.resize(grid, rows, columns, config.positions());
    }

    private int rowsBefore() {
        return config.positions().rowsBefore(config.registers());
    }

    private Tensor joined(Tensor patches) {
        Tensor before = before();
        return Tensors.cat(List.of(before.expand(patches.size(0), before.size(1), before.size(2)), patches), 1);
    }

    // [cls ; registers], (1,1+R,D), with those positions that a table has for them.
    private Tensor before() {
        int rows = rowsBefore();
        List<Tensor> tokens = new ArrayList<>();
        tokens.add(posEmbed == null || rows == 0 ? clsToken : clsToken.add(posEmbed.narrow(1, 0, 1)));
        if (registers != null) {
            tokens.add(
                    posEmbed == null || rows <= 1
                            ? registers
                            : registers.add(posEmbed.narrow(1, 1, config.registers())));
        }
        return tokens.size() == 1 ? tokens.getFirst() : Tensors.cat(tokens, 1);
    }

    private Tensor allButLast(Encoded in, ForwardMode mode) {
        return through(blocks.subList(0, blocks.size() - 1), in, mode);
    }

    private static Tensor through(List<Block> blocks, Encoded in, ForwardMode mode) {
        Tensor x = in.tokens();
        for (Block block : blocks) {
            x = mode.through(x, tokens -> block.forward(tokens, in.rotation(), mode));
        }
        return x;
    }

    // (B,1+R+N,D)
    private Tensor normed(Tensor x) {
        if (clsNorm == norm) {
            return norm.forward(x);
        }
        int first = config.tokensBefore();
        Tensor patches = x.narrow(1, first, x.size(1) - first);
        return Tensors.cat(List.of(clsNorm.forward(x.narrow(1, 0, first)), norm.forward(patches)), 1);
    }

    @Override
    protected <V> Map<String, V> program(GraphWriter<V> graph, int size, V images) {
        long D = config.width();
        long side = size / config.patch();
        long N = side * side;
        int first = config.tokensBefore();
        V patches = patchEmbed.write(graph, images, size, "patch_embed");
        if (posEmbed != null) {
            patches = graph.add(patches, graph.parameter("pos_embed", grid(posEmbed, side, side)));
        }
        V before = graph.repeat(graph.parameter("tokens_before", before()), images, first, D);
        V x = graph.concat(1, List.of(before, patches));
        Rotation rotation = rotation(side, side);
        for (int i = 0; i < blocks.size(); i++) {
            x = blocks.get(i).write(graph, x, rotation, first + N, "blocks." + i);
        }
        V cls = clsNorm.write(graph, graph.slice(x, 1, 0, 1), clsNorm == norm ? "norm" : "cls_norm");
        Map<String, V> results = new LinkedHashMap<>();
        results.put(Features.POOLED, graph.reshape(cls, -1, D));
        results.put(Features.TOKENS, cls);
        results.put(Features.PATCHES, norm.write(graph, graph.slice(x, 1, first, N), "norm"));
        return results;
    }

    @Override
    public Optional<TimmModel> timm() {
        return VitForTimm.of(config, state());
    }

    @Override
    public Tensor fitted(String name, Tensor value) {
        return posEmbed != null && name.equals("pos_embed")
                ? Positions.fitted(value, rowsBefore(), Tensors.shape(posEmbed), config.positions())
                : value;
    }
}
