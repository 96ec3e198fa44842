package org.cyphervit.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.TestDevice;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.SomePatches;
import org.cyphervit.backbone.vit.VisionTransformer;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.Rotation;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Encoders as DINOv2, DINOv3 and timm build them: read by their own names, they give their own features and gradients. */
@Tag("reference")
class ReleasedVitReferenceTest {
    private static final double TOLERANCE = 1e-5;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "vit_dinov2",
                "vit_dinov2_mlp",
                "vit_timm_plain",
                "vit_timm_swiglu",
                "vit_timm_virchow2",
                "vit_dinov3",
                "vit_dinov3_swiglu"
            })
    void equalsTheOfficialNetwork(String name) throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read(name);
            VisionTransformer vit = network(fixture);
            try (NoGradGuard noGrad = new NoGradGuard()) {
                for (String size : List.of("native", "larger", "smaller", "wide")) {
                    if (fixture.contents().tensors().containsKey("input." + size)) {
                        requireEqual(fixture, vit, size);
                    }
                }
            }
            requireEqualGradients(fixture, vit);
        }
    }

    private static void requireEqual(Fixture fixture, VisionTransformer vit, String size) {
        Tensor images = fixture.input(size);
        Tensor tokens = vit.lastLayers(images, 1).getFirst();
        int registers = ((VitConfig) vit.config()).registers();
        Tensor cls = tokens.select(1, 0);
        Tensor patches = tokens.narrow(1, 1 + registers, tokens.size(1) - 1 - registers);
        Tensor mean = Tensors.mean(patches, 1);
        Map<String, Tensor> found = new LinkedHashMap<>();
        found.put("tokens", tokens);
        found.put("cls", cls);
        found.put("registers", tokens.narrow(1, 1, registers));
        found.put("storage", tokens.narrow(1, 1, registers));
        found.put("patches", patches);
        found.put("patch_mean", mean);
        found.put("cls_mean", Tensors.cat(List.of(cls, mean), 1));
        if (((VitConfig) vit.config()).positions().kind() == PositionOptions.Kind.ROPE) {
            VitConfig config = (VitConfig) vit.config();
            Rotation rotation = Rotation.of(
                    images.size(2) / config.patch(),
                    images.size(3) / config.patch(),
                    config.width() / config.heads(),
                    config.positions().ropeBase(),
                    1 + registers,
                    TestDevice.get());
            found.put("rope_sin", rotation.sin());
            found.put("rope_cos", rotation.cos());
        }
        int checked = 0;
        for (Map.Entry<String, Tensor> entry : found.entrySet()) {
            String key = size + "." + entry.getKey();
            Tensor expected = fixture.contents().tensors().get("expected." + key);
            if (expected != null && expected.numel() > 0) {
                fixture.check(key, entry.getValue(), TOLERANCE);
                checked++;
            }
        }
        assertThat(checked).isGreaterThanOrEqualTo(3);

        // What is asked alone is the same.
        Features whole = vit.forward(images, ForwardMode.evaluation());
        assertThat(Fixture.relativeError(vit.pooled(images, ForwardMode.evaluation()), whole.pooled()))
                .isLessThan(TOLERANCE);
        SomePatches some = vit.some(
                images,
                ForwardMode.evaluation(),
                UnaryOperator.identity(),
                Tensors.onto(Tensors.of(new long[] {1, 3}, 2), TestDevice.get()));
        Tensor asked = whole.patches().flatten(0, 1);
        assertThat(Fixture.relativeError(some.patches().select(0, 1), asked.select(0, 3)))
                .isLessThan(TOLERANCE);
        assertThat(Fixture.relativeError(some.pooled(), whole.pooled())).isLessThan(TOLERANCE);
    }

    private static void requireEqualGradients(Fixture fixture, VisionTransformer vit) {
        Tensor images = fixture.input("native").requires_grad_(true);
        Tensor tokens = vit.lastLayers(images, 1).getFirst();
        int before = 1 + ((VitConfig) vit.config()).registers();
        Map<String, Tensor> outputs = Map.of(
                "grad_tokens",
                tokens,
                "grad_cls",
                tokens.select(1, 0),
                "grad_patches",
                tokens.narrow(1, before, tokens.size(1) - before));
        Tensor loss = tokens.new_zeros(new long[] {1});
        for (Map.Entry<String, Tensor> output : outputs.entrySet()) {
            if (fixture.contents().tensors().containsKey("input." + output.getKey())) {
                loss = loss.add(
                        output.getValue().mul(fixture.input(output.getKey())).sum());
            }
        }
        loss.sum().backward();
        Map<String, Tensor> expected = fixture.contents().under("expected.grad.");
        assertThat(expected).hasSizeGreaterThanOrEqualTo(3);
        expected.keySet().forEach(name -> {
            Tensor own = name.equals("input")
                    ? images
                    : Objects.requireNonNull(vit.parameters().get(WeightNames.renamed(name)), name);
            fixture.check("grad." + name, own.grad(), TOLERANCE);
        });
    }

    // The program's names and shapes tell all but the heads; what the file says must agree.
    private static VisionTransformer network(Fixture fixture) {
        WeightImport weights = WeightImport.of(fixture.weights(), "the fixture");
        VitConfig config = weights.config(fixture.integer("heads"));
        assertThat(config.layerNormEps()).isEqualTo(fixture.number("ln_eps"));
        assertThat(config.patch()).isEqualTo(fixture.integer("patch"));
        if (config.positions().kind() != PositionOptions.Kind.ROPE) {
            assertThat(config.imageSize()).isEqualTo(fixture.integer("img_size"));
        }
        if (fixture.contents().metadata().containsKey("interpolate_offset")) {
            boolean antialias = fixture.meta("interpolate_antialias").equals("True");
            config = config.withPositions(
                    config.positions().withResizing(antialias, fixture.number("interpolate_offset")));
        }
        VisionTransformer vit = config.build(0, TestDevice.get());
        assertThat(weights.into(vit).reshaped()).isEmpty();
        return vit;
    }

    // Each file's weights under the names of another program come back as the same.
    @ParameterizedTest
    @CsvSource({
        "vit_dinov2_mlp, HUGGING_FACE_DINOV2",
        "vit_dinov2, HUGGING_FACE_DINOV2_REGISTERS",
        "vit_dinov2, DINOV2_REGISTERS",
        "vit_timm_swiglu, DINOV2_REGISTERS",
        "vit_dinov3, HUGGING_FACE_DINOV3",
        "vit_dinov3_swiglu, HUGGING_FACE_DINOV3",
        "vit_dino, HUGGING_FACE_VIT"
    })
    void readsEveryLayoutBack(String name, WeightLayout layout) throws Exception {
        try (Scope scope = Scope.open()) {
            Fixture fixture = Fixture.read(name);
            WeightImport original = WeightImport.of(fixture.weights(), name);
            int heads = fixture.integer("heads");
            VisionTransformer vit = original.config(heads).build(1, TestDevice.get());
            original.into(vit);

            WeightImport again = WeightImport.of(rewritten(vit.state(), layout), layout.name());
            VitConfig config = again.config(heads);
            assertThat(config.withPositions(original.config(heads).positions())
                            .withLayerNormEps(original.config(heads).layerNormEps()))
                    .isEqualTo(original.config(heads));
            assertThat(config.positions().withKind(PositionOptions.Kind.PATCHES))
                    .isEqualTo(layout.positions().withKind(PositionOptions.Kind.PATCHES));
            VisionTransformer read = config.build(2, TestDevice.get());
            again.into(read);
            vit.state()
                    .forEach((key, tensor) -> assertThat(Tensors.floats(
                                    Objects.requireNonNull(read.state().get(key))))
                            .as(key)
                            .containsExactly(Tensors.floats(tensor)));
        }
    }

    private static Map<String, Tensor> rewritten(Map<String, Tensor> state, WeightLayout layout) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        Tensor in = state.get("blocks.0.mlp.fc1.weight");
        Tensor out = state.get("blocks.0.mlp.fc2.weight");
        boolean gated = in != null && out != null && in.size(0) == 2 * out.size(1);
        Function<String, String> names = names(layout, gated);
        state.forEach((name, tensor) -> {
            List<String> parts = parts(name, layout, gated);
            if (name.endsWith("bias_mask") && layout == WeightLayout.HUGGING_FACE_DINOV3) {
                return;
            }
            for (int i = 0; i < parts.size(); i++) {
                long size = tensor.size(0) / parts.size();
                if (!(parts.get(i).equals("k_proj") && name.endsWith("qkv.bias"))) {
                    named.put(
                            names.apply(name.replaceFirst("qkv|fc1$|fc1(?=\\.)", parts.get(i))),
                            tensor.narrow(0, size * i, size).clone());
                }
            }
        });
        return named;
    }

    // What a tensor is split into there, in order; its own name where it stays whole.
    private static List<String> parts(String name, WeightLayout layout, boolean gated) {
        boolean huggingFace = layout.name().startsWith("HUGGING_FACE");
        boolean dinov3 = layout == WeightLayout.HUGGING_FACE_DINOV3;
        if (name.contains(".qkv.") && huggingFace) {
            return dinov3 ? List.of("q_proj", "k_proj", "v_proj") : List.of("query", "key", "value");
        }
        if (name.contains(".fc1.") && dinov3) {
            return gated ? List.of("gate_proj", "up_proj") : List.of("up_proj");
        }
        if (name.contains(".fc1.")) {
            return List.of(!gated ? "fc1" : huggingFace ? "weights_in" : "w12");
        }
        return List.of(name.contains(".qkv.") ? "qkv" : "whole");
    }

    private static Function<String, String> names(WeightLayout layout, boolean gated) {
        return switch (layout) {
            case DINOV2_REGISTERS ->
                name -> name.replaceFirst("^blocks\\.(\\d+)\\.", "blocks.0.$1.")
                        .replace("reg_token", "register_tokens")
                        .replace(".fc2.", gated ? ".w3." : ".fc2.");
            case HUGGING_FACE_DINOV3 ->
                name -> name.replaceFirst("^blocks\\.", "layer.")
                        .replaceFirst("^patch_embed\\.proj\\.", "embeddings.patch_embeddings.")
                        .replaceFirst("^cls_token$", "embeddings.cls_token")
                        .replaceFirst("^reg_token$", "embeddings.register_tokens")
                        .replace(".attn.proj.", ".attention.o_proj.")
                        .replace(".attn.", ".attention.")
                        .replace(".fc2.", ".down_proj.")
                        .replaceFirst("\\.ls([12])\\.gamma$", ".layer_scale$1.lambda1");
            case HUGGING_FACE_VIT ->
                name -> huggingFace(name)
                        .replace(".norm1.", ".layernorm_before.")
                        .replace(".norm2.", ".layernorm_after.")
                        .replace(".mlp.fc1.", ".intermediate.dense.")
                        .replace(".mlp.fc2.", ".output.dense.");
            default ->
                name -> huggingFace(name)
                        .replace(".fc2.", gated ? ".weights_out." : ".fc2.")
                        .replaceFirst("\\.ls([12])\\.gamma$", ".layer_scale$1.lambda1");
        };
    }

    private static String huggingFace(String name) {
        return name.replaceFirst("^blocks\\.", "encoder.layer.")
                .replaceFirst("^patch_embed\\.proj\\.", "embeddings.patch_embeddings.projection.")
                .replaceFirst("^cls_token$", "embeddings.cls_token")
                .replaceFirst("^pos_embed$", "embeddings.position_embeddings")
                .replaceFirst("^reg_token$", "embeddings.register_tokens")
                .replace(".attn.proj.", ".attention.output.dense.")
                .replace(".attn.", ".attention.attention.")
                .replaceFirst("^norm\\.", "layernorm.");
    }
}
