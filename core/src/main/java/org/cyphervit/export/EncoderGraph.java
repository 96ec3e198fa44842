package org.cyphervit.export;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.CypherVitConfig;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.VitConfig;
import org.cyphervit.nn.ClusteringOptions;

/**
 * The evaluation pass of both backbones over images (B,3,S,S), written in any language that has the operations.
 *
 * @param <V> a value of the program
 */
final class EncoderGraph<V> {
    /** The name of the images. */
    static final String INPUT = "images";

    static final String POOLED = "pooled";
    static final String TOKENS = "tokens";
    static final String PATCHES = "patches";
    /** The roll-out of the assignments, (B,N,K). */
    static final String PHENOTYPES = "phenotypes";

    private static final double LAYER_NORM_EPS = 1e-6;
    private static final double COSINE_EPS = 1e-6;

    private final GraphWriter<V> graph;
    private final BackboneConfig config;
    private final int size;
    private final long patches;

    private EncoderGraph(GraphWriter<V> graph, BackboneConfig config, int size) {
        this.graph = graph;
        this.config = config;
        this.size = size;
        long side = size / config.patch();
        this.patches = side * side;
    }

    /**
     * Writes the pass.
     *
     * @param pooling what the result {@code pooled} is
     * @param images (B,3,S,S)
     * @return its results by name: pooled, tokens, patches, and for CypherViT assignment_0, ... and phenotypes
     */
    static <V> Map<String, V> write(GraphWriter<V> graph, BackboneConfig config, int size, Pooling pooling, V images) {
        EncoderGraph<V> encoder = new EncoderGraph<>(graph, config, size);
        Map<String, V> results = switch (config) {
            case VitConfig vit -> encoder.vit(vit, images);
            case CypherVitConfig cypher -> encoder.cypher(cypher, images);
        };
        results.computeIfPresent(POOLED, (name, cls) -> encoder.pooled(pooling, cls, results));
        return results;
    }

    private V pooled(Pooling pooling, V cls, Map<String, V> results) {
        V tokens = Objects.requireNonNull(results.get(TOKENS));
        V patchTokens = Objects.requireNonNull(results.get(PATCHES));
        return switch (pooling) {
            case CLS -> cls;
            case MEAN -> graph.mean(patchTokens, 1);
            case CLS_MEAN -> graph.concat(1, List.of(cls, graph.mean(patchTokens, 1)));
            case TOKENS -> graph.reshape(tokens, -1, pooling.width(config));
        };
    }

    /** The shape of each result, the batch left out. */
    static Map<String, long[]> shapes(BackboneConfig config, int size, Pooling pooling) {
        long side = size / config.patch();
        Map<String, long[]> shapes = new LinkedHashMap<>();
        shapes.put(POOLED, new long[] {pooling.width(config)});
        List<Integer> tokens = config instanceof CypherVitConfig cypher ? cypher.tokens() : List.of(1);
        shapes.put(TOKENS, new long[] {tokens.getLast(), config.width()});
        shapes.put(PATCHES, new long[] {side * side, config.width()});
        if (config instanceof CypherVitConfig) {
            long from = side * side;
            for (int s = 0; s < tokens.size(); s++) {
                shapes.put(assignment(s), new long[] {from, tokens.get(s)});
                from = tokens.get(s);
            }
            shapes.put(PHENOTYPES, new long[] {side * side, tokens.getLast()});
        }
        return shapes;
    }

    private static String assignment(int stage) {
        return "assignment_" + stage;
    }

    private Map<String, V> vit(VitConfig vit, V images) {
        int D = vit.width();
        List<V> joint = new ArrayList<>(List.of(graph.repeat(graph.parameter("cls_token"), images, 1, D)));
        if (vit.registers() > 0) {
            joint.add(graph.repeat(graph.parameter("reg_token"), images, vit.registers(), D));
        }
        joint.add(embed(images));
        V x = graph.concat(1, joint);
        int first = 1 + vit.registers();
        for (int i = 0; i < vit.depth(); i++) {
            x = block(x, "blocks." + i, first + patches, vit.heads(), vit.layerScale() > 0);
        }
        x = graph.layerNorm(x, "norm", LAYER_NORM_EPS);
        V cls = graph.slice(x, 1, 0, 1);
        Map<String, V> results = new LinkedHashMap<>();
        results.put(POOLED, graph.reshape(cls, -1, D));
        results.put(TOKENS, cls);
        results.put(PATCHES, graph.slice(x, 1, first, patches));
        return results;
    }

    private Map<String, V> cypher(CypherVitConfig cypher, V images) {
        int D = cypher.width();
        Map<String, V> results = new LinkedHashMap<>();
        V x = embed(images);
        V attended = x;
        List<V> assignments = new ArrayList<>();
        long in = patches;
        for (int s = 0; s < cypher.depths().size(); s++) {
            String stage = "stages." + s;
            int K = cypher.tokens().get(s);
            V tokens = graph.repeat(graph.parameter(stage + ".cls_tokens"), images, K, D);
            if (s > 0 && cypher.tokenSource() == CypherVitConfig.TokenSource.MIXED) {
                tokens = graph.add(tokens, graph.matmul(graph.parameter(stage + ".mixture"), x));
            }
            V joint = graph.concat(1, List.of(x, tokens));
            for (int i = 0; i < cypher.depths().get(s); i++) {
                joint = block(joint, stage + ".blocks." + i, in + K, cypher.heads(), false);
            }
            V t = graph.slice(joint, 1, 0, in);
            attended = s == 0 ? t : attended;
            x = cluster(t, graph.slice(joint, 1, in, K), stage + ".clustering", K, cypher.clustering(), assignments);
            in = K;
        }
        V tokens = graph.layerNorm(x, "norm", LAYER_NORM_EPS);
        results.put(POOLED, graph.mean(tokens, 1));
        results.put(TOKENS, tokens);
        results.put(PATCHES, attended);
        V rollout = assignments.getFirst();
        for (int s = 0; s < assignments.size(); s++) {
            results.put(assignment(s), assignments.get(s));
            rollout = s == 0 ? rollout : graph.matmul(rollout, assignments.get(s));
        }
        // With one stage the roll-out is the assignment; a program's results need names of their own.
        results.put(PHENOTYPES, assignments.size() == 1 ? graph.multiply(rollout, 1) : rollout);
        return results;
    }

    // (B,3,S,S) -> (B,N,3PP) -> (B,N,D), positions added.
    private V embed(V images) {
        int P = config.patch();
        long side = size / P;
        V cut = graph.transpose(graph.reshape(images, -1, 3, side, P, side, P), 0, 2, 4, 1, 3, 5);
        V flat = graph.reshape(cut, -1, patches, 3L * P * P);
        return graph.add(graph.linear(flat, "patch_embed.proj"), graph.parameter("pos_embed"));
    }

    private V block(V x, String name, long n, int heads, boolean scaled) {
        V attended = attention(graph.layerNorm(x, name + ".norm1", LAYER_NORM_EPS), name + ".attn", n, heads);
        V first = graph.add(x, scaled(attended, name + ".ls1.gamma", scaled));
        V mixed = mlp(graph.layerNorm(first, name + ".norm2", LAYER_NORM_EPS), name + ".mlp");
        return graph.add(first, scaled(mixed, name + ".ls2.gamma", scaled));
    }

    private V scaled(V branch, String name, boolean scaled) {
        return scaled ? graph.multiply(branch, graph.parameter(name)) : branch;
    }

    private V attention(V x, String name, long n, int heads) {
        int D = config.width();
        int d = D / heads;
        V qkv = graph.linear(x, name + ".qkv"); // (B,n,3D)
        V q = heads(qkv, 0, n, heads, 0, 2, 1, 3); // (B,H,n,d)
        V k = heads(qkv, D, n, heads, 0, 2, 3, 1); // (B,H,d,n)
        V v = heads(qkv, 2L * D, n, heads, 0, 2, 1, 3);
        V weights = graph.softmax(graph.matmul(graph.multiply(q, 1 / Math.sqrt(d)), k));
        V mixed = graph.transpose(graph.matmul(weights, v), 0, 2, 1, 3);
        return graph.linear(graph.reshape(mixed, -1, n, D), name + ".proj");
    }

    private V heads(V qkv, long start, long n, int heads, int... order) {
        int D = config.width();
        V part = graph.reshape(graph.slice(qkv, 2, start, D), -1, n, heads, D / heads);
        return graph.transpose(part, order);
    }

    private V mlp(V x, String name) {
        return graph.linear(graph.gelu(graph.linear(x, name + ".fc1")), name + ".fc2");
    }

    // The semantic clustering block, Eq. 1 and 2; adds its soft assignment to the list.
    private V cluster(V t, V c, String name, int K, ClusteringOptions options, List<V> assignments) {
        String assign = name + ".assign";
        V patchTokens = graph.layerNorm(t, name + ".norm_patches", LAYER_NORM_EPS);
        V p = graph.linear(patchTokens, assign + ".W_p");
        V clusters = graph.linear(graph.layerNorm(c, name + ".norm_tokens", LAYER_NORM_EPS), assign + ".W_c");
        V logits = logits(p, clusters, options); // (B,N,K)
        if (options.centerMomentum() > 0) {
            logits = graph.subtract(logits, graph.parameter(assign + ".center"));
        }
        if (options.noise() == ClusteringOptions.Noise.LEARNED) {
            logits = graph.add(logits, graph.parameter(assign + ".gamma"));
        }
        V soft = graph.softmax(logits);
        assignments.add(soft);
        V used = options.hard() ? graph.oneHot(soft, K) : soft;
        V shares = graph.divide(used, graph.add(graph.sum(used, 1), options.epsilon()));
        V gathered = graph.matmul(graph.transpose(shares, 0, 2, 1), graph.linear(patchTokens, assign + ".W_v"));
        V tokens = graph.add(c, graph.linear(gathered, assign + ".W"));
        return options.channelMlp()
                ? graph.add(tokens, mlp(graph.layerNorm(tokens, name + ".norm_mlp", LAYER_NORM_EPS), name + ".mlp"))
                : tokens;
    }

    private V logits(V p, V c, ClusteringOptions options) {
        if (options.cosine()) {
            V directions = graph.multiply(graph.unitRows(p, COSINE_EPS), 1 / options.temperature());
            return graph.matmul(directions, graph.transpose(graph.unitRows(c, COSINE_EPS), 0, 2, 1));
        }
        double scale = (options.scaled() ? 1 / Math.sqrt(config.width()) : 1) / options.temperature();
        return graph.matmul(graph.multiply(p, scale), graph.transpose(c, 0, 2, 1));
    }
}
