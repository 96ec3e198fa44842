package org.cyphervit.encoders;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Pooling;
import org.cyphervit.file.AtomicFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderRegistryTest {
    private static final String OWN = """
            encoders:
              - name: mine
                title: Mine
                architecture: {width: 24, depth: 1, heads: 2, patch: 8, feedForward: gelu, registers: 0}
                images: {size: 32, micronsPerPixel: 0.5, mean: 0.5 0.5 0.5, std: 0.2 0.2 0.2}
                pooling: cls+mean
              - name: uni
                title: My own copy
                architecture: {}
                images: {mean: unknown}
                pooling: mean
            """;

    private final EncoderRegistry registry = EncoderRegistry.standard();

    @TempDir
    private Path folder;

    @Test
    void itKnowsTheEncodersThatPathologistsUse() {
        assertThat(registry.all())
                .extracting(RegisteredEncoder::name)
                .contains("uni", "uni2-h", "virchow", "virchow2", "phikon", "phikon-v2", "hibou-b", "hibou-l")
                .contains("h-optimus-0", "h-optimus-1", "prov-gigapath", "lunit-dino-s8", "midnight-12k", "gpfm")
                .contains("dinov2-s14", "dinov2-g14-reg4", "dinov3-l16", "deit-tiny", "deit-small");
        RegisteredEncoder lunit = registry.named("Lunit-DINO-S8");
        assertThat(lunit.spec(null).normalization().meanText()).startsWith("0.7032");
        RegisteredEncoder virchow = registry.named("virchow2");
        assertThat(virchow.spec(null).pooling()).isEqualTo(Pooling.CLS_MEAN);
        assertThat(virchow.featureWidth()).isEqualTo(2 * 1280);
        assertThat(virchow.architecture().positions()).isEqualTo("cls+registers+patches");
        assertThat(registry.named("uni").spec(null).micronsPerPixel()).isEqualTo(0.571429);
        assertThat(registry.named("h-optimus-0").access()).isNull(); // no source tells
    }

    @Test
    void everyEntryAddsUp() {
        for (RegisteredEncoder encoder : registry.all()) {
            int width = Objects.requireNonNull(encoder.architecture().width(), encoder.name());
            int heads = Objects.requireNonNull(encoder.architecture().heads(), encoder.name());
            assertThat(width % heads).as(encoder.name()).isZero();
            int factor = Pooling.parse(encoder.pooling()) == Pooling.CLS_MEAN ? 2 : 1;
            assertThat(encoder.featureWidth()).as(encoder.name()).isEqualTo(factor * width);
            assertThat(encoder.files().isEmpty()).as(encoder.name()).isEqualTo(encoder.repository() == null);
        }
    }

    @Test
    void aNameThatIsNotThereIsGuessedAndAnUnknownNormalisationRefused() {
        assertThatThrownBy(() -> registry.named("uni2"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("did you mean 'uni'");
        assertThatThrownBy(() -> registry.named("hibou-b").spec(null))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("does not know how Hibou-B normalises images")
                .hasMessageContaining("model card");
    }

    @Test
    void aUsersFileAddsAndReplacesAndAnEntryPrintedIsReadAgain() throws Exception {
        Path file = Files.writeString(folder.resolve("own.yaml"), OWN);
        EncoderRegistry all = registry.with(file);
        assertThat(all.named("uni").title()).isEqualTo("My own copy");
        assertThat(all.named("mine").spec(null).pooling()).isEqualTo(Pooling.CLS_MEAN);
        assertThat(all.all()).hasSize(registry.all().size() + 1);
        for (RegisteredEncoder encoder : all.all()) {
            Path printed = Files.writeString(folder.resolve("printed.yaml"), EncoderRegistry.yaml(encoder));
            assertThat(registry.with(printed).named(encoder.name())).isEqualTo(encoder);
        }
    }

    @Test
    void aBrokenFileIsNamedWithTheEntryAndTheKey() {
        refused("nothing: here", "expected a list under 'encoders:'");
        refused("encoders: [", "is no YAML");
        refused(OWN.replace("title: Mine", "titel: Mine"), "has no 'title'");
        refused(OWN.replace("pooling: cls+mean", "pooling: max"), "expected one of cls, mean");
        refused(OWN.replace("feedForward: gelu", "feedForward: relu"), "one of gelu, swiglu");
        refused(OWN.replace("mean: 0.5 0.5 0.5", "mean: 0.5 0.5"), "three means");
        refused(OWN.replace("name: uni", "name: mine"), "is there twice");
        refused(OWN.replace("name: mine", "name: ../mine"), "lower case letters");
        refused(OWN.replace("patch: 8", "path: 8"), "path");
    }

    private void refused(String yaml, String why) {
        Path file = folder.resolve("broken.yaml");
        assertThatThrownBy(() -> registry.with(Files.writeString(file, yaml)))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("broken.yaml")
                .hasMessageContaining(why);
    }

    @Test
    void theReferencePageIsInStep() throws Exception {
        Path page = Path.of("../docs/reference/encoders.md");
        String expected = RegistryPage.of(registry);
        if (Boolean.getBoolean("write.docs")) {
            AtomicFiles.write(page, expected);
        }
        assertThat(page)
                .as("run this test with -Dwrite.docs=true to write the page anew")
                .hasContent(expected);
    }
}
