package org.cyphervit.slide;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import org.cyphervit.UserError;
import org.cyphervit.slide.cohort.SlideSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** OME-Zarr 0.4 as zarr-python wrote it, 0.5 as zarrita.js did. */
class OmeZarrTest {
    @TempDir
    private Path folder;

    /** Unpacks all hierarchies. */
    static void unpack(Path to) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(Files.newInputStream(MadeSlides.file("zarr.zip")))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                Path file = to.resolve(entry.getName()).normalize();
                Files.createDirectories(file.resolve(".."));
                Files.copy(zip, file);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "blosc-lz4",
                "blosc-zstd-bits",
                "zlib",
                "zstd",
                "gzip",
                "raw",
                "three-zstd",
                "three-blosc",
                "three-shards"
            })
    void allLevelsHaveTheWritersPixels(String name) throws Exception {
        unpack(folder);
        try (Slide slide = Slide.open(folder.resolve(name + ".ome.zarr"))) {
            assertThat(slide.reader()).isEqualTo("Java (OME-Zarr)");
            MadeSlides.assertLevels(slide, "region", 3);
            assertThat(slide.levels())
                    .containsExactly(
                            new PyramidLevel(201, 155, 1), new PyramidLevel(100, 77, 2), new PyramidLevel(50, 38, 4));
            assertThat(slide.mpp()).isEqualTo(0.499);
            assertThat(slide.facts().format())
                    .isEqualTo(
                            name.startsWith("three")
                                    ? "OME-Zarr 0.5"
                                    : name.equals("zlib") ? "OME-Zarr 0.4, focal plane 2 of 3" : "OME-Zarr 0.4");
        }
    }

    @Test
    void aHierarchyIsOneSlideOfACohort() throws Exception {
        unpack(folder);
        List<SlideSource> found = SlideSource.find(List.of(folder));
        assertThat(found)
                .extracting(SlideSource::name)
                .containsExactly(
                        "blosc-lz4",
                        "blosc-zstd-bits",
                        "gzip",
                        "raw",
                        "three-blosc",
                        "three-shards",
                        "three-zstd",
                        "zlib",
                        "zstd");
        assertThat(SlideSource.find(List.of(folder.resolve("zstd.ome.zarr"))))
                .extracting(SlideSource::name)
                .containsExactly("zstd");
    }

    @Test
    void whatCannotBeReadIsNamed() throws Exception {
        unpack(folder);
        Path zarr = folder.resolve("raw.ome.zarr");
        Path array = zarr.resolve("0/.zarray");
        String metadata = Files.readString(array);
        refuses(zarr, array, metadata.replace("|u1", "<u2"), "'<u2'; expected bytes");
        refuses(zarr, array, metadata.replace("\"C\"", "\"F\""), "Fortran's order");
        refuses(zarr, array, metadata.replace("\"compressor\": null", "\"compressor\": {\"id\": \"lzma\"}"), "lzma");
        refuses(zarr, array, metadata.replace("64", "0"), "cannot be");
        refuses(zarr, array, "{", "no JSON");
        Files.writeString(array, metadata);
        Files.write(zarr.resolve("0/0/0/0"), new byte[10]);
        try (Slide slide = Slide.open(zarr)) {
            assertThatThrownBy(() -> slide.readLevel(0, 0, 0, 10, 10))
                    .isInstanceOf(UserError.class)
                    .hasMessageContaining("raw.ome.zarr")
                    .hasMessageContaining("chunk [0, 0, 0]")
                    .hasMessageContaining("10 bytes; expected 12288");
            assertThat(slide.readLevel(0, 70, 70, 10, 10).width()).isEqualTo(10);
        }
        Files.delete(zarr.resolve(".zattrs"));
        assertThatThrownBy(() -> Slide.open(zarr)).hasMessageContaining("multiscales");
    }

    private static void refuses(Path zarr, Path file, String text, String message) throws IOException {
        Files.writeString(file, text);
        assertThatThrownBy(() -> Slide.open(zarr))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("raw.ome.zarr")
                .hasMessageContaining(message);
    }
}
