package org.cyphervit.mil.aggregator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class AggregatorTest {
    private static final AggregatorOptions OPTIONS =
            new AggregatorOptions(12, 6, 0.25, new AggregatorOptions.Clam(3, 0.7, true, InstanceLoss.SVM));

    @ParameterizedTest
    @EnumSource
    void theOrderOfInstancesDoesNotMatterAndOneIsEnough(AggregatorKind kind) {
        try (Scope scope = Scope.open();
                Aggregator aggregator = kind.build(8, 3, OPTIONS, new Init(1, TestDevice.get()))) {
            SeededGenerator generator = new SeededGenerator(2, TestDevice.get());
            Tensor bag = generator.normal(1, 20, 8);
            Aggregator.Pooled pooled = aggregator.forward(bag, ForwardMode.evaluation());
            Aggregator.Pooled turned = aggregator.forward(torch.flip(bag, 0), ForwardMode.evaluation());
            assertThat(Fixture.relativeError(turned.outputs(), pooled.outputs()))
                    .isLessThan(1e-5);
            assertThat(Tensors.shape(pooled.outputs())).containsExactly(1, 3);
            assertThat(pooled.attention() != null).isEqualTo(kind.attends());
            if (kind.attends()) {
                Tensor attention = Objects.requireNonNull(pooled.attention());
                assertThat(Tensors.shape(attention)).containsExactly(1, 20);
                assertThat(attention.sum().item_double()).isCloseTo(1, within(1e-5));
            }
            Aggregator.Pooled single = aggregator.forward(bag.narrow(0, 0, 1), ForwardMode.evaluation());
            Tensor loss = aggregator.loss(single, single.outputs().sum(), 2); // fewer instances than CLAM's k
            assertThat(Double.isFinite(loss.item_double())).isTrue();
        }
    }

    @ParameterizedTest
    @EnumSource
    void dropoutIsDrawnInTrainingAloneAndRepeats(AggregatorKind kind) {
        try (Scope scope = Scope.open();
                Aggregator aggregator = kind.build(8, 1, OPTIONS, new Init(1, TestDevice.get()))) {
            SeededGenerator generator = new SeededGenerator(2, TestDevice.get());
            Tensor bag = generator.normal(1, 20, 8);
            double first = aggregator
                    .forward(bag, ForwardMode.training(generator.at(7)))
                    .outputs()
                    .item_double();
            double other = aggregator
                    .forward(bag, ForwardMode.training(generator.at(8)))
                    .outputs()
                    .item_double();
            double again = aggregator
                    .forward(bag, ForwardMode.training(generator.at(7)))
                    .outputs()
                    .item_double();
            assertThat(again).isEqualTo(first).isNotEqualTo(other);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0.25, 0.4375, 0.9})
    void dropoutZeroesItsShareAndKeepsTheMean(double probability) {
        try (Scope scope = Scope.open()) {
            SeededGenerator generator = new SeededGenerator(3, TestDevice.get());
            Tensor ones = torch.ones(101, 1009).to(TestDevice.get(), ScalarType.Float);
            Tensor dropped = Dense.dropout(ones, probability, ForwardMode.training(generator));
            int n = 101 * 1009;
            double sigma = Math.sqrt(probability * (1 - probability) / n);
            double zeros = 1 - dropped.count_nonzero().item_double() / n;
            assertThat(zeros).isCloseTo(probability, within(4 * sigma + 1.0 / (1 << 16)));
            assertThat(dropped.max().item_double()).isCloseTo(1 / (1 - probability), within(1e-6));
            // Neighbours, which come of one draw of 64 bits, are zero independently of each other.
            Tensor zero = dropped.eq(new Scalar(0)).to(ScalarType.Float);
            double both =
                    zero.narrow(1, 0, 1008).mul(zero.narrow(1, 1, 1008)).mean().item_double();
            assertThat(both).isCloseTo(probability * probability, within(8 * sigma));
        }
    }

    @Test
    void namesAndOptionsAreChecked() {
        assertThat(AggregatorKind.named("CLAM_sb")).isEqualTo(AggregatorKind.CLAM_SB);
        assertThatThrownBy(() -> AggregatorKind.named("transmil"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("mean, max, abmil, clam_sb");
        assertThatThrownBy(() -> new AggregatorOptions(0, 0, 0, OPTIONS.clam())).isInstanceOf(UserError.class);
        assertThatThrownBy(() -> AggregatorKind.CLAM_SB.build(
                        8, 2, new AggregatorOptions(0, 6, 0, OPTIONS.clam()), new Init(0, TestDevice.get())))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("hidden");
    }
}
