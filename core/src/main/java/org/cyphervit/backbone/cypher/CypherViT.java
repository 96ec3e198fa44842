package org.cyphervit.backbone.cypher;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.LayerNorm;
import org.cyphervit.nn.transformer.PatchEmbedding;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.Positions;
import org.cyphervit.nn.transformer.Rotation;
import org.cyphervit.torch.Tensors;
import org.jspecify.annotations.Nullable;

/**
 * The hierarchical ViT with several [cls] tokens per stage (CypherViT, Sci Rep 2024, Algorithm 1 and Figs. 3 and 4):
 * each stage lets tokens attend jointly with its [cls] tokens, then clusters the former into the latter, which alone go
 * on. The feature of an image is the mean of the final tokens.
 *
 * @see <a href="https://www.nature.com/articles/s41598-024-53361-0">Ye 2024, Cluster-based histopathology phenotype representation learning</a>
 * @see <a href="https://arxiv.org/abs/2202.11094">Xu 2022, GroupViT</a>
 * @see <a href="https://github.com/NVlabs/GroupViT">GroupViT's code</a>
 */
final class CypherViT extends Backbone {
    private static final Pattern BLOCK = Pattern.compile("stages\\.(\\d+)\\.blocks\\.(\\d+)\\.(.+)");

    private final CypherVitConfig config;
    private final @Nullable Tensor posEmbed;
    private final PatchEmbedding patchEmbed;
    private final List<CypherStage> stages = new ArrayList<>();
    private final LayerNorm norm;

    CypherViT(CypherVitConfig config, Init init) {
        super(config);
        this.config = config;
        this.posEmbed = config.positions().kind() == PositionOptions.Kind.ROPE
                ? null
                : parameter("pos_embed", init.weight(1, config.patches(config.imageSize()), config.width()));
        this.patchEmbed = child("patch_embed", new PatchEmbedding(config.patch(), config.width(), init));
        for (int s = 0; s < config.depths().size(); s++) {
            stages.add(child("stages." + s, new CypherStage(config, s, init)));
        }
        this.norm = child("norm", new LayerNorm(config.width(), config.layerNormEps(), init));
    }

    @Override
    protected Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        List<Tensor> assignments = new ArrayList<>();
        Tensor x = embedded(images, onPatches); // (B,N,D)
        Tensor patches = x;
        Rotation rotation = rotation(images.size(2) / config.patch(), images.size(3) / config.patch());
        for (CypherStage stage : stages) {
            CypherStage.Output output = stage.forward(x, assignments.isEmpty() ? rotation : null, mode);
            patches = assignments.isEmpty() ? output.attended() : patches;
            SemanticClustering.Output clustered = output.clustered();
            assignments.add(clustered.assignment());
            x = clustered.tokens(); // (B,K,D): this stage's clusters are the next stage's tokens
        }
        Tensor tokens = norm.forward(x);
        return new Features(Tensors.mean(tokens, 1), tokens, patches, List.copyOf(assignments));
    }

    @Override
    public List<Tensor> pooledLayers(Tensor images, int n) {
        if (n < 1 || n > stages.size()) {
            throw new UserError(
                    "Features of the last " + n + " stages asked of a CypherViT with " + stages.size() + ".");
        }
        List<Tensor> pooled = new ArrayList<>();
        Tensor x = embedded(images, UnaryOperator.identity());
        Rotation rotation = rotation(images.size(2) / config.patch(), images.size(3) / config.patch());
        for (CypherStage stage : stages) {
            x = stage.forward(x, pooled.isEmpty() ? rotation : null, ForwardMode.evaluation())
                    .clustered()
                    .tokens();
            pooled.add(Tensors.mean(norm.forward(x), 1));
        }
        return pooled.subList(pooled.size() - n, pooled.size());
    }

    @Override
    protected <V> Map<String, V> program(GraphWriter<V> graph, int size, V images) {
        long side = size / config.patch();
        V x = patchEmbed.write(graph, images, size, "patch_embed");
        if (posEmbed != null) {
            x = graph.add(x, graph.parameter("pos_embed", Positions.resize(posEmbed, side, side, config.positions())));
        }
        V patches = x;
        List<V> assignments = new ArrayList<>();
        long n = side * side;
        for (int s = 0; s < stages.size(); s++) {
            CypherStage.Written<V> stage =
                    stages.get(s).write(graph, x, s == 0 ? rotation(side, side) : null, n, "stages." + s);
            patches = s == 0 ? stage.attended() : patches;
            assignments.add(stage.assignment());
            x = stage.tokens();
            n = stages.get(s).clsCount();
        }
        V tokens = norm.write(graph, x, "norm");
        Map<String, V> results = new LinkedHashMap<>();
        results.put(Features.POOLED, graph.mean(tokens, 1));
        results.put(Features.TOKENS, tokens);
        results.put(Features.PATCHES, patches);
        V rollout = assignments.getFirst();
        for (int s = 0; s < assignments.size(); s++) {
            results.put(Features.assignment(s), assignments.get(s));
            rollout = s == 0 ? rollout : graph.matmul(rollout, assignments.get(s));
        }
        // With one stage the roll-out is the assignment; a program's results need names of their own.
        results.put(Features.PHENOTYPES, assignments.size() == 1 ? graph.multiply(rollout, 1) : rollout);
        return results;
    }

    @Override
    public Tensor fitted(String name, Tensor value) {
        return posEmbed != null && name.equals("pos_embed")
                ? Positions.fitted(value, 0, Tensors.shape(posEmbed), config.positions())
                : value;
    }

    // The blocks of all stages in a row are those of the vision transformer; clustering blocks and [cls] tokens are
    // new.
    @Override
    public Optional<String> inVisionTransformer(String name) {
        Matcher block = BLOCK.matcher(name);
        if (!block.matches()) {
            return name.startsWith("stages.") ? Optional.empty() : Optional.of(name);
        }
        int stage = Integer.parseInt(block.group(1));
        int before = config.depths().subList(0, stage).stream()
                .mapToInt(Integer::intValue)
                .sum();
        return Optional.of("blocks." + (before + Integer.parseInt(block.group(2))) + "." + block.group(3));
    }

    private @Nullable Rotation rotation(long rows, long columns) {
        PositionOptions positions = config.positions();
        int width = config.width() / config.heads();
        return posEmbed != null
                ? null
                : Rotation.of(
                        rows,
                        columns,
                        width,
                        positions.ropeBase(),
                        0,
                        parameters().values().iterator().next().device());
    }

    // Patches with their positions, (B,N,D).
    private Tensor embedded(Tensor images, UnaryOperator<Tensor> onPatches) {
        long rows = images.size(2) / config.patch();
        long columns = images.size(3) / config.patch();
        Tensor patches = onPatches.apply(patchEmbed.forward(images));
        return posEmbed == null ? patches : patches.add(Positions.resize(posEmbed, rows, columns, config.positions()));
    }
}
