package org.cyphervit.backbone.cypher;

import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("reference")
class ClusterAttentionReferenceTest {
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
}
