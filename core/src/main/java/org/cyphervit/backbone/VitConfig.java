package org.cyphervit.backbone;

import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.nn.Init;

/**
 * A vision transformer (Dosovitskiy 2021) as DINO builds it.
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
 * @see <a href="https://arxiv.org/abs/2010.11929">Dosovitskiy 2021, An image is worth 16x16 words</a>
 * @see <a href="https://github.com/huggingface/pytorch-image-models/blob/main/timm/models/vision_transformer.py">timm's vision_transformer.py</a>
 * @see <a href="https://github.com/facebookresearch/dino">DINO's code</a>
 */
public record VitConfig(
        int width, int depth, int heads, int patch, int imageSize, double dropPath, int registers, double layerScale)
        implements BackboneConfig {
    public VitConfig {
        if (width < 1 || depth < 1 || patch < 1 || imageSize < patch || !(dropPath >= 0 && dropPath < 1)) {
            throw new UserError("A vision transformer needs width, depth and patch of at least 1, an image of at least"
                    + " one patch and drop path in [0, 1); got width " + width + ", depth " + depth + ", patch " + patch
                    + ", image " + imageSize + ", drop path " + dropPath + ".");
        }
        Ranges.of("A vision transformer")
                .whole("width", width, 1, 16_384)
                .whole("depth", depth, 1, 200)
                .whole("heads", heads, 1, width)
                .whole("patch", patch, 1, 1024)
                .whole("imageSize", imageSize, patch, 8192)
                .whole("registers", registers, 0, 1024)
                .number("layerScale", layerScale, 0, 1000)
                .check();
    }

    /** DINO's: without registers and layer scale. */
    public VitConfig(int width, int depth, int heads, int patch, int imageSize, double dropPath) {
        this(width, depth, heads, patch, imageSize, dropPath, 0, 0);
    }

    @Override
    public int finalTokens() {
        return 1;
    }

    @Override
    public double weights() {
        double D = width;
        double side = Math.floorDiv(imageSize, patch);
        double embedding = 3.0 * patch * patch * D + D + (2 + side * side + registers) * D; // with [cls]
        return embedding + depth * (blockWeights(D) + (layerScale == 0 ? 0 : 2 * D)) + 2 * D;
    }

    // Norms, attention, an MLP of four times the width.
    static double blockWeights(double width) {
        return 12 * width * width + 13 * width;
    }

    @Override
    public VitConfig withDropPath(double dropPath) {
        return new VitConfig(width, depth, heads, patch, imageSize, dropPath, registers, layerScale);
    }

    @Override
    public VisionTransformer build(long seed, Device device) {
        return new VisionTransformer(this, new Init(seed, device));
    }
}
