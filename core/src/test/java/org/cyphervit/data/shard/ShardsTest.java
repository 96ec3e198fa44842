package org.cyphervit.data.shard;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.cyphervit.UserError;
import org.cyphervit.augment.ViewOptions;
import org.cyphervit.augment.ViewRecipe;
import org.cyphervit.augment.batch.CpuViewBatch;
import org.cyphervit.augment.batch.ViewLoader;
import org.cyphervit.data.DelegatingTileSource;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.file.TarShards;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShardsTest {
    @TempDir
    private Path folder;

    private TileSource tiles = new GeneratedTissue(1, 1, 48, 1);

    @BeforeEach
    void paint() throws IOException {
        new GeneratedTissue(3, 2, 48, 4).writeTo(folder.resolve("tiles"), done -> {});
        tiles = ImageFolder.scan(folder.resolve("tiles"), ImageFolder.Labels.PARENT, 16, 1);
    }

    @Test
    void trainingFromShardsIsTrainingFromTheFolder() throws IOException {
        Path packed = folder.resolve("packed");
        ShardPacker.Result result = ShardPacker.pack(tiles, packed, false, 40_000, done -> {});
        assertThat(result.shards()).hasSizeGreaterThan(2);
        TileSource shards = Shards.open(packed);
        assertThat(shards.fingerprint()).isEqualTo(tiles.fingerprint());
        assertThat(shards.classes()).isEqualTo(tiles.classes());
        for (int i = 0; i < tiles.size(); i++) {
            assertThat(shards.name(i)).isEqualTo(tiles.name(i));
            assertThat(shards.label(i)).isEqualTo(tiles.label(i));
            assertThat(shards.group(i)).isEqualTo(tiles.group(i));
            assertThat(shards.encoded(i).orElseThrow().bytes())
                    .isEqualTo(tiles.encoded(i).orElseThrow().bytes());
        }
        ViewRecipe recipe = ViewOptions.MultiCrop.of(32).withLocals(2, 16, 0.1).recipe();
        try (ViewLoader expected = new ViewLoader(tiles, recipe, 6, 9, 1, 0);
                ViewLoader got = new ViewLoader(shards, recipe, 6, 9, 2, 0)) {
            for (int step = 0; step < 9; step++) {
                CpuViewBatch one = (CpuViewBatch) expected.next();
                CpuViewBatch other = (CpuViewBatch) got.next();
                assertThat(other.tiles()).isEqualTo(one.tiles());
                for (int v = 0; v < one.views().size(); v++) {
                    assertThat(other.views().get(v)).isEqualTo(one.views().get(v));
                }
            }
        }
    }

    @Test
    void pixelsBecomePngAndTargetsStay() throws IOException {
        TileSource scored = new DelegatingTileSource(new GeneratedTissue(1, 1, 48, 3)) {
            @Override
            public String group(int index) {
                return "s";
            }

            @Override
            public double target(int index) {
                return 0.125;
            }
        };
        Path packed = folder.resolve("packed");
        ShardPacker.pack(scored, packed, false, 1 << 20, done -> {});
        TileSource shards = Shards.open(packed);
        assertThat(shards.target(4)).isEqualTo(0.125);
        assertThat(shards.read(4).rgb()).isEqualTo(scored.read(4).rgb());
        // What others wrote has no index: the samples' own JSON tells.
        Files.delete(packed.resolve(Shards.ABOUT));
        Files.delete(packed.resolve(Shards.INDEX));
        TileSource foreign = Shards.open(packed);
        assertThat(foreign.size()).isEqualTo(scored.size());
        assertThat(foreign.name(4)).isEqualTo(scored.name(4));
        assertThat(foreign.target(4)).isEqualTo(0.125);
        assertThat(foreign.group(4)).isEqualTo("s");
    }

    @Test
    void damageIsFoundAndNothingIsReplacedUnasked() throws IOException {
        Path packed = folder.resolve("packed");
        ShardPacker.pack(tiles, packed, false, 1 << 20, done -> {});
        assertThat(ShardPacker.damaged(packed, done -> {})).isEmpty();
        assertThatThrownBy(() -> ShardPacker.pack(tiles, packed, false, 1 << 20, done -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("setting 'overwrite'");
        Path shard = TarShards.list(packed).getFirst();
        byte[] bytes = Files.readAllBytes(shard);
        bytes[5000] ^= 1;
        Files.write(shard, bytes);
        assertThat(ShardPacker.damaged(packed, done -> {}))
                .containsExactly(shard.getFileName().toString());
        Files.write(shard, java.util.Arrays.copyOf(bytes, 5000));
        assertThatThrownBy(() -> Shards.open(packed))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("size");
        ShardPacker.pack(tiles, packed, true, 1 << 20, done -> {});
        assertThat(Shards.open(packed).size()).isEqualTo(tiles.size());
        Files.writeString(
                packed.resolve(Shards.ABOUT),
                Files.readString(packed.resolve(Shards.ABOUT)).replace("tiles-000000.tar", "../tiles-000000.tar"));
        assertThatThrownBy(() -> Shards.open(packed))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("plain name");
    }

    @Test
    void aTileThatCannotBeReadIsLeftOutAndNamed() throws IOException {
        TileSource broken = new DelegatingTileSource(tiles) {
            @Override
            public RgbImage read(int index) throws IOException {
                if (index == 2) {
                    throw new IOException("gone");
                }
                return super.read(index);
            }
        };
        Path packed = folder.resolve("packed");
        ShardPacker.Result result = ShardPacker.pack(broken, packed, false, 1 << 20, done -> {});
        assertThat(result.unreadable()).containsExactly(tiles.name(2));
        TileSource shards = Shards.open(packed);
        assertThat(shards.size()).isEqualTo(tiles.size() - 1);
        assertThat(shards.name(2)).isEqualTo(tiles.name(3));
        assertThat(shards.read(2).rgb()).isEqualTo(tiles.read(3).rgb());
        assertThat(shards.fingerprint()).isNotEqualTo(tiles.fingerprint());
    }

    @Test
    void archivesAreReadAsFoldersWithoutUnpacking() throws IOException {
        byte[] png = ImageFiles.encode(".png", RgbImage.blank(16, 16));
        Map<String, byte[]> files = new LinkedHashMap<>();
        files.put("SET/TUM/b.png", png);
        files.put("SET/ADI/a.png", png);
        files.put("SET/readme.txt", "no image".getBytes(StandardCharsets.UTF_8));
        files.put("__MACOSX/SET/TUM/._b.png", png);
        files.put("../../escape.png", png);
        Path zip = folder.resolve("set.zip");
        try (ZipOutputStream out = new ZipOutputStream(Files.newOutputStream(zip))) {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                out.putNextEntry(new ZipEntry(file.getKey()));
                out.write(file.getValue());
            }
        }
        TileSource source = Archives.open(zip, ImageFolder.Labels.AUTO);
        assertThat(source.classes()).containsExactly("ADI", "TUM");
        assertThat(source.name(1)).isEqualTo("TUM/b.png");
        assertThat(source.read(0).width()).isEqualTo(16);
        Path tar = folder.resolve("set.tar");
        try (TarShards shards = new TarShards(folder.resolve("t"), "x", 1 << 20)) {
            shards.add("SET/TUM/b", Map.of("png", png));
            shards.add("SET/ADI/a", Map.of("png", png));
        }
        Files.move(folder.resolve("t/x-000000.tar"), tar);
        assertThat(Archives.open(tar, ImageFolder.Labels.AUTO).name(0)).isEqualTo("ADI/a.png");
    }
}
