package org.cyphervit.backbone.vit;

import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.TokenMaps;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.transformer.BlockOptions;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.QkvBias;

/**
 * A vision transformer (Dosovitskiy 2021), as DINO builds it by default, and with what later encoders have.
 *
 * @param width D
 * @param depth number of blocks
 * @param heads attention heads; divides the width
 * @param patch side of a patch, pixels
 * @param imageSize side of the images that the position embeddings are made for, pixels
 * @param dropPath stochastic depth of the last block, rising linearly from 0; [0, 1)
 * @param registers tokens besides [cls] that hold what no patch needs (Darcet 2024); 0 as DINO, 4 in later models
 * @param layerScale initial value of a trained scale per channel on each residual branch (Touvron 2021; DINOv2: 1e-5);
 *     0 for none
 * @param feedForward the part of a block that works on each token alone
 * @param positions how the network knows where a patch is
 * @param qkvBias which of query, key and value have a bias
 * @param untiedNorms whether the last normalisation of [cls] and registers is another than that of patches
 * @param layerNormEps added to the variance in layer normalisation
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 * @see <a href="https://github.com/facebookresearch/dino">DINO's code</a>
 */
public record VitConfig(
        int width,
        int depth,
        int heads,
        int patch,
        int imageSize,
        double dropPath,
        int registers,
        double layerScale,
        FeedForwardOptions feedForward,
        PositionOptions positions,
        QkvBias qkvBias,
        boolean untiedNorms,
        double layerNormEps)
        implements BackboneConfig {
    private static final double LAYER_NORM_EPS = 1e-6;

    public VitConfig {
        Ranges.of("A vision transformer")
                .whole("width", width, 1, 16_384)
                .whole("depth", depth, 1, 200)
                .whole("heads", heads, 1, width)
                .whole("patch", patch, 1, 1024)
                .whole("imageSize", imageSize, patch, 8192)
                .whole("registers", registers, 0, 1024)
                .number("layerScale", layerScale, 0, 1000)
                .below("dropPath", dropPath, 0, 1)
                .check();
        if (positions.kind() == PositionOptions.Kind.ROPE && width / heads % 4 != 0) {
            throw new UserError(
                    "Rotary positions turn a quarter of each head's values at a time, so a head's width must"
                            + " be a multiple of 4; got " + width + " over " + heads + " heads.");
        }
    }

    /** DINO's: without registers, layer scale and drop path. */
    public static VitConfig of(int width, int depth, int heads, int patch, int imageSize) {
        return new VitConfig(
                width,
                depth,
                heads,
                patch,
                imageSize,
                0,
                0,
                0,
                FeedForwardOptions.mlp(),
                PositionOptions.dino(),
                QkvBias.ALL,
                false,
                LAYER_NORM_EPS);
    }

    @Override
    public VitConfig withDropPath(double dropPath) {
        return changed(to -> to.dropPath = dropPath);
    }

    public VitConfig withImageSize(int imageSize) {
        return changed(to -> to.imageSize = imageSize);
    }

    public VitConfig withRegisters(int registers) {
        return changed(to -> to.registers = registers);
    }

    public VitConfig withLayerScale(double layerScale) {
        return changed(to -> to.layerScale = layerScale);
    }

    public VitConfig withFeedForward(FeedForwardOptions feedForward) {
        return changed(to -> to.feedForward = feedForward);
    }

    /** @param ratio hidden values, after gating, as a multiple of the width */
    public VitConfig withFeedForward(FeedForwardOptions.Kind kind, double ratio) {
        return withFeedForward(new FeedForwardOptions(kind, ratio));
    }

    public VitConfig withPositions(PositionOptions positions) {
        return changed(to -> to.positions = positions);
    }

    public VitConfig withQkvBias(QkvBias qkvBias) {
        return changed(to -> to.qkvBias = qkvBias);
    }

    public VitConfig withUntiedNorms(boolean untiedNorms) {
        return changed(to -> to.untiedNorms = untiedNorms);
    }

    public VitConfig withLayerNormEps(double layerNormEps) {
        return changed(to -> to.layerNormEps = layerNormEps);
    }

    private VitConfig changed(Consumer<Changes> change) {
        Changes changes = new Changes(this);
        change.accept(changes);
        return changes.config(this);
    }

    // What can be changed by name.
    private static final class Changes {
        private int imageSize;
        private double dropPath;
        private int registers;
        private double layerScale;
        private FeedForwardOptions feedForward;
        private PositionOptions positions;
        private QkvBias qkvBias;
        private boolean untiedNorms;
        private double layerNormEps;

        private Changes(VitConfig of) {
            imageSize = of.imageSize;
            dropPath = of.dropPath;
            registers = of.registers;
            layerScale = of.layerScale;
            feedForward = of.feedForward;
            positions = of.positions;
            qkvBias = of.qkvBias;
            untiedNorms = of.untiedNorms;
            layerNormEps = of.layerNormEps;
        }

        private VitConfig config(VitConfig of) {
            return new VitConfig(
                    of.width,
                    of.depth,
                    of.heads,
                    of.patch,
                    imageSize,
                    dropPath,
                    registers,
                    layerScale,
                    feedForward,
                    positions,
                    qkvBias,
                    untiedNorms,
                    layerNormEps);
        }
    }

    BlockOptions blocks() {
        return new BlockOptions(width, heads, feedForward, layerScale, qkvBias, layerNormEps);
    }

    /** Tokens in front of the patches: [cls] and registers. */
    int tokensBefore() {
        return 1 + registers;
    }

    @Override
    public int finalTokens() {
        return 1;
    }

    @Override
    public TokenMaps maps() {
        return TokenMaps.ofHeads(heads);
    }

    @Override
    public String description() {
        return "vision transformer";
    }

    @Override
    public double weights() {
        double D = width;
        double table = positions.kind() == PositionOptions.Kind.ROPE
                ? 0
                : positions.rowsBefore(registers) + patches(imageSize);
        double embedding = 3.0 * patch * patch * D + D + (1 + registers + table) * D; // with [cls]
        return embedding + depth * blocks().weights() + (untiedNorms ? 4 : 2) * D;
    }

    @Override
    public double operations(int side) {
        return embedding(side) + depth * blocks().operations(tokens(side));
    }

    @Override
    public double pooledOperations(int side) {
        return withLastFor(side, 1);
    }

    @Override
    public double someOperations(int side, double chosen) {
        return withLastFor(side, 1 + chosen);
    }

    @Override
    public double maskedOperations(int side, double kept) {
        return embedding(side) + depth * blocks().operations(tokensBefore() + kept);
    }

    // The last block works for some of its tokens alone.
    private double withLastFor(int side, double outputs) {
        double all = tokens(side);
        return embedding(side) + (depth - 1) * blocks().operations(all) + blocks().operations(outputs, all);
    }

    private double tokens(int side) {
        return (double) tokensBefore() + patches(side);
    }

    private double embedding(int side) {
        return 2.0 * patches(side) * 3 * patch * patch * width;
    }

    @Override
    public VisionTransformer build(Init init) {
        return new VisionTransformer(this, init);
    }

    @Override
    public VisionTransformer build(long seed, Device device) {
        return build(new Init(seed, device));
    }
}
