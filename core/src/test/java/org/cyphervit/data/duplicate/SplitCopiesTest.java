package org.cyphervit.data.duplicate;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cyphervit.data.ImageFolder;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.image.ImageFiles;
import org.cyphervit.image.RgbImage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Copies across a split are found however they were written, and nothing else is. */
class SplitCopiesTest {
    private static final int SIDE = 64;

    @TempDir
    private Path folder;

    private static RgbImage tile(int seed) {
        Phenotype phenotype = Phenotype.values()[seed % Phenotype.values().length];
        return GeneratedTissue.field(SIDE, List.of(phenotype), seed).image();
    }

    private void write(String part, String name, RgbImage image) throws Exception {
        Path file = folder.resolve(part + "/a/" + name);
        Files.createDirectories(file.getParent());
        Files.write(file, name.endsWith(".jpg") ? ImageFiles.jpeg(image, 80) : ImageFiles.encode(".png", image));
    }

    private static RgbImage turned(RgbImage image, boolean mirrored) {
        byte[] rgb = new byte[image.rgb().length];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                int column = mirrored ? SIDE - 1 - y : y;
                System.arraycopy(image.rgb(), 3 * (x * SIDE + column), rgb, 3 * (y * SIDE + x), 3);
            }
        }
        return new RgbImage(SIDE, SIDE, rgb);
    }

    private List<SplitCopies.Copy> find() {
        return SplitCopies.find(
                ImageFolder.scan(folder.resolve("train")), ImageFolder.scan(folder.resolve("test")), done -> {});
    }

    @Test
    void copiesWrittenAnewTurnedOrMirroredAreNamed() throws Exception {
        for (int i = 0; i < 40; i++) {
            write("train", "%02d.png".formatted(i), tile(i));
            write("test", "other-%02d.png".formatted(i), tile(100 + i));
        }
        assertThat(find()).as("other tiles of the same kinds of tissue").isEmpty();
        write("test", "copy-1.png", tile(7));
        write("test", "copy-2.jpg", tile(8));
        write("test", "copy-3.png", turned(tile(9), false));
        write("test", "copy-4.jpg", turned(tile(10), true));
        assertThat(find().stream().map(SplitCopies.Copy::train)).containsExactly(7, 8, 9, 10);
    }

    @Test
    void blankAndBrokenTilesAreNoCopies() throws Exception {
        byte[] glass = new byte[3 * SIDE * SIDE];
        Arrays.fill(glass, (byte) 240);
        for (String part : List.of("train", "test")) {
            write(part, "glass.png", new RgbImage(SIDE, SIDE, glass));
            write(part, "tissue-" + part + ".png", tile(part.length()));
            Files.write(folder.resolve(part + "/a/broken.png"), new byte[] {(byte) 0x89, 'P', 'N', 'G'});
        }
        assertThat(find()).isEmpty();
    }
}
