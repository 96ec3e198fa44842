package org.cyphervit.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Encoder;
import org.cyphervit.Fixture;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.EncoderStore;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ImportedEncoderTest {
    private static final Device CPU = new Device("cpu");
    private static final String REGISTRY = """
            encoders:
              - name: mine
                title: Mine
                architecture: {width: 24, depth: 2, heads: 3, patch: 8, feedForward: gelu, layerScale: false, registers: 0}
                images: {size: 32, micronsPerPixel: 0.5, mean: 0.5 0.6 0.7, std: 0.2 0.2 0.2}
                pooling: cls+mean
                licence: CC0-1.0
                trainingData: none
            """;

    @TempDir
    private Path folder;

    private final Backbone vit = VitConfig.of(24, 2, 3, 8, 32).build(4, CPU);
    private Map<String, Tensor> weights = Map.of();
    private RegisteredEncoder mine = EncoderRegistry.standard().named("deit-tiny");
    private Path out = Path.of("");

    @BeforeEach
    void weights() throws Exception {
        Path own = Files.writeString(folder.resolve("own.yaml"), REGISTRY);
        mine = EncoderRegistry.standard().with(own).named("mine");
        Files.delete(own);
        weights = vit.state();
        out = folder.resolve("out/mine.safetensors");
        System.setProperty(EncoderStore.PROPERTY, folder.resolve("store").toString());
    }

    @AfterEach
    void free() {
        vit.close();
        System.clearProperty(EncoderStore.PROPERTY);
    }

    private Path written(String name, Map<String, Tensor> tensors) throws Exception {
        Path file = folder.resolve(name);
        SafeTensors.write(file, tensors, Map.of());
        return file;
    }

    // Two shards and their index, as Hugging Face cuts large models.
    private Path sharded() throws Exception {
        Map<String, Tensor> first = new LinkedHashMap<>();
        Map<String, Tensor> second = new LinkedHashMap<>();
        StringBuilder index = new StringBuilder();
        weights.forEach((name, tensor) -> {
            boolean early = first.size() < weights.size() / 2;
            (early ? first : second).put(name, tensor);
            index.append(index.isEmpty() ? "" : ", ")
                    .append('"' + name + "\": \"model-0000" + (early ? 1 : 2) + "-of-00002.safetensors\"");
        });
        written("model-00001-of-00002.safetensors", first);
        written("model-00002-of-00002.safetensors", second);
        return Files.writeString(folder.resolve("model.safetensors.index.json"), "{\"weight_map\": {" + index + "}}");
    }

    @Test
    void anEntryOfTheRegistryMakesAnEncoderThatKnowsHowItIsUsed() throws Exception {
        Path file = written("weights.safetensors", weights);
        ImportedEncoder imported = ImportedEncoder.of(mine, file, EncoderStore.file("mine"), null);
        assertThat(imported.tensors()).isEqualTo(weights.size());
        EncoderSpec spec = EncoderFile.spec(Path.of("mine")); // by its name alone
        assertThat(spec.normalization().meanText()).isEqualTo("0.5 0.6 0.7");
        assertThat(spec.pooling()).isEqualTo(Pooling.CLS_MEAN);
        assertThat(spec.micronsPerPixel()).isEqualTo(0.5);
        assertThat(spec.license()).isEqualTo("CC0-1.0");
        try (Encoder encoder = Encoder.named("mine")) {
            assertThat(encoder.width()).isEqualTo(48);
        }
        assertThatThrownBy(() -> Encoder.named("yours"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("'yours'")
                .hasMessageContaining("encoder of the registry that was imported");
    }

    @Test
    void shardsAreOneModel() throws Exception {
        ImportedEncoder.of(mine, sharded(), out, null);
        try (Backbone read = EncoderFile.read(out, CPU);
                Scope scope = Scope.open()) {
            read.state()
                    .forEach((name, tensor) -> assertThat(Tensors.floats(tensor))
                            .isEqualTo(Tensors.floats(Objects.requireNonNull(weights.get(name)))));
        }
        ImportedEncoder.of(mine, folder, folder.resolve("out/again.safetensors"), null); // the folder alone
        try (Scope scope = Scope.open()) {
            Path again = folder.resolve("out/again.safetensors");
            assertThat(EncoderFile.spec(again)).isEqualTo(EncoderFile.spec(out));
            assertThat(SafeTensors.read(again).tensors().keySet()).isEqualTo(weights.keySet());
        }
    }

    @Test
    void brokenShardsAreNamed() throws Exception {
        Path index = sharded();
        Path second = folder.resolve("model-00002-of-00002.safetensors");
        byte[] bytes = Files.readAllBytes(second);
        Files.write(second, java.util.Arrays.copyOf(bytes, bytes.length - 1000));
        refused(index, "model-00002-of-00002.safetensors", "no intact safetensors file");
        Files.write(second, Files.readAllBytes(folder.resolve("model-00001-of-00002.safetensors")));
        refused(index, "model-00002-of-00002.safetensors' lacks", "download them again");
        Files.delete(second);
        refused(index, "is missing", "beside the index");
        Files.writeString(index, "{\"weight_map\": {\"a\": \"../../etc/passwd\"}}");
        refused(index, "../../etc/passwd", "without folders");
        Files.writeString(index, "{\"weights\": 1}");
        refused(index, "index.json", "no 'weight_map'");
        refused(folder.resolve("nowhere"), "nowhere", "Name a .safetensors");
        refused(Files.createDirectories(folder.resolve("empty")), "has no weights", "model.safetensors");
    }

    @Test
    void anotherArchitectureOrAnotherModelsNamesAreRefusedWhole() throws Exception {
        Path file = written("weights.safetensors", weights);
        RegisteredEncoder uni = EncoderRegistry.standard().named("uni");
        assertThatThrownBy(() -> ImportedEncoder.of(uni, file, out, null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("weights.safetensors' are not those of UNI")
                .hasMessageContaining("width 24, expected 1024")
                .hasMessageContaining("patch 8, expected 16")
                .hasMessageContaining("no LayerScale, expected one");
        Path other = Files.writeString(
                folder.resolve("other.yaml"),
                REGISTRY.replace("feedForward: gelu", "feedForward: swiglu, hidden: 64, positions: patches"));
        RegisteredEncoder gated = EncoderRegistry.standard().with(other).named("mine");
        assertThatThrownBy(() -> ImportedEncoder.of(gated, file, out, null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("kind gelu, expected swiglu")
                .hasMessageContaining("hidden 96, expected 64")
                .hasMessageContaining("positions for cls+patches, expected patches");
        Map<String, Tensor> partly = new LinkedHashMap<>(weights);
        partly.remove("blocks.1.mlp.fc2.weight");
        partly.put("blocks.1.adapter.weight", Objects.requireNonNull(weights.get("blocks.0.norm1.weight")));
        refused(
                written("partly.safetensors", partly),
                "missing blocks.1.mlp.fc2.weight",
                "unexpected blocks.1.adapter.weight");
        Map<String, Tensor> resnet =
                Map.of("layer1.0.conv1.weight", weights.values().iterator().next());
        refused(written("resnet.safetensors", resnet), "resnet.safetensors", "holds no vision transformer");
        assertThat(out).doesNotExist();
        assertThat(folder.resolve("out")).doesNotExist();
    }

    @Test
    void aPickleThatWantsToRunCodeIsRefusedByName() throws Exception {
        Path marker = folder.resolve("ran");
        Path hostile = pickled("cos\nsystem\n(S'touch " + marker + "'\ntR.");
        refused(hostile, "runs os.system when Python loads it", "Nothing was run");
        assertThat(marker).doesNotExist();
        refused(pickled("c__builtin__\neval\n(S'1'\ntR."), "__builtin__.eval", ".safetensors");
        refused(
                pickled("ctimm.models\nVisionTransformer\n(tR."),
                "whole Python object, timm.models.VisionTransformer",
                "state_dict()");
    }

    private Path pickled(String pickle) throws Exception {
        Path file = folder.resolve("hostile.pth");
        try (OutputStream stream = Files.newOutputStream(file);
                ZipOutputStream zip = new ZipOutputStream(stream)) {
            zip.putNextEntry(new ZipEntry("archive/data.pkl"));
            zip.write(pickle.getBytes(StandardCharsets.ISO_8859_1));
            zip.closeEntry();
        }
        return file;
    }

    @Test
    void halfPrecisionTakesHalfTheBytesAndIsReadBack() throws Exception {
        try (Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            weights.values().forEach(tensor -> tensor.add_(new Scalar(0.1))); // biases begin at 0
        }
        Path whole = folder.resolve("whole.safetensors");
        Path half = folder.resolve("half.safetensors");
        EncoderFile.write(whole, vit, Map.of());
        EncoderFile.write(half, vit, Map.of(), org.bytedeco.pytorch.global.torch.ScalarType.Half);
        assertThat(Files.size(half)).isLessThan(Files.size(whole) * 6 / 10);
        try (Backbone read = EncoderFile.read(half, CPU);
                Scope scope = Scope.open()) {
            read.state()
                    .forEach((name, tensor) -> assertThat(
                                    Fixture.relativeError(tensor, Objects.requireNonNull(weights.get(name))))
                            .as(name)
                            .isLessThan(1e-3));
        }
    }

    private void refused(Path file, String... why) throws Exception {
        assertThatThrownBy(() -> ImportedEncoder.of(mine, file, out, null))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll(why);
        try (Stream<Path> files = Files.walk(folder)) {
            assertThat(files).noneMatch(path -> path.toString().endsWith(".part"));
        }
        assertThat(out).doesNotExist();
    }
}
