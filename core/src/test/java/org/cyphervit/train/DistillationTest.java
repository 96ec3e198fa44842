package org.cyphervit.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.bytedeco.pytorch.Tensor;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.augment.Normalization;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.EncoderSpec;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.torch.Scope;
import org.cyphervit.torch.Tensors;
import org.cyphervit.train.recipe.Recipe;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A small encoder learns what another makes of tiles: other patches, another normalisation, another feature. */
class DistillationTest {
    private static final Normalization OTHER = Normalization.of("0.7 0.54 0.66", "0.22 0.26 0.21");

    @TempDir
    private Path folder;

    private Path teacher;

    @BeforeEach
    void teacher() throws IOException {
        teacher = folder.resolve("teacher.safetensors");
        try (Scope scope = Scope.open();
                Backbone backbone = VitConfig.of(48, 2, 2, 16, 32).build(3, TestDevice.get())) {
            EncoderSpec spec = EncoderSpec.STANDARD.withNormalization(OTHER).withPooling(Pooling.CLS_MEAN);
            EncoderFile.write(teacher, backbone.describe(spec), Map.of());
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"cosine", "squared"})
    void aStudentComesToTheFeaturesOfItsTeacher(String loss) throws IOException {
        List<Double> pooled = new ArrayList<>();
        List<Double> patches = new ArrayList<>();
        RunListener watch = new RunListener() {
            @Override
            public void stepped(Step step) {
                pooled.add(Objects.requireNonNull(step.measures().get("pooled_distance")));
                patches.add(Objects.requireNonNull(step.measures().get("patch_distance")));
            }
        };
        new Run(folder.resolve("run"), recipe(60, "method.loss=" + loss), TinyRun.TISSUE, null, List.of(watch))
                .train(false);
        assertThat(pooled.getLast()).isLessThan(0.3 * pooled.getFirst());
        assertThat(patches.getLast()).isLessThan(0.7 * patches.getFirst());
    }

    @Test
    void stoppedAndResumedItEndsWithTheSameBits() throws IOException {
        Path whole = folder.resolve("whole");
        Path parts = folder.resolve("parts");
        new Run(whole, recipe(5), TinyRun.TISSUE, null, List.of()).train(false);
        TinyRun.stoppedAfter(2, parts, recipe(5), TinyRun.TISSUE);
        new Run(parts, recipe(5), TinyRun.TISSUE, null, List.of()).train(true);
        assertThat(parts.resolve(EncoderFile.NAME)).hasSameBinaryContentAs(whole.resolve(EncoderFile.NAME));
    }

    @Test
    void imagesOfAnotherNormalisationAreThoseThatItWouldHaveMade() {
        byte[] rgb = new byte[3 * 4 * 4];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = (byte) (5 * i);
        }
        try (Scope scope = Scope.open()) {
            Tensor own = OTHER.images(rgb, 1, 4, TestDevice.get());
            Tensor converted =
                    OTHER.converted(Normalization.IMAGENET.images(rgb, 1, 4, TestDevice.get()), Normalization.IMAGENET);
            float[] expected = Tensors.floats(own);
            float[] got = Tensors.floats(converted);
            for (int i = 0; i < got.length; i++) {
                assertThat(got[i]).isCloseTo(expected[i], within(1e-5f));
            }
        }
    }

    @Test
    void aTeacherThatIsNotThereIsNamedAndLeavesNothing() {
        Path run = folder.resolve("run");
        assertThatThrownBy(() ->
                        new Run(run, recipe(2, "method.teacher=''"), TinyRun.TISSUE, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("set method.teacher");
        assertThatThrownBy(() ->
                        new Run(run, recipe(2, "method.teacher=uni2-h"), TinyRun.TISSUE, null, List.of()).train(false))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("uni2-h");
        assertThat(Files.exists(run.resolve(Run.RECIPE))).isFalse();
    }

    private Recipe recipe(long steps, String... settings) {
        List<String> all = new ArrayList<>(List.of(
                "method={name: distill, teacher: '" + teacher + "'}",
                "views={globalSize: 48, globalMin: 0.8, colorStrength: 0.1}",
                "optimizer={learningRate: 0.002, warmup: 0.1}",
                "run.batch=8"));
        all.addAll(List.of(settings));
        return TinyRun.simclr("vit_nano", steps, all.toArray(String[]::new));
    }
}
