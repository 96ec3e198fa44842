package org.cyphervit.export;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtSession;
import java.nio.FloatBuffer;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.GenericDict;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.JitModule;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.global.torch;
import org.cyphervit.Fixture;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.BackboneConfig;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Features;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.cypher.ClusteringOptions;
import org.cyphervit.backbone.cypher.ClusteringOptions.Noise;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.backbone.cypher.CypherVitConfig.TokenSource;
import org.cyphervit.backbone.vit.ClusteredVitConfig;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.nn.transformer.FeedForwardOptions;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.nn.transformer.QkvBias;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.SeededGenerator;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class EncoderExportTest {
    private static final Device CPU = new Device("cpu");
    private static final String CARD = "{\"name\": \"encoder\"}";

    private static final VitConfig ROTARY = VitConfig.of(24, 2, 2, 8, 32)
            .withRegisters(2)
            .withLayerScale(0.5)
            .withFeedForward(FeedForwardOptions.Kind.SWIGLU, 2)
            .withPositions(PositionOptions.rope())
            .withQkvBias(QkvBias.NO_KEY)
            .withUntiedNorms(true)
            .withLayerNormEps(1e-5);

    @TempDir
    private Path folder;

    /** Every branch of both backbones. */
    static Stream<BackboneConfig> backbones() {
        return Stream.of(
                VitConfig.of(24, 2, 3, 8, 32).withDropPath(0.1),
                VitConfig.of(24, 1, 2, 8, 32).withRegisters(3).withLayerScale(0.5),
                // As UNI2-h, Virchow2 and DINOv3 are built, and a CypherViT of DINOv3's blocks.
                VitConfig.of(24, 2, 3, 8, 32)
                        .withRegisters(2)
                        .withLayerScale(0.5)
                        .withFeedForward(FeedForwardOptions.Kind.SWIGLU, 2.5)
                        .withPositions(PositionOptions.timm(PositionOptions.Kind.PATCHES)),
                VitConfig.of(24, 1, 2, 8, 32)
                        .withRegisters(2)
                        .withQkvBias(QkvBias.NONE)
                        .withPositions(PositionOptions.timm(PositionOptions.Kind.ALL)),
                ROTARY,
                new ClusteredVitConfig(VitConfig.of(24, 1, 2, 8, 32).withRegisters(2), 5),
                CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3)).withBlocksOf(ROTARY),
                cypher(List.of(6, 3), TokenSource.LEARNED, ClusteringOptions.standard()),
                cypher(
                        List.of(6, 3),
                        TokenSource.MIXED,
                        new ClusteringOptions(Noise.LEARNED, true, 1e-6, false, 0.5, false, 0, false)),
                cypher(
                        List.of(4, 2),
                        TokenSource.LEARNED,
                        new ClusteringOptions(Noise.NONE, false, 1, true, 0.1, true, 0.9, false)),
                cypher(
                        List.of(5),
                        TokenSource.LEARNED,
                        new ClusteringOptions(Noise.GUMBEL, false, 0, true, 1, false, 0, true)));
    }

    private static CypherVitConfig cypher(List<Integer> tokens, TokenSource source, ClusteringOptions clustering) {
        List<Integer> depths = tokens.stream().map(k -> 1).toList();
        return CypherVitConfig.of(24, 3, 8, 32, depths, tokens)
                .withTokenSource(source)
                .withClustering(clustering);
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void onnxRuntimeAgreesForAnyBatchAtTheOwnAndAnotherSize(BackboneConfig config) throws Exception {
        try (Backbone backbone = built(config, 3)) {
            for (int size : new int[] {32, 48}) {
                Path file = folder.resolve("model-" + size + ".onnx");
                OnnxFile.write(file, backbone, size, CARD);
                try (OrtEnvironment environment = OrtEnvironment.getEnvironment();
                        OrtSession session = environment.createSession(file.toString())) {
                    assertThat(session.getMetadata().getCustomMetadata()).containsEntry("model-card", CARD);
                    for (int batch : new int[] {1, 3}) {
                        requireEqual(environment, session, backbone, batch, size);
                    }
                }
            }
        }
    }

    private static void requireEqual(
            OrtEnvironment environment, OrtSession session, Backbone backbone, int batch, int size) throws Exception {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor images = new SeededGenerator(batch, CPU).normal(1, batch, 3, size, size);
            Map<String, Tensor> expected = expected(backbone, images);
            assertThat(session.getOutputNames()).containsExactlyElementsOf(expected.keySet());
            try (OnnxTensor input = OnnxTensor.createTensor(
                            environment, FloatBuffer.wrap(Tensors.floats(images)), Tensors.shape(images));
                    OrtSession.Result results = session.run(Map.of("images", input))) {
                for (Map.Entry<String, Tensor> entry : expected.entrySet()) {
                    OnnxTensor result = (OnnxTensor) results.get(entry.getKey()).orElseThrow();
                    assertThat(result.getInfo().getShape())
                            .as(entry.getKey())
                            .isEqualTo(Tensors.shape(entry.getValue()));
                    float[] values = new float[result.getFloatBuffer().remaining()];
                    result.getFloatBuffer().get(values);
                    Tensor actual = Tensors.of(values, Tensors.shape(entry.getValue()));
                    assertThat(Fixture.relativeError(actual, entry.getValue()))
                            .as(entry.getKey())
                            .isLessThan(1e-4);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void torchScriptAgreesInEveryResult(BackboneConfig config) throws Exception {
        try (Backbone backbone = built(config, 4);
                Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Path file = folder.resolve("model.pt");
            TorchScriptFile.write(file, backbone, 48, TorchScriptFile.Result.POOLED, CARD);
            Tensor images = new SeededGenerator(1, CPU).normal(1, 3, 3, 48, 48);
            JitModule module = torch.load(file.toString());
            GenericDict results = module.get_method("features")
                    .apply(new IValueVector(new IValue(images)))
                    .toGenericDict();
            Map<String, Tensor> expected = expected(backbone, images);
            assertThat(results.size()).isEqualTo(expected.size());
            expected.forEach((name, tensor) -> assertThat(
                            Fixture.relativeError(results.at(new IValue(name)).toTensor(), tensor))
                    .as(name)
                    .isLessThan(1e-5));
            Tensor pooled = module.forward(new IValueVector(new IValue(images))).toTensor();
            assertThat(Fixture.relativeError(
                            pooled,
                            backbone.forward(images, ForwardMode.evaluation()).pooled()))
                    .isLessThan(1e-5);
        }
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void onnxPoolsAsTheEncoderDoesAndSaysHowImagesAreNormalised(BackboneConfig config) throws Exception {
        for (Pooling pooling : Pooling.values()) {
            Path file = folder.resolve(pooling + ".onnx");
            try (Backbone backbone = built(config, 3).describe(spec(pooling));
                    Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard();
                    OrtEnvironment environment = OrtEnvironment.getEnvironment()) {
                OnnxFile.write(file, backbone, 32, CARD);
                Tensor images = new SeededGenerator(1, CPU).normal(1, 2, 3, 32, 32);
                Tensor expected = backbone.feature(images, ForwardMode.evaluation());
                try (OrtSession session = environment.createSession(file.toString());
                        OnnxTensor input = OnnxTensor.createTensor(
                                environment, FloatBuffer.wrap(Tensors.floats(images)), Tensors.shape(images));
                        OrtSession.Result results = session.run(Map.of("images", input))) {
                    OnnxTensor pooled = (OnnxTensor) results.get("pooled").orElseThrow();
                    float[] values = new float[pooled.getFloatBuffer().remaining()];
                    pooled.getFloatBuffer().get(values);
                    assertThat(pooled.getInfo().getShape()).isEqualTo(Tensors.shape(expected));
                    assertThat(Fixture.relativeError(Tensors.of(values, Tensors.shape(expected)), expected))
                            .as(pooling.toString())
                            .isLessThan(1e-4);
                    assertThat(session.getMetadata().getCustomMetadata())
                            .containsEntry("mean", "0.7 0.5 0.6")
                            .containsEntry("pooling", pooling.toString())
                            .containsEntry("microns_per_tile", "16.0");
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backbones")
    void torchScriptPoolsAsTheEncoderDoes(BackboneConfig config) throws Exception {
        for (Pooling pooling : Pooling.values()) {
            Path file = folder.resolve(pooling + ".pt");
            try (Backbone backbone = built(config, 3).describe(spec(pooling));
                    Scope scope = Scope.open();
                    NoGradGuard noGrad = new NoGradGuard()) {
                TorchScriptFile.write(file, backbone, 32, TorchScriptFile.Result.POOLED, CARD);
                Tensor images = new SeededGenerator(1, CPU).normal(1, 2, 3, 32, 32);
                Tensor scripted = torch.load(file.toString())
                        .forward(new IValueVector(new IValue(images)))
                        .toTensor();
                Tensor expected = backbone.feature(images, ForwardMode.evaluation());
                assertThat(Fixture.relativeError(scripted, expected)).isLessThan(1e-5);
            }
        }
    }

    private static EncoderSpec spec(Pooling pooling) {
        Normalization normalization = Normalization.of("0.7 0.5 0.6", "0.2 0.3 0.1");
        return new EncoderSpec(normalization, pooling, 0, 0.5, "one", "CC0-1.0", "none");
    }

    @Test
    void whatCannotBeExportedIsSaid() {
        try (Backbone vit = VitConfig.of(24, 1, 2, 8, 32).build(0, CPU)) {
            assertThatThrownBy(() -> OnnxFile.write(folder.resolve("a.onnx"), vit, 30, CARD))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("Try 24");
            assertThatThrownBy(() -> TorchScriptFile.write(
                            folder.resolve("a.pt"), vit, 32, TorchScriptFile.Result.PHENOTYPE_SHARES, CARD))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("no phenotype");
            assertThat(folder.toFile().list()).isEmpty();
        }
    }

    private static Map<String, Tensor> expected(Backbone backbone, Tensor images) {
        Features features = backbone.forward(images, ForwardMode.evaluation());
        Map<String, Tensor> expected = new LinkedHashMap<>();
        expected.put("pooled", features.pooled());
        expected.put("tokens", features.tokens());
        expected.put("patches", features.patches());
        for (int s = 0; s < features.assignments().size(); s++) {
            expected.put("assignment_" + s, features.assignments().get(s));
        }
        Tensor rollout = features.rollout();
        if (rollout != null) {
            expected.put("phenotypes", rollout);
        }
        return expected;
    }

    // Nothing at its initial zero: a forgotten bias or centre must show.
    private static Backbone built(BackboneConfig config, long seed) {
        Backbone backbone = config.build(seed, CPU);
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            SeededGenerator generator = new SeededGenerator(seed, CPU);
            backbone.state().values().forEach(tensor -> tensor.add_(generator.normal(0.1, Tensors.shape(tensor))));
        }
        return backbone;
    }
}
