package org.cyphervit.backbone.cypher;

import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.TokenMaps;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.transformer.BlockOptions;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.QkvBias;

/**
 * The configuration of {@link CypherViT}.
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
 * @param feedForward the part of a block that works on each token alone
 * @param layerScale initial value of a trained scale per channel on each residual branch (Touvron 2021); 0 for none
 * @param positions how the first stage knows where a patch is: by a table of patches or by rotation
 * @param qkvBias which of query, key and value have a bias
 * @param layerNormEps added to the variance in layer normalisation
 * @see <a href="https://www.nature.com/articles/s41598-024-53361-0">Ye 2024, Cluster-based histopathology phenotype representation learning</a>
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
        ClusteringOptions clustering,
        FeedForwardOptions feedForward,
        double layerScale,
        PositionOptions positions,
        QkvBias qkvBias,
        double layerNormEps)
        implements BackboneConfig {
    private static final double LAYER_NORM_EPS = 1e-6;

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
        Ranges.of("CypherViT")
                .whole("width", width, 1, 16_384)
                .whole("heads", heads, 1, width)
                .whole("patch", patch, 1, 1024)
                .whole("imageSize", imageSize, patch, 8192)
                .above("tokenStd", tokenStd, 0, 1000)
                .below("dropPath", dropPath, 0, 1)
                .whole("stages", depths.size(), 1, 16)
                .check();
        if (positions.kind() != PositionOptions.Kind.PATCHES && positions.kind() != PositionOptions.Kind.ROPE) {
            throw new UserError("CypherViT's patches alone have positions, so positions.kind is PATCHES or ROPE; got "
                    + positions.kind() + ".");
        }
        if (depths.size() != tokens.size()) {
            throw new UserError("CypherViT needs as many token counts as depths, one per stage; got depths " + depths
                    + " and tokens " + tokens + ".");
        }
        for (int s = 0; s < depths.size(); s++) {
            Ranges.of("Each stage of CypherViT")
                    .whole("depths", depths.get(s), 1, 200)
                    .whole("tokens", tokens.get(s), 1, 4096)
                    .check();
            if (s > 0 && tokens.get(s) >= tokens.get(s - 1)) {
                throw new UserError("Each stage of CypherViT needs fewer tokens than the stage before; got" + " depths "
                        + depths + " and tokens " + tokens + ".");
            }
        }
    }

    @Override
    public int finalTokens() {
        return tokens.getLast();
    }

    /** The paper's, with the defaults of {@link ClusteringOptions#standard} and without drop path. */
    public static CypherVitConfig of(
            int width, int heads, int patch, int imageSize, List<Integer> depths, List<Integer> tokens) {
        return new CypherVitConfig(
                width,
                heads,
                patch,
                imageSize,
                depths,
                tokens,
                0.5,
                TokenSource.LEARNED,
                0,
                ClusteringOptions.standard(),
                FeedForwardOptions.mlp(),
                0,
                PositionOptions.dino().withKind(PositionOptions.Kind.PATCHES),
                QkvBias.ALL,
                LAYER_NORM_EPS);
    }

    @Override
    public int leastPatches() {
        return tokens.getFirst();
    }

    @Override
    public double weights() {
        double D = width;
        double sum = 3.0 * patch * patch * D + D + 2 * D;
        sum += positions.kind() == PositionOptions.Kind.ROPE ? 0 : patches(imageSize) * D;
        for (int s = 0; s < depths.size(); s++) {
            double K = tokens.get(s);
            sum += depths.get(s) * blocks().weights() + K * D;
            sum += s > 0 && tokenSource == TokenSource.MIXED ? K * tokens.get(s - 1) : 0;
            sum += 4 * (D * D + D) + 4 * D; // the four projections of the clustering and its two norms
            sum += clustering.channelMlp() ? 8 * D * D + 7 * D : 0;
            sum += clustering.noise() == ClusteringOptions.Noise.LEARNED ? K : 0;
        }
        return sum;
    }

    @Override
    public CypherVitConfig withDropPath(double dropPath) {
        return changed(to -> to.dropPath = dropPath);
    }

    public CypherVitConfig withTokenSource(TokenSource tokenSource) {
        return changed(to -> to.tokenSource = tokenSource);
    }

    public CypherVitConfig withClustering(ClusteringOptions clustering) {
        return changed(to -> to.clustering = clustering);
    }

    /** The same with the blocks and positions of a ViT, whose weights it can then start from. */
    public CypherVitConfig withBlocksOf(VitConfig vit) {
        return changed(to -> {
            to.width = vit.width();
            to.heads = vit.heads();
            to.patch = vit.patch();
            to.feedForward = vit.feedForward();
            to.layerScale = vit.layerScale();
            to.positions = vit.positions().kind() == PositionOptions.Kind.ROPE
                    ? vit.positions()
                    : vit.positions().withKind(PositionOptions.Kind.PATCHES);
            to.qkvBias = vit.qkvBias();
            to.layerNormEps = vit.layerNormEps();
        });
    }

    private CypherVitConfig changed(Consumer<Changes> change) {
        Changes changes = new Changes(this);
        change.accept(changes);
        return changes.config(this);
    }

    // What can be changed by name.
    private static final class Changes {
        private int width;
        private int heads;
        private int patch;
        private TokenSource tokenSource;
        private double dropPath;
        private ClusteringOptions clustering;
        private FeedForwardOptions feedForward;
        private double layerScale;
        private PositionOptions positions;
        private QkvBias qkvBias;
        private double layerNormEps;

        private Changes(CypherVitConfig of) {
            width = of.width;
            heads = of.heads;
            patch = of.patch;
            tokenSource = of.tokenSource;
            dropPath = of.dropPath;
            clustering = of.clustering;
            feedForward = of.feedForward;
            layerScale = of.layerScale;
            positions = of.positions;
            qkvBias = of.qkvBias;
            layerNormEps = of.layerNormEps;
        }

        private CypherVitConfig config(CypherVitConfig of) {
            return new CypherVitConfig(
                    width,
                    heads,
                    patch,
                    of.imageSize,
                    of.depths,
                    of.tokens,
                    of.tokenStd,
                    tokenSource,
                    dropPath,
                    clustering,
                    feedForward,
                    layerScale,
                    positions,
                    qkvBias,
                    layerNormEps);
        }
    }

    BlockOptions blocks() {
        return new BlockOptions(width, heads, feedForward, layerScale, qkvBias, layerNormEps);
    }

    @Override
    public TokenMaps maps() {
        return TokenMaps.ofTokens(finalTokens());
    }

    @Override
    public String description() {
        return "CypherViT, tokens "
                + String.join(" → ", tokens.stream().map(String::valueOf).toList());
    }

    @Override
    public double operations(int side) {
        double n = patches(side);
        double sum = 2 * n * 3 * patch * patch * width; // the patch embedding
        for (int s = 0; s < depths.size(); s++) {
            double k = tokens.get(s);
            double mixture = s > 0 && tokenSource == TokenSource.MIXED ? 2 * k * n * width : 0;
            sum += mixture + depths.get(s) * blocks().operations(n + k) + clustering.operations(n, k, width);
            n = k;
        }
        return sum;
    }

    @Override
    public Map<String, long[]> outputs(int size, Pooling pooling) {
        Map<String, long[]> shapes = BackboneConfig.super.outputs(size, pooling);
        long from = patches(size);
        for (int s = 0; s < tokens.size(); s++) {
            shapes.put(Features.assignment(s), new long[] {from, tokens.get(s)});
            from = tokens.get(s);
        }
        shapes.put(Features.PHENOTYPES, new long[] {patches(size), finalTokens()});
        return shapes;
    }

    @Override
    public CypherViT build(Init init) {
        return new CypherViT(this, init);
    }

    @Override
    public CypherViT build(long seed, Device device) {
        return build(new Init(seed, device));
    }
}
