package org.cyphervit.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.clustering.ClusterAttention;
import org.cyphervit.nn.clustering.ClusteringOptions;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("reference")
class LayersReferenceTest {
    @ParameterizedTest
    @ValueSource(strings = {"soft", "hard"})
    void clusteringEqualsEquationsOneAndTwo(String kind) throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("semantic_clustering_" + kind);
            Tensor cls = fixture.input("cls_tokens").requires_grad_(true);
            Tensor patches = fixture.input("patch_tokens").requires_grad_(true);
            ClusteringOptions options = new ClusteringOptions(
                    ClusteringOptions.Noise.NONE,
                    kind.equals("hard"),
                    fixture.number("assign_eps"),
                    true,
                    1,
                    false,
                    0,
                    false);
            ClusterAttention block =
                    new ClusterAttention((int) cls.size(2), (int) cls.size(1), options, new Init(0, TestDevice.get()));
            block.load(fixture.weights());
            ClusterAttention.Clustered clustered = block.forward(patches, cls, ForwardMode.evaluation());
            Tensor tokens = cls.add(clustered.update());
            tokens.mul(fixture.input("grad_out")).sum().backward();
            fixture.check("assignment", clustered.used().transpose(1, 2), 1e-5);
            fixture.check("new_cls_tokens", tokens, 1e-5);
            fixture.check("grad_cls_tokens", cls.grad(), 1e-5);
            fixture.check("grad_patch_tokens", patches.grad(), 1e-5);
        }
    }

    @Test
    void dinoHeadEqualsTheOfficialOne() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("dino_head");
            Tensor x = fixture.input("x").requires_grad_(true);
            Map<String, Tensor> weights = new LinkedHashMap<>(fixture.weights());
            DinoHead head = new DinoHead(
                    (int) x.size(1),
                    fixture.integer("hidden"),
                    fixture.integer("bottleneck"),
                    fixture.integer("out"),
                    false,
                    true,
                    new Init(0, TestDevice.get()));
            head.load(weights);
            Tensor y = head.forward(x);
            y.mul(fixture.input("grad_out")).sum().backward();
            fixture.check("y", y, 1e-5);
            fixture.check("grad_x", x.grad(), 1e-5);
            fixture.check(
                    "grad_last_weight_v",
                    java.util.Objects.requireNonNull(head.parameters().get("last_layer.weight_v"))
                            .grad(),
                    1e-5);
        }
    }
}
