package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bytedeco.pytorch.Device;
import org.cyphervit.backbone.Backbone;
import org.cyphervit.backbone.cypher.CypherVitConfig;
import org.cyphervit.backbone.vit.VitConfig;
import org.cyphervit.checkpoint.EncoderFile;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.file.hdf5.Hdf5Reader;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

class ShareCommandsTest {
    @TempDir
    private Path folder;

    private String cypher = "";
    private String vit = "";

    @BeforeEach
    void encoders() throws Exception {
        cypher = folder.resolve("cypher.safetensors").toString();
        vit = folder.resolve("vit.safetensors").toString();
        CypherVitConfig config = CypherVitConfig.of(24, 2, 8, 32, List.of(1, 1), List.of(6, 3));
        try (Backbone backbone = config.build(1, new Device("cpu"))) {
            EncoderFile.write(Path.of(cypher), backbone, Map.of("recipe", "run: {}"));
        }
        try (Backbone backbone = VitConfig.of(24, 1, 2, 8, 32).build(1, new Device("cpu"))) {
            EncoderFile.write(Path.of(vit), backbone, Map.of());
        }
    }

    @Test
    void exportWritesEveryFormatWithItsCard() throws Exception {
        Path out = folder.resolve("onnx");
        CommandRun onnx = CommandRun.of(
                "export",
                "--encoder",
                cypher,
                "--format",
                "onnx",
                "--out",
                out.toString(),
                "--license",
                "CC0-1.0",
                "--json");
        assertThat(onnx.code()).as(onnx.err()).isZero();
        assertThat(out.resolve("model.onnx")).isNotEmptyFile();
        JsonNode card = read(out.resolve("model-card.json"));
        assertThat(card.path("license").asString()).isEqualTo("CC0-1.0");
        assertThat(card.path("recipe").asString()).isEqualTo("run: {}");
        assertThat(card.path("outputs").path("assignment_0").toString()).isEqualTo("[\"batch\",16,6]");

        CommandRun missing =
                CommandRun.of("export", "--encoder", cypher, "--format", "wsinfer", "--out", folder + "/w");
        assertThat(missing.code()).isEqualTo(1);
        assertThat(missing.err()).contains("--mpp");
        CommandRun wsinfer = CommandRun.of(
                "export",
                "--encoder",
                cypher,
                "--format",
                "wsinfer",
                "--out",
                folder + "/w",
                "--mpp",
                "0.5",
                "--phenotypes",
                "stroma,glands,fat");
        assertThat(wsinfer.code()).as(wsinfer.err()).isZero();
        JsonNode config = read(folder.resolve("w/config.json"));
        assertThat(config.path("class_names").toString()).isEqualTo("[\"stroma\",\"glands\",\"fat\"]");
        assertThat(config.path("transform")
                        .get(2)
                        .path("arguments")
                        .path("mean")
                        .size())
                .isEqualTo(3);
        assertThat(folder.resolve("w/torchscript_model.pt")).isNotEmptyFile();

        CommandRun two = CommandRun.of(
                "export",
                "--encoder",
                cypher,
                "--format",
                "torchscript",
                "--out",
                folder + "/t",
                "--phenotypes",
                "a,b");
        assertThat(two.code()).isEqualTo(1);
        assertThat(two.err()).contains("3 phenotype tokens").doesNotContain("\tat ");
    }

    @Test
    void anEncoderKeepsItsScaleAndWsinferIsToldThatAlone() throws Exception {
        CommandRun set = CommandRun.of(
                "encoders",
                "set",
                cypher,
                "--tile-microns",
                "112",
                "--license",
                "CC0-1.0",
                "--pool",
                "tokens",
                "--json");
        assertThat(set.code()).as(set.err()).isZero();
        assertThat(set.json().path("microns_per_pixel").asString()).isEqualTo("3.5");
        CommandRun half = CommandRun.of("encoders", "set", "--encoder", cypher, "--mean", "0.7,0.5,0.6");
        assertThat(half.code()).isEqualTo(1);
        assertThat(half.err()).contains("give both");

        CommandRun wsinfer =
                CommandRun.of("export", "--encoder", cypher, "--format", "wsinfer", "--out", folder + "/w");
        assertThat(wsinfer.code()).as(wsinfer.err()).isZero();
        JsonNode config = read(folder.resolve("w/config.json"));
        assertThat(config.path("spacing_um_px").asDouble()
                        * config.path("patch_size_pixels").asInt())
                .isEqualTo(112);
        JsonNode card = read(folder.resolve("w/model-card.json"));
        assertThat(card.path("license").asString()).isEqualTo("CC0-1.0");
        assertThat(card.path("preprocessing").path("microns_per_tile").asDouble())
                .isEqualTo(112);
        assertThat(card.path("outputs").path("pooled").toString()).isEqualTo("[\"batch\",72]");

        CommandRun wrong = CommandRun.of(
                "export", "--encoder", cypher, "--format", "wsinfer", "--out", folder + "/x", "--mpp", "0.5");
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.err()).contains("saw 112.0 microns in images of 32 pixels", "--tile-microns");
        assertThat(folder.resolve("x")).doesNotExist();
    }

    @Test
    void embedPoolsAsTheFileSaysUnlessToldOtherwise() throws Exception {
        Path tiles = Files.createDirectories(folder.resolve("some"));
        ImageFiles.writePng(
                tiles.resolve("a.png"),
                GeneratedTissue.field(32, List.of(Phenotype.MUSCLE), 1).image());
        CommandRun.of("encoders", "set", "--encoder", vit, "--pool", "cls+mean");
        CommandRun own = CommandRun.of(
                "embed",
                "--encoder",
                vit,
                "--data",
                tiles.toString(),
                "--out",
                folder + "/own",
                "--format",
                "h5",
                "--json");
        assertThat(own.code()).as(own.err()).isZero();
        assertThat(own.json().path("width").asInt()).isEqualTo(48);
        try (Hdf5Reader h5 = Hdf5Reader.open(folder.resolve("own/features.h5"))) {
            assertThat(h5.attribute("features", "pooling")).isEqualTo("cls+mean");
            assertThat(h5.attribute("features", "mean")).isEqualTo("0.485 0.456 0.406");
        }
        CommandRun cls = CommandRun.of(
                "embed",
                "--encoder",
                vit,
                "--data",
                tiles.toString(),
                "--out",
                folder + "/cls",
                "--pool",
                "cls",
                "--json");
        assertThat(cls.json().path("width").asInt()).isEqualTo(24);
        assertThat(read(folder.resolve("cls/about.json")).path("pooling").asString())
                .isEqualTo("cls");
        CommandRun unknown = CommandRun.of(
                "embed", "--encoder", vit, "--data", tiles.toString(), "--out", folder + "/no", "--pool", "max");
        assertThat(unknown.code()).isEqualTo(1);
        assertThat(unknown.err()).contains("Unknown pooling 'max'", "cls+mean");
    }

    @Test
    void safetensorsAreReadBackByThisProgramAndDescribedForTimm() throws Exception {
        for (String encoder : List.of(cypher, vit)) {
            Path out = folder.resolve("s-" + Path.of(encoder).getFileName());
            CommandRun run =
                    CommandRun.of("export", "--encoder", encoder, "--format", "safetensors", "--out", out.toString());
            assertThat(run.code()).as(run.err()).isZero();
            try (Backbone backbone = EncoderFile.read(out.resolve("model.safetensors"), new Device("cpu"))) {
                assertThat(backbone.config().width()).isEqualTo(24);
            }
        }
        JsonNode timm = read(folder.resolve("s-vit.safetensors/config.json"));
        assertThat(timm.path("model_args").path("embed_dim").asInt()).isEqualTo(24);
        assertThat(folder.resolve("s-cypher.safetensors/config.json")).doesNotExist();
    }

    @Test
    void umapDrawsCheckpointsSideBySideAndFeaturesAlone() throws Exception {
        Path tiles = folder.resolve("tiles");
        for (int i = 0; i < 24; i++) {
            Path file = tiles.resolve((i % 2 == 0 ? "muscle" : "fat") + "/" + i + ".png");
            Files.createDirectories(file.getParent());
            Phenotype phenotype = i % 2 == 0 ? Phenotype.MUSCLE : Phenotype.ADIPOSE;
            ImageFiles.writePng(
                    file, GeneratedTissue.field(32, List.of(phenotype), i).image());
        }
        CommandRun both = CommandRun.of(
                "umap",
                "--encoder",
                cypher,
                vit,
                "--data",
                tiles.toString(),
                "--out",
                folder + "/u",
                "--neighbours",
                "5",
                "--json");
        assertThat(both.code()).as(both.err()).isZero();
        assertThat(both.json().path("trustworthiness").size()).isEqualTo(2);
        assertThat(ImageFiles.read(folder.resolve("u/umap.png")).width()).isGreaterThan(900);
        assertThat(Files.readString(folder.resolve("u/umap.svg"))).contains("muscle", "fat", "cypher.safetensors");
        assertThat(Files.readAllLines(folder.resolve("u/umap-2.csv"))).hasSize(25);

        CommandRun.of("embed", "--encoder", vit, "--data", tiles.toString(), "--out", folder + "/e");
        CommandRun one = CommandRun.of(
                "umap",
                "--features",
                folder + "/e",
                "--out",
                folder + "/v",
                "--neighbours",
                "5",
                "--limit",
                "20",
                "--json");
        assertThat(one.json().path("tiles").toString()).isEqualTo("[20]");
        assertThat(CommandRun.of("umap", "--data", tiles.toString(), "--out", folder + "/x")
                        .err())
                .contains("--features", "--encoder");
    }

    @Test
    void mapGoesOnAfterASlideThatItCannotReadAndRefusesATargetWithoutAMethod() throws Exception {
        Path slide = folder.resolve("field.png");
        ImageFiles.writePng(
                slide, GeneratedTissue.field(200, List.of(Phenotype.MUSCLE), 5).image());
        Path broken = Files.writeString(folder.resolve("broken.svs"), "nothing");
        CommandRun map = map(broken.toString(), slide.toString(), "--json");
        assertThat(map.code()).isOne();
        assertThat(map.err()).contains("broken.svs", "Left out: 1 of 2 slides");
        assertThat(map.json().path("maps").size()).isOne();
        assertThat(folder.resolve("maps/field/map.json")).isNotEmptyFile();

        Path slides = Files.createDirectories(folder.resolve("slides"));
        Files.copy(slide, slides.resolve("one.png"));
        Files.copy(slide, slides.resolve("two.png"));
        CommandRun all = map(slides.toString(), "--json");
        assertThat(all.code()).as(all.err()).isZero();
        assertThat(all.json().path("maps").size()).isEqualTo(2);
        assertThat(folder.resolve("maps/two/report.html")).isNotEmptyFile();

        CommandRun inert = map(slide.toString(), "--stain-target", slide.toString());
        assertThat(inert.code()).isOne();
        assertThat(inert.err()).contains("--stain-target needs a method");
    }

    private CommandRun map(String... more) {
        List<String> words = new ArrayList<>(List.of("map", "--encoder", vit, "--out", folder + "/maps"));
        words.addAll(List.of("--mpp", "1", "--tile-microns", "32", "--shifts", "1", "--tissue", "0"));
        words.addAll(List.of(more));
        return CommandRun.of(words.toArray(String[]::new));
    }

    private static JsonNode read(Path file) throws Exception {
        return new ObjectMapper().readTree(Files.readString(file));
    }
}
