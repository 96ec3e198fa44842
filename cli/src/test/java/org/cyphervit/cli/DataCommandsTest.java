package org.cyphervit.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.data.generated.GeneratedTissue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCommandsTest {
    @Test
    void setsAreListedAndShown() {
        CommandRun list = CommandRun.of("data", "list", "--json");
        assertThat(list.json().path("sets")).hasSize(13);
        assertThat(list.err()).contains("pannuke", "CC-BY-NC-SA-4.0");
        CommandRun show = CommandRun.of("data", "show", "pcam", "--json");
        assertThat(show.json().path("parts").path("train").path(0).asInt()).isEqualTo(262_144);
        assertThat(show.err()).contains("zenodo.2546921", "#valid", "pcam:FOLDER#train");
        assertThat(CommandRun.of("data", "show", "pcan").code()).isEqualTo(1);
        assertThat(CommandRun.of("data", "show", "panuke").err()).contains("Did you mean 'pannuke'?");
    }

    @Test
    void packedTilesAreTilesLikeAnyOther(@TempDir Path folder) throws Exception {
        Path tiles = folder.resolve("tiles");
        new GeneratedTissue(2, 2, 48, 1).writeTo(tiles, done -> {});
        String packed = folder.resolve("packed").toString();
        CommandRun pack = CommandRun.of("pack", "--data", tiles.toString(), "--out", packed, "--json");
        assertThat(pack.code()).as(pack.err()).isZero();
        assertThat(pack.json().path("tiles").asInt()).isEqualTo(18);
        assertThat(CommandRun.of("pack", "--check", packed, "--json").json().path("damaged"))
                .isEmpty();
        Path shard = Path.of(pack.json().path("shards").path(0).asString());
        CommandRun onto = CommandRun.of("pack", "--data", "shards:" + packed, "--out", packed, "--overwrite");
        assertThat(onto.code()).isEqualTo(1);
        assertThat(onto.err()).contains("choose another folder");
        assertThat(shard).exists();
        CommandRun normalize = CommandRun.of(
                "normalize",
                "--data",
                "shards:" + packed,
                "--out",
                folder.resolve("n").toString(),
                "--json");
        assertThat(normalize.json().path("tiles").asInt()).isEqualTo(18);
        byte[] bytes = Files.readAllBytes(shard);
        bytes[2000] ^= 1;
        Files.write(shard, bytes);
        CommandRun damaged = CommandRun.of("pack", "--check", packed);
        assertThat(damaged.code()).isEqualTo(1);
        assertThat(damaged.err()).contains("tiles-000000.tar");
        CommandRun part = CommandRun.of(
                "pack", "--data", tiles + "#train", "--out", folder.resolve("x").toString());
        assertThat(part.err()).contains("has no parts");
    }
}
