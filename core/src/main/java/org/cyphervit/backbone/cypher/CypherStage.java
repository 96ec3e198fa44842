package org.cyphervit.backbone.cypher;

import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Layer;
import org.cyphervit.nn.transformer.Block;
import org.cyphervit.nn.transformer.Rotation;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * One stage of CypherViT: blocks over [tokens in ; cls tokens], then the semantic clustering block.
 *
 * @see <a href="https://www.nature.com/articles/s41598-024-53361-0">Ye 2024, Cluster-based histopathology phenotype representation learning</a>
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
final class CypherStage extends Layer {
    private final int clsCount;
    private final Tensor clsTokens;
    private final @Nullable Tensor mixture;
    private final List<Block> blocks = new ArrayList<>();
    private final SemanticClustering clustering;

    CypherStage(CypherVitConfig config, int stage, Init init) {
        this.clsCount = config.tokens().get(stage);
        this.clsTokens = parameter("cls_tokens", init.normal(config.tokenStd(), 1, clsCount, config.width()));
        boolean mixed = stage > 0 && config.tokenSource() == CypherVitConfig.TokenSource.MIXED;
        int before = mixed ? config.tokens().get(stage - 1) : 0;
        this.mixture = mixed ? parameter("mixture", init.uniform(before, 1, clsCount, before)) : null;
        int first = config.depths().subList(0, stage).stream()
                .mapToInt(Integer::intValue)
                .sum();
        int total = config.depths().stream().mapToInt(Integer::intValue).sum();
        for (int i = 0; i < config.depths().get(stage); i++) {
            double drop = total == 1 ? config.dropPath() : config.dropPath() * (first + i) / (total - 1);
            blocks.add(child("blocks." + i, new Block(config.blocks(), drop, init)));
        }
        this.clustering = child(
                "clustering",
                new SemanticClustering(config.width(), clsCount, config.clustering(), config.layerNormEps(), init));
    }

    /**
     * @param attended the tokens in after the blocks, (B,N,D)
     * @param clustered the clusters and their assignment
     */
    record Output(Tensor attended, SemanticClustering.Output clustered) {}

    /** K, the tokens that go on. */
    int clsCount() {
        return clsCount;
    }

    /**
     * @param x the tokens in, (B,N,D)
     * @param rotation of patches by their place; null for none
     */
    Output forward(Tensor x, @Nullable Rotation rotation, ForwardMode mode) {
        long N = x.size(1);
        Tensor joint = Tensors.cat(List.of(x, clsTokens(x)), 1); // M = [t ; C_s], (B,N+K,D)
        for (Block block : blocks) {
            joint = mode.through(joint, in -> block.forward(in, rotation, mode));
        }
        Tensor attended = joint.narrow(1, 0, N);
        return new Output(attended, clustering.forward(attended, joint.narrow(1, N, clsCount), mode));
    }

    /**
     * What a program makes of a stage.
     *
     * @param attended (B,N,D)
     * @param tokens (B,K,D)
     * @param assignment (B,N,K)
     */
    record Written<V>(V attended, V tokens, V assignment) {}

    /**
     * Writes this stage, called {@code name}, into a program.
     *
     * @param n number of tokens in
     */
    <V> Written<V> write(GraphWriter<V> graph, V x, @Nullable Rotation rotation, long n, String name) {
        long width = clsTokens.size(2);
        V cls = graph.repeat(graph.parameter(name + ".cls_tokens", clsTokens), x, clsCount, width);
        if (mixture != null) {
            cls = graph.add(cls, graph.matmul(graph.parameter(name + ".mixture", mixture), x));
        }
        V joint = graph.concat(1, List.of(x, cls));
        for (int i = 0; i < blocks.size(); i++) {
            joint = blocks.get(i).write(graph, joint, rotation, n + clsCount, name + ".blocks." + i);
        }
        V attended = graph.slice(joint, 1, 0, n);
        SemanticClustering.Written<V> clustered =
                clustering.write(graph, attended, graph.slice(joint, 1, n, clsCount), clsCount, name + ".clustering");
        return new Written<>(attended, clustered.tokens(), clustered.assignment());
    }

    private Tensor clsTokens(Tensor x) {
        Tensor learned = clsTokens.expand(x.size(0), clsCount, x.size(2));
        return mixture == null ? learned : learned.add(mixture.matmul(x)); // (1,K,N) x (B,N,D)
    }
}
