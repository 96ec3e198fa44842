package org.cyphervit.backbone;

import org.bytedeco.pytorch.Device;
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
 */
public record VitConfig(int width, int depth, int heads, int patch, int imageSize, double dropPath)
        implements BackboneConfig {
    public VitConfig {
        if (width < 1 || depth < 1 || patch < 1 || imageSize < patch || !(dropPath >= 0 && dropPath < 1)) {
            throw new UserError("A vision transformer needs width, depth and patch of at least 1, an image of at least"
                    + " one patch and drop path in [0, 1); got width " + width + ", depth " + depth + ", patch " + patch
                    + ", image " + imageSize + ", drop path " + dropPath + ".");
        }
    }

    @Override
    public VitConfig withDropPath(double dropPath) {
        return new VitConfig(width, depth, heads, patch, imageSize, dropPath);
    }

    @Override
    public VisionTransformer build(long seed, Device device) {
        return new VisionTransformer(this, new Init(seed, device));
    }
}
