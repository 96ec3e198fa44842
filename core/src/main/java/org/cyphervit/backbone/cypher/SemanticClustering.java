package org.cyphervit.backbone.cypher;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.transformer.Mlp;
import org.jspecify.annotations.Nullable;

/**
 * The semantic clustering block that ends each stage of CypherViT: patches are shared out among the [cls] tokens (Eq.
 * 1), each token gathers the mean of its patches (Eq. 2), and the tokens go on alone.
 *
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
final class SemanticClustering extends Layer {
    private final LayerNorm patchNorm;
    private final LayerNorm tokenNorm;
    private final ClusterAttention assign;
    private final @Nullable LayerNorm mlpNorm;
    private final @Nullable Mlp mlp;

    public SemanticClustering(int width, int tokens, ClusteringOptions options, double layerNormEps, Init init) {
        this.patchNorm = child("norm_patches", new LayerNorm(width, layerNormEps, init));
        this.tokenNorm = child("norm_tokens", new LayerNorm(width, layerNormEps, init));
        this.assign = child("assign", new ClusterAttention(width, tokens, options, init));
        this.mlpNorm = options.channelMlp() ? child("norm_mlp", new LayerNorm(width, layerNormEps, init)) : null;
        this.mlp = options.channelMlp() ? child("mlp", new Mlp(width, 4 * width, init)) : null;
    }

    /**
     * What a stage hands on.
     *
     * @param tokens (B,K,D)
     * @param assignment (B,N,K), each row sums to 1
     */
    public record Output(Tensor tokens, Tensor assignment) {}

    /**
     * @param patches (B,N,D)
     * @param tokens (B,K,D)
     */
    public Output forward(Tensor patches, Tensor tokens, ForwardMode mode) {
        ClusterAttention.Clustered clustered =
                assign.forward(patchNorm.forward(patches), tokenNorm.forward(tokens), mode);
        Tensor gathered = tokens.add(clustered.update()); // Eq. 2
        if (mlp != null && mlpNorm != null) {
            gathered = gathered.add(mlp.forward(mlpNorm.forward(gathered)));
        }
        return new Output(gathered, clustered.soft());
    }

    /**
     * What a program makes of a clustering.
     *
     * @param tokens (B,K,D)
     * @param assignment (B,N,K)
     */
    public record Written<V>(V tokens, V assignment) {}

    /**
     * Writes this layer, called {@code name}, into a program.
     *
     * @param count K
     */
    public <V> Written<V> write(GraphWriter<V> graph, V patches, V tokens, int count, String name) {
        ClusterAttention.Written<V> clustered = assign.write(
                graph,
                patchNorm.write(graph, patches, name + ".norm_patches"),
                tokenNorm.write(graph, tokens, name + ".norm_tokens"),
                count,
                name + ".assign");
        V gathered = graph.add(tokens, clustered.update());
        if (mlp != null && mlpNorm != null) {
            V normed = mlpNorm.write(graph, gathered, name + ".norm_mlp");
            gathered = graph.add(gathered, mlp.write(graph, normed, name + ".mlp"));
        }
        return new Written<>(gathered, clustered.soft());
    }
}
