package org.cyphervit.checkpoint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncoderBoxTest {
    @TempDir
    private Path folder;

    @BeforeEach
    void store() {
        System.setProperty(EncoderStore.PROPERTY, folder.resolve("store").toString());
    }

    @AfterEach
    void standard() {
        System.clearProperty(EncoderStore.PROPERTY);
    }

    @Test
    void theEncoderOfAnArtefactIsUnpackedOnceAndWorks() throws Exception {
        Path weights = Files.createDirectories(folder.resolve("org/cyphervit/encoders/box"))
                .resolve("encoder.safetensors");
        try (Backbone backbone = VitConfig.of(24, 1, 2, 8, 32).build(1, new Device("cpu"))) {
            EncoderFile.write(weights, backbone, Map.of());
        }
        try (URLClassLoader jar = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            Path file = EncoderBox.file(jar, EncoderBox.NAME);
            assertThat(file).hasSameBinaryContentAs(weights).hasParentRaw(folder.resolve("store"));
            long written = Files.getLastModifiedTime(file).toMillis();
            assertThat(EncoderBox.file(jar, EncoderBox.NAME)).isEqualTo(file);
            assertThat(Files.getLastModifiedTime(file).toMillis()).isEqualTo(written);
            try (Backbone backbone = EncoderFile.read(file, new Device("cpu"))) {
                assertThat(backbone.config().width()).isEqualTo(24);
            }
            Files.write(file, new byte[3]); // cut by someone
            assertThat(EncoderBox.file(jar, EncoderBox.NAME)).hasSameBinaryContentAs(weights);
        }
    }

    @Test
    void withoutTheArtefactItIsSaidPlainly() throws Exception {
        try (URLClassLoader none = new URLClassLoader(new URL[0], null)) {
            assertThatThrownBy(() -> EncoderBox.file(none, EncoderBox.NAME))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("does not come with this installation")
                    .hasMessageContaining("cyphervit-encoders")
                    .hasMessageContaining("Name a run's folder");
        }
        Path large = Files.createDirectories(folder.resolve("org/cyphervit/encoders/box"))
                .resolve("encoder.safetensors");
        Files.write(large, new byte[(25 << 20) + 1]);
        try (URLClassLoader jar = new URLClassLoader(new URL[] {folder.toUri().toURL()}, null)) {
            assertThatThrownBy(() -> EncoderBox.file(jar, EncoderBox.NAME))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("artefact is broken");
        }
    }
}
