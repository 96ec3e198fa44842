package org.cyphervit.ssl.loss;

import java.io.IOException;
import java.util.List;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.group.Group;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class NtXentReferenceTest {
    @Test
    void ntXentAndItsGradients() throws IOException {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("nt_xent");
            Tensor first = fixture.input("view0").requires_grad_(true);
            Tensor second = fixture.input("view1").requires_grad_(true);
            Tensor loss = NtXentLoss.value(
                    Tensors.cat(List.of(first, second), 0), fixture.number("temperature"), Group.singleProcess());
            loss.backward();
            fixture.check("loss", loss, 1e-5);
            fixture.check("grad_view0", first.grad(), 1e-5);
            fixture.check("grad_view1", second.grad(), 1e-5);
        }
    }
}
