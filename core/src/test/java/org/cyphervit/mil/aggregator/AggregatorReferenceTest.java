package org.cyphervit.mil.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.ScalarOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Aggregators and their gradients equal those of their authors' code. */
@Tag("reference")
class AggregatorReferenceTest {
    private static final double TOLERANCE = 1e-5;
    /** Of gradients that are 0 in exact arithmetic. */
    private static final double ZERO = 1e-6;

    @Test
    void abmilEqualsTheAuthors() throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read("abmil");
            Map<String, Tensor> weights = fixture.weights();
            Tensor v = Objects.requireNonNull(weights.get("attention_V.0.weight"));
            AggregatorOptions options = new AggregatorOptions(
                    0, (int) v.size(0), 0, AggregatorOptions.standard().clam());
            Aggregator abmil = AggregatorKind.ABMIL.build((int) v.size(1), 1, options, new Init(0, TestDevice.get()));
            abmil.load(weights);
            for (int bag = 0; bag < fixture.integer("bags"); bag++) {
                Tensor features = fixture.input("bag" + bag).clone().requires_grad_(true);
                Aggregator.Pooled pooled = abmil.forward(features, ForwardMode.evaluation());
                Tensor probability = torch.sigmoid(pooled.outputs());
                Tensor label = fixture.input("label" + bag).to(torch.ScalarType.Float);
                Tensor kept = probability.clamp(
                        new ScalarOptional(new Scalar(1e-5)), new ScalarOptional(new Scalar(1 - 1e-5)));
                Tensor loss = label.mul(kept.log())
                        .add(label.neg()
                                .add(new Scalar(1))
                                .mul(kept.neg().add(new Scalar(1)).log()))
                        .neg();
                fixture.check("attention" + bag, Objects.requireNonNull(pooled.attention()), TOLERANCE);
                fixture.check("bag_feature" + bag, pooled.feature(), TOLERANCE);
                fixture.check("probability" + bag, probability, TOLERANCE);
                fixture.check("loss" + bag, loss, TOLERANCE);
                loss.backward();
                checkGradients(fixture, "grad" + bag + ".", abmil, features);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"clam_sb, CROSS_ENTROPY, true", "clam_sb_svm, SVM, true", "clam_sb_svm_nosub, SVM, false"})
    void clamEqualsTheAuthors(String name, InstanceLoss instanceLoss, boolean subtyping) throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read(name);
            Map<String, Tensor> weights = fixture.weights();
            Tensor embedding = Objects.requireNonNull(weights.get("attention_net.0.weight"));
            Tensor a = Objects.requireNonNull(weights.get("attention_net.3.attention_a.0.weight"));
            AggregatorOptions options = new AggregatorOptions(
                    (int) embedding.size(0),
                    (int) a.size(0),
                    0,
                    new AggregatorOptions.Clam(fixture.integer("k_sample"), 0.7, subtyping, instanceLoss));
            int classes = fixture.integer("classes");
            ClamSb clam = new ClamSb((int) embedding.size(1), classes, options, new Init(0, TestDevice.get()));
            clam.load(weights);
            List<String> bags = fixture.contents().tensors().keySet().stream()
                    .filter(key -> key.startsWith("input.bag"))
                    .map(key -> key.substring("input.bag".length()))
                    .toList();
            assertThat(bags).isNotEmpty();
            for (String bag : bags) {
                Tensor features = fixture.input("bag" + bag).clone().requires_grad_(true);
                int label = (int) fixture.input("label" + bag).item_long();
                Aggregator.Pooled pooled = clam.forward(features, ForwardMode.evaluation());
                Tensor bagLoss = torch.cross_entropy_loss(
                        pooled.outputs(),
                        Tensors.ofLabels(new int[] {label}).to(TestDevice.get(), torch.ScalarType.Long));
                Tensor loss = clam.loss(pooled, bagLoss, label);
                fixture.check("logits" + bag, pooled.outputs(), TOLERANCE);
                fixture.check("raw_attention" + bag, Objects.requireNonNull(pooled.scores()), TOLERANCE);
                fixture.check("bag_feature" + bag, pooled.feature(), TOLERANCE);
                fixture.check("instance_loss" + bag, clam.instanceLoss(pooled, label), TOLERANCE);
                fixture.check("loss" + bag, loss, TOLERANCE);
                loss.backward();
                checkGradients(fixture, "grad" + bag + ".", clam, features);
            }
        }
    }

    // Gradients that are rounding noise, a bias before a softmax or a bag of one instance, are compared absolutely.
    private static void checkGradients(Fixture fixture, String prefix, Aggregator aggregator, Tensor features) {
        Map<String, Tensor> expected = fixture.contents().under("expected." + prefix);
        assertThat(expected).isNotEmpty();
        expected.forEach((name, tensor) -> {
            Tensor actual = name.equals("input")
                    ? features.grad()
                    : Objects.requireNonNull(aggregator.parameters().get(name), name)
                            .grad();
            if (tensor.abs().max().item_double() < ZERO) {
                assertThat(actual.abs().max().item_double()).as(prefix + name).isLessThan(ZERO);
            } else {
                fixture.check(prefix + name, actual, TOLERANCE);
            }
        });
        try (Scope inner = Scope.open()) {
            aggregator
                    .parameters()
                    .values()
                    .forEach(parameter -> parameter.mutable_grad().reset());
        }
    }
}
