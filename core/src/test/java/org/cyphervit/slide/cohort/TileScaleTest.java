package org.cyphervit.slide.cohort;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TileScaleTest {
    @TempDir
    private Path folder;

    @Test
    void theManifestTellsIfAllTilesAgree() throws Exception {
        Path one = cohort("one", "size,mpp\n224,0.5\n224,0.5003\n");
        assertThat(TileScale.microns(List.of(one)).orElseThrow()).isEqualTo(112);
        assertThat(TileScale.microns(List.of(one.resolve("tiles"), one.resolve("shards")))
                        .orElseThrow())
                .isEqualTo(112);
        Path other = cohort("other", "size,mpp\n224,0.25\n");
        assertThat(TileScale.microns(List.of(one, other))).isEmpty();
        assertThat(TileScale.microns(List.of(cohort("unknown", "size,mpp\n224,\n"))))
                .isEmpty();
        assertThat(TileScale.microns(List.of(cohort("foreign", "tile,class\na.png,fat\n"))))
                .isEmpty();
        assertThat(TileScale.microns(List.of(folder.resolve("nowhere/tiles")))).isEmpty();
    }

    private Path cohort(String name, String manifest) throws Exception {
        Path out = Files.createDirectories(folder.resolve(name));
        Files.writeString(out.resolve(Manifest.TILES), manifest);
        return out;
    }
}
