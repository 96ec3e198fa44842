package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderBox;
import org.cyphervit.checkpoint.EncoderStore;
import org.cyphervit.checkpoint.SafeTensors;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EncodersCommandsTest {
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
    void listAndShowTellWhatTheRegistryKnowsAndWhatNot() {
        CommandRun list = CommandRun.of("encoders", "list", "--json");
        assertThat(list.code()).as(list.err()).isZero();
        assertThat(list.json().path("encoders").size()).isGreaterThan(25);
        assertThat(list.err()).contains("uni2-h", "virchow2");
        CommandRun show = CommandRun.of("encoders", "show", "h-optimus-0", "--json");
        assertThat(show.code()).as(show.err()).isZero();
        assertThat(show.err()).contains("0.707223 0.578729 0.703617", "access        unknown", "bioptimus/H-optimus-0");
        assertThat(show.json().path("images").path("micronsPerPixel").asDouble())
                .isEqualTo(0.5);
        CommandRun wrong = CommandRun.of("encoders", "show", "uni3");
        assertThat(wrong.code()).isOne();
        assertThat(wrong.err())
                .contains("no encoder 'uni3'", "did you mean 'uni'")
                .doesNotContain("\tat ");
    }

    @Test
    void anImportedEncoderIsKnownByItsName() throws Exception {
        Path weights = folder.resolve("weights.safetensors");
        try (Backbone backbone = VitConfig.of(24, 1, 2, 8, 32).build(1, new Device("cpu"))) {
            SafeTensors.write(weights, backbone.state(), Map.of());
        }
        Path own = Files.writeString(folder.resolve("own.yaml"), """
                encoders:
                  - name: mine
                    title: Mine
                    architecture: {width: 24, depth: 1, heads: 2, patch: 8}
                    images: {size: 32, micronsPerPixel: 0.5, mean: 0.5 0.6 0.7, std: 0.2 0.2 0.2}
                    pooling: cls+mean
                """);
        CommandRun imported =
                CommandRun.of("encoders", "import", "mine", weights.toString(), "--registry", own.toString(), "--json");
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(imported.json().path("pooling").asString()).isEqualTo("cls+mean");
        CommandRun set = CommandRun.of("encoders", "set", "mine", "--license", "CC0-1.0", "--json");
        assertThat(set.code()).as(set.err()).isZero();
        assertThat(set.json().path("mean").asString()).isEqualTo("0.5 0.6 0.7");
        CommandRun packed =
                CommandRun.of("encoders", "pack", "--encoder", "mine", "--out", folder + "/half.safetensors");
        assertThat(packed.code()).as(packed.err()).isZero();
        assertThat(Files.size(folder.resolve("half.safetensors")))
                .isLessThan(Files.size(folder.resolve("store/mine.safetensors")));

        String tiles = Files.createDirectories(folder.resolve("tiles")).toString();
        GeneratedTissue tissue = new GeneratedTissue(2, 2, 48, 1);
        for (int i = 0; i < tissue.size(); i++) {
            ImageFiles.writePng(Path.of(tiles, i + ".png"), tissue.read(i));
        }
        CommandRun clustered = CommandRun.of(
                "encoders",
                "cluster",
                "--encoder",
                "mine",
                "--data",
                tiles,
                "--count",
                "3",
                "--out",
                folder + "/c.safetensors");
        assertThat(clustered.code()).as(clustered.err()).isZero();
        CommandRun attended = CommandRun.of(
                "attend",
                tiles,
                "--encoder",
                folder + "/c.safetensors",
                "--count",
                "1",
                "--out",
                folder + "/a",
                "--json");
        assertThat(attended.code()).as(attended.err()).isZero();
        assertThat(attended.json().path("names").toString()).isEqualTo("[\"cluster 1\",\"cluster 2\",\"cluster 3\"]");

        CommandRun nowhere = CommandRun.of("encoders", "import", weights.toString());
        assertThat(nowhere.code()).isOne();
        assertThat(nowhere.err()).contains("--out FILE");
        CommandRun other = CommandRun.of("encoders", "import", "uni", weights.toString());
        assertThat(other.code()).isOne();
        assertThat(other.err()).contains("are not those of UNI", "width 24, expected 1024");
        assertThat(EncoderStore.file("uni")).doesNotExist();
    }

    @Test
    void getSaysWhereAnEncoderIsThatNoHubHasAndAsksForAnUnknownNormalisation() {
        CommandRun deit = CommandRun.of("encoders", "get", "deit-tiny");
        assertThat(deit.code()).isOne();
        assertThat(deit.err()).contains("does not know where to download DeiT-Tiny", "encoders import deit-tiny FILE");
        CommandRun hibou = CommandRun.of("encoders", "get", "hibou-b");
        assertThat(hibou.code()).isOne();
        assertThat(hibou.err()).contains("does not know how Hibou-B normalises images");
    }

    @Test
    void bothEncodersOfTheBoxAreReadyAndGiveFeaturesOfTheirOwn() throws Exception {
        GeneratedTissue tissue = new GeneratedTissue(4, 3, 48, 1);
        Path tiles = folder.resolve("tiles");
        for (int i = 0; i < tissue.size(); i++) {
            Path place = tiles.resolve(tissue.classes().get(tissue.label(i)));
            ImageFiles.writePng(Files.createDirectories(place).resolve(i + ".png"), tissue.read(i));
        }
        assertThat(CommandRun.of("encoders", "list").err()).contains(EncoderBox.names());
        for (String encoder : EncoderBox.names()) {
            CommandRun show = CommandRun.of("encoders", "show", encoder);
            assertThat(show.err()).contains("`" + encoder + "`", "not a diagnosis");
            String out = folder.resolve(encoder).toString();
            CommandRun embedded =
                    CommandRun.of("embed", "--encoder", encoder, "--data", tiles.toString(), "--out", out, "--json");
            assertThat(embedded.code()).as(embedded.err()).isZero();
            assertThat(embedded.json().path("width").asInt()).isEqualTo(192);
        }
        assertThat(folder.resolve(EncoderBox.VIT).resolve("features.npy"))
                .isRegularFile()
                .satisfies(file -> assertThat(Files.readAllBytes(file))
                        .isNotEqualTo(Files.readAllBytes(
                                folder.resolve(EncoderBox.NAME).resolve("features.npy"))));
    }
}
