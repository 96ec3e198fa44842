package org.cyphervit.nn;

import java.util.LinkedHashMap;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class DinoHeadReferenceTest {
    @Test
    void itEqualsTheOfficialOne() throws Exception {
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
