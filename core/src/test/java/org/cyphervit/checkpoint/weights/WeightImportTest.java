package org.cyphervit.checkpoint.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Fixture;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VisionTransformer;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.nn.transformer.PositionOptions;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WeightImportTest {
    private static final VitConfig CONFIG = VitConfig.of(64, 2, 1, 8, 32)
            .withRegisters(2)
            .withLayerScale(1e-5)
            .withPositions(PositionOptions.timm(PositionOptions.Kind.CLS_AND_PATCHES));
    private static final Device CPU = new Device("cpu");

    @TempDir
    private Path folder = Path.of("");

    @Test
    void findsTheTeacherOfAPthFileAndItsConfiguration() throws IOException {
        try (Scope scope = Scope.open()) {
            VisionTransformer teacher = CONFIG.build(1, CPU);
            VisionTransformer student = CONFIG.build(2, CPU);
            Map<String, Map<String, Tensor>> groups = new LinkedHashMap<>();
            groups.put("student", prefixed("module.backbone.", student.state()));
            groups.put("teacher", prefixed("backbone.", teacher.state()));
            Path file = write(groups);

            WeightImport weights = WeightImport.open(file);
            assertThat(weights.config(0)).isEqualTo(CONFIG);
            VisionTransformer loaded = CONFIG.build(3, CPU);
            WeightImport.Report report = weights.into(loaded);

            assertThat(report.loaded()).isEqualTo(teacher.state().size());
            assertThat(report.reshaped()).isEmpty();
            assertThat(report.besides()).isNotEmpty().allMatch(name -> name.startsWith("student."));
            same(loaded, teacher.state());
        }
    }

    @Test
    void joinsQueryKeyAndValueOfHuggingFace() throws IOException {
        try (Scope scope = Scope.open()) {
            VitConfig plain = VitConfig.of(64, 2, 1, 8, 32)
                    .withPositions(PositionOptions.dino().withResizing(false, 0))
                    .withLayerNormEps(1e-12);
            VisionTransformer vit = plain.build(1, CPU);
            Map<String, Tensor> named = new LinkedHashMap<>();
            vit.state().forEach((name, tensor) -> {
                if (name.contains(".attn.qkv.")) {
                    String[] parts = {"query", "key", "value"};
                    for (int i = 0; i < 3; i++) {
                        named.put(
                                huggingFace(name).replace("qkv", parts[i]),
                                tensor.narrow(0, 64L * i, 64).clone());
                    }
                } else {
                    named.put(huggingFace(name), tensor);
                }
            });
            named.put("classifier.weight", vit.state().get("norm.weight"));
            Path file = folder.resolve("hf.safetensors");
            SafeTensors.write(file, named, Map.of());

            VisionTransformer loaded = plain.build(3, CPU);
            WeightImport weights = WeightImport.open(file);
            assertThat(weights.config(0)).isEqualTo(plain);
            assertThat(weights.into(loaded).besides()).containsExactly("classifier.weight");
            same(loaded, vit.state());
        }
    }

    // What each program calls things, and what lies beside the backbone in its files.
    @ParameterizedTest
    @CsvSource({
        "timm, '', head.weight",
        "DINO, teacher.backbone., teacher.head.mlp.0.weight",
        "DINO on several GPUs, module.backbone., module.head.last_layer.weight_v",
        "iBOT, state_dict.backbone., state_dict.backbone.masked_embed",
        "DeiT and MAE, model., model.head.weight",
        "MAE, model., model.decoder_blocks.0.norm1.weight",
        "MoCo v3, state_dict.module.base_encoder., state_dict.module.momentum_encoder.patch_embed.proj.weight",
        "DINOv2 in training, teacher.backbone., student.backbone.patch_embed.proj.weight",
        "SimMIM and others, encoder., encoder.mask_token"
    })
    void findsTheBackboneWhereverItLies(String program, String prefix, String beside) throws IOException {
        try (Scope scope = Scope.open()) {
            VisionTransformer vit = CONFIG.build(1, CPU);
            VisionTransformer other = CONFIG.build(2, CPU);
            Map<String, Tensor> named = new LinkedHashMap<>();
            named.put(
                    beside,
                    other.state()
                            .get(
                                    beside.endsWith("patch_embed.proj.weight")
                                            ? "patch_embed.proj.weight"
                                            : "norm.weight"));
            vit.state().forEach((name, tensor) -> named.put(prefix + name, tensor));
            Path file = folder.resolve("named.safetensors");
            SafeTensors.write(file, named, Map.of());
            VisionTransformer loaded = CONFIG.build(3, CPU);
            assertThat(WeightImport.open(file).into(loaded).besides())
                    .as(program)
                    .containsExactly(beside);
            same(loaded, vit.state());
        }
    }

    @Test
    void knowsBothNamingsOfDinov2() throws IOException {
        try (Scope scope = Scope.open()) {
            VisionTransformer vit = CONFIG.build(1, CPU);
            Map<String, Tensor> chunked = new LinkedHashMap<>();
            Map<String, Tensor> huggingFace = new LinkedHashMap<>();
            vit.state().forEach((name, tensor) -> {
                chunked.put(
                        name.replaceFirst("^blocks\\.", "blocks.0.").replace("reg_token", "register_tokens"), tensor);
                if (name.contains(".attn.qkv.")) {
                    String[] parts = {"query", "key", "value"};
                    for (int i = 0; i < 3; i++) {
                        huggingFace.put(
                                dinov2(name).replace("qkv", parts[i]),
                                tensor.narrow(0, 64L * i, 64).clone());
                    }
                } else {
                    huggingFace.put(dinov2(name), tensor);
                }
            });
            Tensor mask = vit.state().get("norm.weight");
            chunked.put("mask_token", mask);
            huggingFace.put("embeddings.mask_token", mask);
            for (Map<String, Tensor> named : java.util.List.of(chunked, huggingFace)) {
                Path file = folder.resolve("dinov2.safetensors");
                SafeTensors.write(file, named, Map.of());
                WeightImport weights = WeightImport.open(file);
                assertThat(weights.config(0)).isEqualTo(CONFIG);
                VisionTransformer loaded = CONFIG.build(3, CPU);
                assertThat(weights.into(loaded).besides()).hasSize(1);
                same(loaded, vit.state());
            }
        }
    }

    private static String dinov2(String name) {
        return name.replaceFirst("^blocks\\.", "encoder.layer.")
                .replaceFirst("^patch_embed\\.proj\\.", "embeddings.patch_embeddings.projection.")
                .replaceFirst("^cls_token$", "embeddings.cls_token")
                .replaceFirst("^pos_embed$", "embeddings.position_embeddings")
                .replaceFirst("^reg_token$", "embeddings.register_tokens")
                .replace(".attn.qkv.", ".attention.attention.qkv.")
                .replace(".attn.proj.", ".attention.output.dense.")
                .replaceFirst("\\.ls([12])\\.gamma$", ".layer_scale$1.lambda1")
                .replaceFirst("^norm\\.", "layernorm.");
    }

    @Test
    void resizesPositionsAndSaysSo() throws IOException {
        try (Scope scope = Scope.open()) {
            Path file = folder.resolve("small.safetensors");
            SafeTensors.write(file, CONFIG.build(1, CPU).state(), Map.of());
            Backbone larger = VitConfig.of(64, 2, 1, 8, 48)
                    .withRegisters(2)
                    .withLayerScale(1e-5)
                    .build(2, CPU);
            assertThat(WeightImport.open(file).into(larger).reshaped())
                    .containsExactly("pos_embed from [1, 17, 64] to [1, 37, 64]");
        }
    }

    @Test
    void refusesAPartialLoadAndNamesWhatDoesNotFit() throws IOException {
        try (Scope scope = Scope.open()) {
            Path file = folder.resolve("small.safetensors");
            SafeTensors.write(file, CONFIG.build(1, CPU).state(), Map.of());
            Backbone deeper = VitConfig.of(64, 3, 1, 8, 32).build(2, CPU);
            WeightImport weights = WeightImport.open(file);
            assertThatThrownBy(() -> weights.into(deeper))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("missing blocks.2.norm1.weight")
                    .hasMessageContaining("unexpected reg_token");
        }
    }

    @Test
    void mutatedFilesGiveAMessageAndNothingElse() throws IOException {
        byte[] intact;
        try (Scope scope = Scope.open()) {
            intact = Files.readAllBytes(write(
                    Map.of("model", VitConfig.of(8, 1, 1, 8, 8).build(1, CPU).state())));
        }
        SplittableRandom random = new SplittableRandom(5);
        Path file = folder.resolve("mutated.pth");
        for (int i = 0; i < Integer.getInteger("fuzz.files", 300); i++) {
            byte[] bytes = intact.clone();
            for (int flips = 1 + random.nextInt(8); flips > 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            Files.write(file, bytes);
            try (Scope scope = Scope.open()) {
                WeightImport.open(file).config(0);
            } catch (UserError e) {
                assertThat(e).hasMessageContaining("mutated.pth");
            }
        }
    }

    private static void same(Backbone loaded, Map<String, Tensor> expected) {
        loaded.state()
                .forEach((name, tensor) -> assertThat(Fixture.relativeError(
                                tensor.add(new org.bytedeco.pytorch.Scalar(1)),
                                Objects.requireNonNull(expected.get(name)).add(new org.bytedeco.pytorch.Scalar(1))))
                        .as(name)
                        .isZero());
    }

    private static Map<String, Tensor> prefixed(String prefix, Map<String, Tensor> tensors) {
        Map<String, Tensor> named = new LinkedHashMap<>();
        tensors.forEach((name, tensor) -> named.put(prefix + name, tensor));
        return named;
    }

    private static String huggingFace(String name) {
        return "vit."
                + name.replaceFirst("^blocks\\.", "encoder.layer.")
                        .replaceFirst("^patch_embed\\.proj\\.", "embeddings.patch_embeddings.projection.")
                        .replaceFirst("^cls_token$", "embeddings.cls_token")
                        .replaceFirst("^pos_embed$", "embeddings.position_embeddings")
                        .replace(".attn.qkv.", ".attention.attention.qkv.")
                        .replace(".attn.proj.", ".attention.output.dense.")
                        .replace(".norm1.", ".layernorm_before.")
                        .replace(".norm2.", ".layernorm_after.")
                        .replace(".mlp.fc1.", ".intermediate.dense.")
                        .replace(".mlp.fc2.", ".output.dense.")
                        .replaceFirst("^norm\\.", "layernorm.");
    }

    // What torch.save writes, by hand: a dictionary of dictionaries of tensors, and something that must not be called.
    private Path write(Map<String, Map<String, Tensor>> groups) throws IOException {
        Path file = folder.resolve("weights.pth");
        ByteArrayOutputStream pickle = new ByteArrayOutputStream();
        Map<String, Tensor> storages = new LinkedHashMap<>();
        pickle.write(new byte[] {(byte) 0x80, 2, '}'});
        groups.forEach((group, tensors) -> {
            text(pickle, group);
            ascii(pickle, "ccollections\nOrderedDict\n)R");
            tensors.forEach((name, tensor) -> {
                text(pickle, name);
                String key = Integer.toString(storages.size());
                storages.put(key, tensor);
                tensor(pickle, key, tensor);
                pickle.write('s');
            });
            pickle.write('s');
        });
        text(pickle, "args");
        ascii(
                pickle,
                "cargparse\nNamespace\n)Rs."); // an object of a class that is not known here, as DINO's files hold
        byte[] bytes = pickle.toByteArray();
        try (ZipOutputStream zip = new ZipOutputStream(Files.newOutputStream(file))) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(bytes);
            for (Map.Entry<String, Tensor> storage : storages.entrySet()) {
                zip.putNextEntry(new ZipEntry("archive/data/" + storage.getKey()));
                ByteBuffer values =
                        ByteBuffer.allocate((int) storage.getValue().nbytes()).order(ByteOrder.LITTLE_ENDIAN);
                for (float value : Tensors.floats(storage.getValue())) {
                    values.putFloat(value);
                }
                zip.write(values.array());
            }
        }
        return file;
    }

    private static void tensor(ByteArrayOutputStream out, String key, Tensor tensor) {
        ascii(out, "ctorch._utils\n_rebuild_tensor_v2\n((");
        text(out, "storage");
        ascii(out, "ctorch\nFloatStorage\n");
        text(out, key);
        text(out, "cpu");
        integer(out, tensor.numel());
        ascii(out, "tQ");
        integer(out, 0);
        long[] shape = Tensors.shape(tensor);
        out.write('(');
        for (long size : shape) {
            integer(out, size);
        }
        ascii(out, "t(");
        for (int i = 0; i < shape.length; i++) {
            integer(out, tensor.stride(i));
        }
        out.write('t');
        out.write(0x89);
        ascii(out, "ccollections\nOrderedDict\n)RtR");
    }

    private static void integer(ByteArrayOutputStream out, long value) {
        out.write('J');
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt((int) value)
                .array());
    }

    private static void text(ByteArrayOutputStream out, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.write('X');
        out.writeBytes(ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        out.writeBytes(bytes);
    }

    private static void ascii(ByteArrayOutputStream out, String codes) {
        out.writeBytes(codes.getBytes(StandardCharsets.US_ASCII));
    }
}
