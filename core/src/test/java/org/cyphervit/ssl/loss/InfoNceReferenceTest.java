package org.cyphervit.ssl.loss;

import java.io.IOException;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.torch.Scope;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class InfoNceReferenceTest {
    @Test
    void contrastiveLossAndItsGradient() throws IOException {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("moco_v3_loss");
            Tensor query = fixture.input("query").requires_grad_(true);
            Tensor loss = InfoNceLoss.value(query, fixture.input("key"), 0, null, fixture.number("temperature"));
            loss.backward();
            fixture.check("loss", loss, 1e-5);
            fixture.check("grad_query", query.grad(), 1e-5);
        }
    }
}
