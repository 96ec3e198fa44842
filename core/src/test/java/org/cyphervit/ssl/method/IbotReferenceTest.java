package org.cyphervit.ssl.method;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.loss.DinoLoss;
import org.cyphervit.ssl.loss.IbotPatchLoss;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("reference")
class IbotReferenceTest {
    private static final double CENTER_MOMENTUM = 0.9;

    @Test
    void lossesGradientsAndCentres() throws IOException {
        try (Scope scope = Scope.open()) {
            Fixture f = Fixture.read("ibot_loss");
            Init init = new Init(0, TestDevice.get());
            int globals = f.integer("global_crops");
            double temperature = DinoOptions.ramp(
                    f.number("warmup_teacher_temp"),
                    f.number("teacher_temp"),
                    f.integer("warmup_epochs"),
                    f.integer("epoch"));
            Tensor studentPatch = f.input("student_patch").requires_grad_(true);
            Tensor local = f.input("student_local_cls").requires_grad_(true);
            long K = local.size(1);
            DinoLoss cls = new DinoLoss(Math.toIntExact(K), init);
            cls.load(Map.of("center", f.input("center")));
            IbotPatchLoss patch = new IbotPatchLoss(Math.toIntExact(K), init);
            patch.load(Map.of("center", f.input("center2")));

            Tensor between = cls.forward(
                            Tensors.cat(List.of(f.input("student_cls"), local), 0),
                            f.input("teacher_cls"),
                            globals + f.integer("local_crops"),
                            globals,
                            f.number("student_temp"),
                            temperature)
                    .value();
            MaskedPatches hidden = hidden(Tensors.cat(
                    List.of(f.input("mask0").flatten(1, -1), f.input("mask1").flatten(1, -1)), 0));
            Tensor wanted = patch.targets(hidden.of(f.input("teacher_patch").flatten(0, 1)), temperature);
            Tensor within = IbotPatchLoss.value(
                    hidden.of(studentPatch.flatten(0, 1)), wanted, hidden.weights(), f.number("student_temp"));
            Tensor total =
                    between.mul(new Scalar(f.number("lambda1"))).add(within.mul(new Scalar(f.number("lambda2"))));
            total.backward();

            f.check("cls", between, 1e-5);
            f.check("patch", within, 1e-5);
            f.check("loss", total, 1e-5);
            f.check("grad_student_patch", studentPatch.grad(), 1e-5);
            f.check("grad_student_local_cls", local.grad(), 1e-5);
            cls.updateCenter(f.input("teacher_cls"), CENTER_MOMENTUM);
            patch.updateCenter(Tensors.mean(f.input("teacher_patch"), 0, 1).unsqueeze(0), CENTER_MOMENTUM);
            f.check("center", cls.center(), 1e-5);
            f.check("center2", patch.center(), 1e-5);
        }
    }

    private static MaskedPatches hidden(Tensor masks) {
        float[] values = Tensors.floats(masks);
        int N = Math.toIntExact(masks.size(1));
        boolean[][] hidden = new boolean[values.length / N][N];
        for (int i = 0; i < values.length; i++) {
            hidden[i / N][i % N] = values[i] != 0;
        }
        return MaskedPatches.of(hidden, 64, TestDevice.get());
    }
}
