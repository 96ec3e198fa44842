package org.cyphervit.backbone.cypher;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Objects;
import org.bytedeco.pytorch.AdamW;
import org.bytedeco.pytorch.AdamWOptions;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;

class ClusterCentreTest {
    private static final Device DEVICE = TestDevice.get();

    // A student's centre over other views and weights left a teacher's tokens unequal: one had all tissue.
    @Test
    void aTeachersCentreIsOfItsOwnPassesAndNotItsStudents() {
        try (Scope scope = Scope.open()) {
            ClusterAttention student = new ClusterAttention(8, 3, ClusteringOptions.standard(), new Init(1, DEVICE));
            ClusterAttention teacher = new ClusterAttention(8, 3, ClusteringOptions.standard(), new Init(2, DEVICE));
            SeededGenerator generator = new SeededGenerator(3, DEVICE);
            Tensor tokens = generator.normal(1, 2, 3, 8);
            Tensor patches = generator.normal(1, 2, 5, 8);
            student.forward(patches, tokens, ForwardMode.training(generator));
            teacher.forward(patches, tokens, ForwardMode.evaluation());
            teacher.emaUpdate(student, 0.9);
            assertThat(centre(student)).doesNotContain(0f);
            assertThat(centre(teacher)).containsOnly(0f);
            for (int i = 0; i < 200; i++) {
                teacher.forward(patches, tokens, ForwardMode.teacher());
            }
            float[] settled = centre(teacher);
            teacher.forward(patches, tokens, ForwardMode.teacher());
            assertThat(centre(teacher))
                    .doesNotContain(0f)
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(settled);
        }
    }

    // Subtracting a mean without its gradient, as this once did, let the optimizer push the logits of a token up
    // for ever: the forward pass cancelled it. With its gradient a shift of a token's logits is worth nothing.
    @Test
    void trainingGivesNoGradientToAShiftOfATokensLogits() {
        try (Scope scope = Scope.open()) {
            ClusterAttention attention = new ClusterAttention(8, 3, ClusteringOptions.standard(), new Init(1, DEVICE));
            SeededGenerator generator = new SeededGenerator(3, DEVICE);
            Tensor tokens = generator.normal(1, 2, 3, 8);
            // adds b.W_c c_j to all logits of token j
            Tensor bias = Objects.requireNonNull(attention.parameters().get("W_p.bias"));
            Tensor sums = attention
                    .forward(
                            generator.normal(1, 2, 5, 8),
                            tokens.narrow(0, 0, 1).expand(2, 3, 8),
                            ForwardMode.training(generator))
                    .soft()
                    .square()
                    .sum();
            sums.backward();
            assertThat(bias.grad().abs().max().item_double()).isLessThan(1e-6);
            Tensor weight = Objects.requireNonNull(attention.parameters().get("W_p.weight"));
            assertThat(weight.grad().abs().max().item_double()).isGreaterThan(1e-4);
        }
    }

    // The same over time: with a moving average in training the logits reached 180 in these steps, without end in
    // sight.
    @Test
    void aWeakConstantWishDoesNotWindTheLogitsUp() {
        try (Scope scope = Scope.open()) {
            ClusterAttention attention = new ClusterAttention(16, 4, ClusteringOptions.standard(), new Init(1, DEVICE));
            SeededGenerator generator = new SeededGenerator(3, DEVICE);
            Tensor tokens = generator.normal(1, 1, 4, 16).expand(8, 4, 16);
            AdamW optimizer = new AdamW(
                    new TensorVector(attention.parameters().values().toArray(Tensor[]::new)), new AdamWOptions(5e-4));
            for (int step = 0; step < 300; step++) {
                try (Scope inner = Scope.open()) {
                    Tensor share = attention
                            .forward(generator.normal(1, 8, 9, 16), tokens, ForwardMode.training(generator))
                            .soft()
                            .select(2, 0)
                            .mean();
                    optimizer.zero_grad();
                    share.mul(new Scalar(-0.1)).backward();
                    optimizer.step();
                }
            }
            for (float logit : centre(attention)) {
                assertThat(Math.abs(logit)).isLessThan(20);
            }
        }
    }

    private static float[] centre(ClusterAttention attention) {
        return Tensors.floats(Objects.requireNonNull(attention.state().get("center")));
    }
}
