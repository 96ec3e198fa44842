package org.cyphervit.cli;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.BackboneKind;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.TokenMaps;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.Linear;
import org.cyphervit.nn.transformer.Mlp;
import org.cyphervit.nn.transformer.PatchEmbedding;
import org.cyphervit.torch.Tensors;

/**
 * A backbone that the program does not know, in one file and a line of {@code META-INF/services}: a bag of patches. Each
 * patch goes through an MLP of its own and is shared out among K tokens, which are the means of their patches.
 */
final class ToyBackbone extends Backbone {
    private final int size;
    private final PatchEmbedding patchEmbed;
    private final Mlp mlp;
    private final Linear share;
    private final LayerNorm norm;

    private ToyBackbone(Config config, Init init) {
        super(config);
        size = config.tokens();
        patchEmbed = child("patch_embed", new PatchEmbedding(config.patch(), config.width(), init));
        mlp = child("mlp", new Mlp(config.width(), 2 * config.width(), init));
        share = child("share", new Linear(config.width(), size, init));
        norm = child("norm", new LayerNorm(config.width(), 1e-6, init));
    }

    @Override
    protected Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        Tensor patches = mlp.forward(onPatches.apply(patchEmbed.forward(images))); // (B,N,D)
        Tensor assignment = torch.softmax(share.forward(patches), -1); // (B,N,K)
        Tensor shares = assignment.div(Tensors.sumKeeping(assignment, 1));
        Tensor tokens = norm.forward(shares.transpose(1, 2).matmul(patches)); // (B,K,D)
        return new Features(Tensors.mean(tokens, 1), tokens, patches, List.of(assignment));
    }

    @Override
    public List<Tensor> pooledLayers(Tensor images, int n) {
        return List.of(forward(images, ForwardMode.evaluation()).pooled());
    }

    @Override
    protected <V> Map<String, V> program(GraphWriter<V> graph, int side, V images) {
        V patches = mlp.write(graph, patchEmbed.write(graph, images, side, "patch_embed"), "mlp");
        V assignment = graph.softmax(share.write(graph, patches, "share"));
        V shares = graph.divide(assignment, graph.sum(assignment, 1));
        V tokens = norm.write(graph, graph.matmul(graph.transpose(shares, 0, 2, 1), patches), "norm");
        Map<String, V> results = new LinkedHashMap<>();
        results.put(Features.POOLED, graph.mean(tokens, 1));
        results.put(Features.TOKENS, tokens);
        results.put(Features.PATCHES, patches);
        results.put(Features.PHENOTYPES, assignment);
        return results;
    }

    /** Keys of the recipe: {@code backbone: {kind: toy, width: 16, ...}}. */
    record Config(int width, int patch, int imageSize, int tokens) implements BackboneConfig {
        @Override
        public int finalTokens() {
            return tokens;
        }

        @Override
        public TokenMaps maps() {
            return TokenMaps.ofTokens(tokens);
        }

        @Override
        public String description() {
            return "bag of patches, tokens " + tokens;
        }

        @Override
        public double weights() {
            double embedding = 3.0 * patch * patch * width + width;
            double mlp = 4.0 * width * width + 3.0 * width;
            return embedding + mlp + (width + 1.0) * tokens + 2.0 * width;
        }

        @Override
        public Config withDropPath(double dropPath) {
            return this; // it has no residual branches
        }

        @Override
        public double operations(int side) {
            double perPatch = 2.0 * 3 * patch * patch * width + 8.0 * width * width + 4.0 * width * tokens;
            return patches(side) * perPatch;
        }

        @Override
        public Map<String, long[]> outputs(int side, Pooling pooling) {
            Map<String, long[]> shapes = BackboneConfig.super.outputs(side, pooling);
            shapes.put(Features.PHENOTYPES, new long[] {patches(side), tokens});
            return shapes;
        }

        @Override
        public Backbone build(Init init) {
            return new ToyBackbone(this, init);
        }
    }

    /** The registration. */
    public static final class Kind implements BackboneKind {
        @Override
        public String name() {
            return "toy";
        }

        @Override
        public Class<Config> config() {
            return Config.class;
        }

        @Override
        public List<Preset> presets() {
            return List.of(
                    new Preset("toy", true, (patch, imageSize, dropPath) -> new Config(16, patch, imageSize, 3)));
        }
    }
}
