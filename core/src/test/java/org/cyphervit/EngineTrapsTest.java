package org.cyphervit;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.nn.DinoHead;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.Init;
import org.cyphervit.nn.transformer.Attention;
import org.cyphervit.nn.transformer.BlockOptions;
import org.cyphervit.torch.Precision;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What bites in LibTorch through JavaCPP, and that our rules hold it off. Autocast's cache and C++ frames: OpsTest; memory: RunTest. */
class EngineTrapsTest {
    private static final Device CPU = new Device("cpu");

    @Test
    void aScopeFreesWhatIsNotKeptAndLeavesWhatIs() {
        Tensor kept;
        Tensor lost;
        try (Scope scope = Scope.open()) {
            kept = Scope.keep(torch.ones(3));
            lost = torch.ones(3);
        }
        assertThat(lost.isNull()).isTrue();
        assertThat(kept.sum().item_double()).isEqualTo(3);
        Scope.free(kept);
    }

    @Test
    void aNetworkBuiltInsideAScopeOutlivesIt() {
        Backbone backbone;
        try (Scope scope = Scope.open()) {
            backbone = VitConfig.of(8, 1, 1, 8, 16)
                    .withRegisters(1)
                    .withLayerScale(1e-5)
                    .build(1, CPU);
        }
        try (Scope scope = Scope.open()) {
            Tensor pooled = backbone.forward(torch.ones(1, 3, 16, 16), ForwardMode.evaluation())
                    .pooled();
            assertThat(Tensors.floats(pooled)).hasSize(8).doesNotContain(Float.NaN);
        }
        backbone.close();
    }

    @Test
    void aParameterStaysTheTensorThatWasRegistered() {
        try (Scope scope = Scope.open()) {
            Backbone backbone = VitConfig.of(8, 1, 1, 8, 16).build(1, CPU);
            Tensor images = torch.ones(1, 3, 16, 16);
            Tensor before = backbone.forward(images, ForwardMode.evaluation()).pooled();
            try (NoGradGuard noGrad = new NoGradGuard()) {
                backbone.parameters().values().forEach(parameter -> parameter.mul_(new Scalar(2)));
            }
            Tensor after = backbone.forward(images, ForwardMode.evaluation()).pooled();
            assertThat(after.sub(before).abs().max().item_double()).isPositive();
        }
    }

    @Test
    void typesAreToldApartAlthoughEnumsOfTensorsEqualNoConstant(@TempDir Path folder) throws IOException {
        try (Scope scope = Scope.open()) {
            Tensor half = torch.ones(2).to(ScalarType.BFloat16);
            Path file = folder.resolve("types.safetensors");
            SafeTensors.write(file, Map.of("half", half), Map.of());
            assertThat(SafeTensors.read(file).tensor("half").scalar_type().value)
                    .isEqualTo(ScalarType.BFloat16.value);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {40, 1040})
    void attentionInBfloat16LosesNoMoreDigitsThanItsProjections(long tokens) {
        try (Scope scope = Scope.open()) {
            Attention attention = new Attention(BlockOptions.of(32, 2), new Init(1, CPU));
            Tensor x = new SeededGenerator(2, CPU).normal(1, 2, tokens, 32).requires_grad_(true);
            Tensor exact = attention.forward(x);
            exact.sum().backward();
            Tensor gradient = x.grad().clone();
            x.grad().zero_();
            Tensor mixed = Precision.BF16.run(CPU, () -> attention.forward(x));
            mixed.sum().backward();
            assertThat(Fixture.relativeError(mixed.detach(), exact.detach())).isLessThan(0.02);
            assertThat(Fixture.relativeError(x.grad(), gradient)).isLessThan(0.02);
        }
    }

    @Test
    void attentionInBfloat16TakesPlainProductsForTheFusedOperatorIsManyTimesSlowerThere() {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Attention attention = new Attention(BlockOptions.of(32, 2), new Init(1, CPU));
            Tensor x = new SeededGenerator(2, CPU).normal(1, 2, 40, 32);
            Tensor mixed = Precision.BF16.run(CPU, () -> attention.forward(x));

            Tensor[] qkv = new Tensor[3];
            Tensor parts = half(x).matmul(
                            half(requireNonNull(attention.parameters().get("qkv.weight")))
                                    .t())
                    .reshape(2, 40, 3, 2, 16)
                    .permute(2, 0, 3, 1, 4);
            for (int i = 0; i < 3; i++) {
                qkv[i] = parts.select(0, i);
            }
            Tensor weights = torch.softmax(qkv[0].mul(new Scalar(0.25)).matmul(qkv[1].transpose(2, 3)), -1);
            Tensor plain = weights.matmul(qkv[2])
                    .transpose(1, 2)
                    .reshape(2, 40, 32)
                    .matmul(half(requireNonNull(attention.parameters().get("proj.weight")))
                            .t());
            assertThat(mixed.equal(plain)).isTrue(); // biases start at zero
        }
    }

    private static Tensor half(Tensor tensor) {
        return tensor.to(ScalarType.BFloat16);
    }

    @Test
    void prototypesScoreInBfloat16AndAreKeptInFloat32ForATeacherInBfloat16WouldStandStill() {
        try (Scope scope = Scope.open()) {
            DinoHead head = new DinoHead(16, 32, 8, 64, false, true, new Init(1, CPU));
            Tensor scores = Precision.BF16.run(CPU, () -> head.forward(new SeededGenerator(2, CPU).normal(1, 4, 16)));
            assertThat(scores.scalar_type().value).isEqualTo(ScalarType.BFloat16.value);
            assertThat(head.parameters().values())
                    .allSatisfy(weight -> assertThat(weight.scalar_type().value).isEqualTo(ScalarType.Float.value));

            Tensor teacher = torch.ones(1).to(ScalarType.BFloat16);
            Tensor student = torch.full(new long[] {1}, new Scalar(1.25)).to(ScalarType.BFloat16);
            Tensor followed = teacher.lerp(student, new Scalar(1 - 0.996)); // 1.001; bfloat16 has nothing below 1.0078
            assertThat(followed.item_double()).isEqualTo(1);
        }
    }

    @Test
    void emptyStringsOfTheEngineAreNoNullPointers() {
        assertThat(org.cyphervit.torch.Engine.firstLine(new RuntimeException((String) null)))
                .isNotNull();
    }
}
