package org.cyphervit.spark;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.RawLocalFileSystem;
import org.cyphervit.UserError;
import org.cyphervit.slide.Slide;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** OME-Zarr of Zarr 2 and 3 through three of Hadoop's file systems: with checksums, without, and mounted as viewfs. */
class ZarrFilesTest {
    private static final Path MADE = Path.of("../core/src/test/resources/slides");
    private static final Tiling TILING = new Tiling(48, 0.499, 0, 0);

    @TempDir
    private Path folder = Path.of(".");

    private final Configuration configuration = new Configuration();

    @BeforeEach
    void unpack() throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(MADE.resolve("zarr.zip")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = folder.resolve("cohort/deep").resolve(entry.getName());
                Files.createDirectories(file.resolve(".."));
                Files.copy(zip, file);
            }
        }
        Files.copy(MADE.resolve("rgb.ome.tif"), folder.resolve("cohort/rgb.ome.tif"));
        configuration.set("fs.viewfs.impl.disable.cache", "true");
        configuration.set("fs.viewfs.mounttable.ward.link./slides", folder.toUri() + "cohort");
    }

    private List<String> slides(String root) {
        List<String> found = new ArrayList<>();
        Listing.visitSlides(List.of(root), configuration, (at, slide, isZarr) -> {
            if (isZarr) {
                found.add(slide.toString());
            }
        });
        found.sort(null);
        return found;
    }

    @Test
    void allFileSystemsAndVersionsGiveThePixelsOfTheTiff() throws IOException {
        int read = 0;
        try (Slide tiff = Slide.open(folder.resolve("cohort/rgb.ome.tif"));
                SlideTiles tiles = SlideTiles.open(folder.toUri() + "cohort/rgb.ome.tif", TILING, configuration)) {
            for (String root : List.of(folder.toUri() + "cohort", "viewfs://ward/slides", "raw")) {
                boolean raw = root.equals("raw");
                configuration.set("fs.file.impl.disable.cache", "true");
                configuration.set(
                        "fs.file.impl",
                        (raw ? RawLocalFileSystem.class : org.apache.hadoop.fs.LocalFileSystem.class).getName());
                List<String> found = slides(raw ? folder.toUri() + "cohort" : root);
                assertThat(found).hasSize(9).allMatch(uri -> uri.startsWith(raw ? "file:" : root.substring(0, 5)));
                for (String uri : found) {
                    try (Slide slide = ZarrFiles.open(new org.apache.hadoop.fs.Path(uri), configuration)) {
                        assertThat(slide.levels()).as(uri).isEqualTo(tiff.levels());
                        assertThat(slide.mpp()).isEqualTo(tiff.mpp());
                        for (int i = 0; i < 3; i++) {
                            assertThat(slide.readLevel(i, 0, 0, 201 >> i, 155 >> i)
                                            .rgb())
                                    .as("level %d of %s", i, uri)
                                    .isEqualTo(tiff.readLevel(i, 0, 0, 201 >> i, 155 >> i)
                                            .rgb());
                        }
                    }
                    try (SlideTiles same = SlideTiles.open(uri, TILING, configuration)) {
                        assertThat(same.size()).isEqualTo(tiles.size()).isPositive();
                        assertThat(same.place(0)).isEqualTo(tiles.place(0));
                        assertThat(same.read(0).rgb()).isEqualTo(tiles.read(0).rgb());
                    }
                    read++;
                }
            }
        }
        assertThat(read).isEqualTo(27);
    }

    @Test
    void aHierarchyIsOneSlideAndItsChunksAreNone() {
        List<String> all = new ArrayList<>();
        Listing.visitSlides(
                List.of("viewfs://ward/slides"), configuration, (root, slide, isZarr) -> all.add(slide.getName()));
        assertThat(all).hasSize(10).contains("rgb.ome.tif", "three-shards.ome.zarr", "zlib.ome.zarr");
        assertThat(slides("viewfs://ward/slides/deep/raw.ome.zarr"))
                .containsExactly("viewfs://ward/slides/deep/raw.ome.zarr");
        assertThat(SlideRegions.list(List.of(folder.toUri() + "cohort"), configuration)
                        .size())
                .isEqualTo(10);
        assertThatThrownBy(() -> SlideRegions.list(List.of("viewfs://ward/slides/none"), configuration))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("cannot be listed");
    }

    @Test
    void aStoreWithHiccupsIsAskedAgainAndAHurtChunkIsNamed() throws IOException {
        Path hiccups = Files.createDirectories(folder.resolve("hiccups"));
        Path zarr = Files.move(folder.resolve("cohort/deep/raw.ome.zarr"), hiccups.resolve("raw.ome.zarr"));
        Files.write(zarr.resolve("0/0/0/0"), new byte[10]);
        Configuration flaky = new Configuration();
        flaky.set("fs.file.impl", FlakyFiles.class.getName());
        flaky.set("fs.file.impl.disable.cache", "true");
        try (Slide slide = ZarrFiles.open(new org.apache.hadoop.fs.Path(zarr.toUri()), flaky)) {
            assertThat(slide.readLevel(0, 70, 70, 10, 10).rgb()).isNotEmpty(); // every file failed once
            assertThatThrownBy(() -> slide.readLevel(0, 0, 0, 10, 10))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("raw.ome.zarr")
                    .hasMessageContaining("10 bytes; expected 12288");
        }
    }
}
