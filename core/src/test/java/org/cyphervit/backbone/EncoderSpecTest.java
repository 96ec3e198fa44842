package org.cyphervit.backbone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Device;
import org.bytedeco.pytorch.NoGradGuard;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.Encoder;
import org.cyphervit.Fixture;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.RgbImage;
import org.cyphervit.interpret.PhenotypeMaps;
import org.cyphervit.nn.ForwardMode;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderSpecTest {
    private static final Device CPU = new Device("cpu");
    private static final VitConfig VIT = VitConfig.of(24, 2, 2, 8, 32);
    private static final RgbImage IMAGE =
            GeneratedTissue.field(32, List.of(Phenotype.MUSCLE), 1).image();
    // Lunit's.
    private static final Normalization LUNIT =
            Normalization.of("0.70322989 0.53606487 0.66096631", "0.21716536 0.26081574 0.20723464");

    @TempDir
    private Path folder;

    @Test
    void anotherMeanGivesTheFeaturesOfTheImageNormalisedByHand() throws Exception {
        Path lunit = written(EncoderSpec.STANDARD.withNormalization(LUNIT));
        try (Backbone backbone = EncoderFile.read(lunit, CPU);
                Encoder encoder = Encoder.load(lunit);
                Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            assertThat(backbone.spec().normalization()).isEqualTo(LUNIT);
            float[] mean = {0.7032299f, 0.53606486f, 0.66096634f};
            float[] std = {0.21716537f, 0.26081574f, 0.20723464f};
            float[] byHand = new float[3 * 32 * 32];
            for (int i = 0; i < 32 * 32; i++) {
                for (int c = 0; c < 3; c++) {
                    byHand[c * 32 * 32 + i] = ((IMAGE.rgb()[3 * i + c] & 0xff) / 255f - mean[c]) / std[c];
                }
            }
            Tensor images = Tensors.of(byHand, 1, 3, 32, 32);
            Tensor expected = backbone.pooled(images, ForwardMode.evaluation());
            Tensor got = Tensors.of(encoder.embed(IMAGE), 1, 24);
            assertThat(Fixture.relativeError(got, expected)).isLessThan(1e-5);

            Tensor imageNet =
                    backbone.pooled(Normalization.IMAGENET.images(IMAGE.rgb(), 1, 32, CPU), ForwardMode.evaluation());
            assertThat(Fixture.relativeError(imageNet, expected)).isGreaterThan(1e-2);

            PhenotypeMaps maps = PhenotypeMaps.of(backbone, IMAGE, 1, CPU);
            backbone.describe(EncoderSpec.STANDARD);
            assertThat(PhenotypeMaps.of(backbone, IMAGE, 1, CPU).shares().getFirst())
                    .isNotEqualTo(maps.shares().getFirst());
        }
    }

    @Test
    void everythingTravelsInTheHeader() throws Exception {
        EncoderSpec spec = new EncoderSpec(LUNIT, Pooling.CLS_MEAN, 64, 0.5, "one", "CC0-1.0", "tiles of mine");
        Path file = written(spec);
        assertThat(EncoderFile.spec(file)).isEqualTo(spec);
        assertThat(EncoderFile.notes(file))
                .containsEntry("microns_per_tile", "32.0")
                .containsEntry("patch", "8")
                .containsEntry("image_size", "64");
        try (Backbone backbone = EncoderFile.read(file, CPU);
                Encoder encoder = Encoder.load(file)) {
            assertThat(backbone.imageSize()).isEqualTo(64);
            assertThat(encoder.imageSize()).isEqualTo(64);
            assertThat(encoder.embed(IMAGE)).hasSize(encoder.width()).hasSize(48);
        }
        EncoderFile.describe(file, old -> old.withMicronsPerPixel(0.25).withPooling(Pooling.MEAN));
        assertThat(EncoderFile.spec(file))
                .isEqualTo(spec.withMicronsPerPixel(0.25).withPooling(Pooling.MEAN));
    }

    @Test
    void filesOfEarlierVersionsKeepImageNetAndTheirPooling() throws Exception {
        Path file = written(EncoderSpec.STANDARD);
        float[] expected = feature(file);
        Path older = header(
                file,
                header -> header.keySet()
                        .removeAll(List.of("pooling", "image_size", "patch", "microns_per_pixel", "microns_per_tile")));
        assertThat(EncoderFile.spec(older).withMicronsPerPixel(null)).isEqualTo(EncoderSpec.STANDARD);
        assertThat(feature(older)).isEqualTo(expected);
        Path oldest = header(older, header -> header.keySet().removeAll(List.of("mean", "std")));
        assertThat(feature(oldest)).isEqualTo(expected);
    }

    @Test
    void aHeaderThatMakesNoSenseIsRefusedByNameOfTheFile() throws Exception {
        Path file = written(EncoderSpec.STANDARD);
        refused(header(file, header -> header.remove("std")), "'mean' but no 'std'");
        refused(header(file, header -> header.put("std", "0.1 0.2")), "three standard deviations");
        refused(header(file, header -> header.put("std", "0 0 0")), "(0, 1]");
        refused(header(file, header -> header.put("mean", "a b c")), "three numbers");
        refused(header(file, header -> header.put("pooling", "max")), "expected one of cls, mean, cls+mean, tokens");
        refused(header(file, header -> header.put("microns_per_pixel", "half")), "is no number");
        refused(header(file, header -> header.put("microns_per_pixel", "-1")), "above 0");
    }

    @Test
    void eachPoolingIsWhatItSays() {
        try (Backbone vit = VIT.build(1, CPU);
                Scope scope = Scope.open();
                NoGradGuard noGrad = new NoGradGuard()) {
            Tensor images = vit.normalized(IMAGE.rgb(), 1, 32, CPU);
            Features features = vit.forward(images, ForwardMode.evaluation());
            float[] cls = Tensors.floats(features.pooled());
            float[] patches = Tensors.floats(features.patches());
            float[] mean = new float[24];
            for (int i = 0; i < patches.length; i++) {
                mean[i % 24] += patches[i] / 16;
            }
            assertThat(pooled(vit, images, Pooling.CLS))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(cls);
            assertThat(pooled(vit, images, Pooling.TOKENS))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(cls);
            assertThat(pooled(vit, images, Pooling.MEAN))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(mean);
            float[] both = java.util.Arrays.copyOf(cls, 48);
            System.arraycopy(mean, 0, both, 24, 24);
            assertThat(pooled(vit, images, Pooling.CLS_MEAN))
                    .usingComparatorWithPrecision(1e-5f)
                    .containsExactly(both);
        }
    }

    private static float[] pooled(Backbone backbone, Tensor images, Pooling pooling) {
        assertThat(pooling.width(backbone.config())).isEqualTo((int)
                backbone.feature(images, pooling, ForwardMode.evaluation()).size(1));
        return Tensors.floats(backbone.feature(images, pooling, ForwardMode.evaluation()));
    }

    private Path written(EncoderSpec spec) throws Exception {
        Path file = folder.resolve("encoder.safetensors");
        try (Backbone backbone = VIT.build(3, CPU).describe(spec)) {
            EncoderFile.write(file, backbone, Map.of());
        }
        return file;
    }

    private Path header(Path file, Consumer<Map<String, String>> change) throws Exception {
        Path other = folder.resolve("other.safetensors");
        try (Scope scope = Scope.open()) {
            SafeTensors.Contents contents = SafeTensors.read(file);
            Map<String, String> header = new LinkedHashMap<>(contents.metadata());
            change.accept(header);
            SafeTensors.write(other, contents.tensors(), header);
        }
        return other;
    }

    private static float[] feature(Path file) throws Exception {
        try (Encoder encoder = Encoder.load(file)) {
            return encoder.embed(IMAGE);
        }
    }

    private static void refused(Path file, String why) {
        assertThatThrownBy(() -> EncoderFile.read(file, CPU))
                .isInstanceOf(UserError.class)
                .hasMessageContaining(file.toString())
                .hasMessageContaining(why);
    }
}
