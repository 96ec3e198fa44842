package org.cyphervit.backbone;

import java.util.List;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.nn.ClusteringOptions;
import org.cyphervit.nn.Init;

/**
 * CypherViT (Sci Rep 2024).
 *
 * @param width D
 * @param heads attention heads; divides the width
 * @param patch side of a patch, pixels
 * @param imageSize side of the images that the position embeddings are made for, pixels
 * @param depths transformer blocks of each stage
 * @param tokens K_s, the [cls] tokens of each stage, falling; the last is the number of phenotypes (paper: 4 is best)
 * @param tokenStd standard deviation of the initial [cls] tokens: tokens that start alike get the same clusters
 * @param tokenSource where the [cls] tokens of later stages come from
 * @param dropPath stochastic depth of the last block, rising linearly over all stages; [0, 1)
 * @param clustering what Eq. 1 and 2 leave open
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
public record CypherVitConfig(
        int width,
        int heads,
        int patch,
        int imageSize,
        List<Integer> depths,
        List<Integer> tokens,
        double tokenStd,
        TokenSource tokenSource,
        double dropPath,
        ClusteringOptions clustering)
        implements BackboneConfig {

    /** Where the [cls] tokens of stages after the first come from. */
    public enum TokenSource {
        /** Parameters of their own, as the paper's Fig. 4. */
        LEARNED,
        /** Those plus a learned mixture of the clusters of the stage before, so that they depend on the image. */
        MIXED
    }

    public CypherVitConfig {
        depths = List.copyOf(depths);
        tokens = List.copyOf(tokens);
        if (width < 1 || patch < 1 || imageSize < patch || !(dropPath >= 0 && dropPath < 1) || !(tokenStd > 0)) {
            throw new UserError("CypherViT needs width and patch of at least 1, an image of at least one patch, drop"
                    + " path in [0, 1) and tokenStd above 0; got width " + width + ", patch " + patch + ", image "
                    + imageSize + ", drop path " + dropPath + ", tokenStd " + tokenStd + ".");
        }
        Ranges.of("CypherViT")
                .whole("width", width, 1, 16_384)
                .whole("heads", heads, 1, width)
                .whole("patch", patch, 1, 1024)
                .whole("imageSize", imageSize, patch, 8192)
                .number("tokenStd", tokenStd, 0, 1000)
                .whole("stages", depths.size(), 1, 16)
                .check();
        if (depths.isEmpty() || depths.size() != tokens.size()) {
            throw new UserError("CypherViT needs as many token counts as depths, one per stage; got depths " + depths
                    + " and tokens " + tokens + ".");
        }
        for (int s = 0; s < depths.size(); s++) {
            Ranges.of("Each stage of CypherViT")
                    .whole("depths", depths.get(s), 1, 200)
                    .whole("tokens", tokens.get(s), 1, 4096)
                    .check();
            if (depths.get(s) < 1 || tokens.get(s) < 1 || (s > 0 && tokens.get(s) >= tokens.get(s - 1))) {
                throw new UserError("CypherViT's stages need at least one block and fewer tokens than the stage before;"
                        + " got depths " + depths + " and tokens " + tokens + ".");
            }
        }
    }

    @Override
    public int finalTokens() {
        return tokens.getLast();
    }

    @Override
    public double weights() {
        double D = width;
        double side = Math.floorDiv(imageSize, patch);
        double sum = 3.0 * patch * patch * D + D + side * side * D + 2 * D;
        for (int s = 0; s < depths.size(); s++) {
            double K = tokens.get(s);
            sum += depths.get(s) * VitConfig.blockWeights(D) + K * D;
            sum += s > 0 && tokenSource == TokenSource.MIXED ? K * tokens.get(s - 1) : 0;
            sum += 4 * (D * D + D) + 4 * D; // the four projections of the clustering and its two norms
            sum += clustering.channelMlp() ? 8 * D * D + 7 * D : 0;
            sum += clustering.noise() == ClusteringOptions.Noise.LEARNED ? K : 0;
        }
        return sum;
    }

    @Override
    public CypherVitConfig withDropPath(double dropPath) {
        return new CypherVitConfig(
                width, heads, patch, imageSize, depths, tokens, tokenStd, tokenSource, dropPath, clustering);
    }

    @Override
    public CypherViT build(long seed, Device device) {
        return new CypherViT(this, new Init(seed, device));
    }
}
