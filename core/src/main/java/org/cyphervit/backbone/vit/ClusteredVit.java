package org.cyphervit.backbone.vit;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.Features;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.GraphWriter;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.Linear;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;

/**
 * A vision transformer whose patches are sorted into clusters, so that an encoder without [cls] tokens per phenotype gives
 * phenotype maps as well: k-means of patch features, as the attention maps of self-supervised ViTs are usually explored
 * (Caron 2021, <a href="https://arxiv.org/abs/2104.14294">arXiv:2104.14294</a>, section 4.2.2; Oquab 2023,
 * <a href="https://arxiv.org/abs/2304.07193">arXiv:2304.07193</a>, figure 1). Features are those of the ViT. A patch p
 * belongs to cluster k with centre c_k as to a Gaussian of one width for all:
 *
 * <pre>softmax_k(-|p - c_k|^2 / t) = softmax_k((2 c_k . p - |c_k|^2) / t)</pre>
 *
 * <p>which is one linear layer and a softmax.
 */
public final class ClusteredVit extends Backbone {
    private static final String CLUSTERS = "clusters";

    private final VisionTransformer vit;
    private final Linear clusters;

    ClusteredVit(ClusteredVitConfig config, Init init) {
        super(config);
        this.vit = child("vit", config.vit().build(init));
        this.clusters = child(CLUSTERS, new Linear(config.width(), config.clusters(), init));
    }

    /**
     * A ViT with clusters; its weights are copied.
     *
     * @param centers c, (K,D)
     * @param temperature t, above 0: the difference of squared distances to two centres at which a patch belongs e times
     *     more to the nearer
     */
    public static ClusteredVit of(VisionTransformer vit, Tensor centers, double temperature, Init init) {
        VitConfig config = (VitConfig) vit.config();
        ClusteredVit clustered = new ClusteredVitConfig(config, Math.toIntExact(centers.size(0))).build(init);
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Map<String, Tensor> values = new LinkedHashMap<>();
            vit.state().forEach((name, tensor) -> values.put("vit." + name, tensor));
            values.put(CLUSTERS + ".weight", centers.mul(new Scalar(2 / temperature)));
            values.put(CLUSTERS + ".bias", Tensors.sum(centers.square(), 1).mul(new Scalar(-1 / temperature)));
            clustered.load(values);
        }
        clustered.describe(vit.spec());
        return clustered;
    }

    @Override
    protected Features features(Tensor images, ForwardMode mode, UnaryOperator<Tensor> onPatches) {
        Features features = vit.features(images, mode, onPatches);
        Tensor assignment = torch.softmax(clusters.forward(features.patches()), -1); // (B,N,K)
        return new Features(features.pooled(), features.tokens(), features.patches(), List.of(assignment));
    }

    @Override
    protected Tensor pooledFeatures(Tensor images, ForwardMode mode) {
        return vit.pooledFeatures(images, mode);
    }

    @Override
    public List<Tensor> pooledLayers(Tensor images, int n) {
        return vit.pooledLayers(images, n);
    }

    @Override
    protected <V> Map<String, V> program(GraphWriter<V> graph, int size, V images) {
        Map<String, V> results = new LinkedHashMap<>(vit.program(graph, size, images));
        V patches = Objects.requireNonNull(results.get(Features.PATCHES));
        V assignment = graph.softmax(clusters.write(graph, patches, CLUSTERS));
        results.put(Features.assignment(0), assignment);
        results.put(Features.PHENOTYPES, graph.multiply(assignment, 1)); // a program's results need names of their own
        return results;
    }

    @Override
    public Tensor fitted(String name, Tensor value) {
        return name.startsWith("vit.") ? vit.fitted(name.substring("vit.".length()), value) : value;
    }
}
