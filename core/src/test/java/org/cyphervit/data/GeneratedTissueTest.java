package org.cyphervit.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.cyphervit.UserError;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.StainPopulation;
import org.cyphervit.data.generated.Structure;
import org.cyphervit.eval.Baselines;
import org.cyphervit.eval.LabelledFeatures;
import org.cyphervit.eval.protocol.KnnProbe;
import org.cyphervit.eval.protocol.Protocol;
import org.cyphervit.eval.protocol.ProtocolResult;
import org.cyphervit.eval.protocol.Protocols;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GeneratedTissueTest {
    private final GeneratedTissue tissue = new GeneratedTissue(6, 3, 64, 7);

    @Test
    void isTheSameForTheSameSeedAndBalanced() {
        int[] counts = new int[9];
        for (int i = 0; i < tissue.size(); i++) {
            assertThat(new GeneratedTissue(6, 3, 64, 7).read(i).rgb())
                    .isEqualTo(tissue.read(i).rgb());
            counts[tissue.label(i)]++;
        }
        assertThat(counts).containsOnly(6);
        assertThat(new GeneratedTissue(6, 3, 64, 8).read(0).rgb())
                .isNotEqualTo(tissue.read(0).rgb());
    }

    @Test
    void nucleiAreDarkerThanTheRest() {
        double nuclei = 0;
        double rest = 0;
        int nucleiPixels = 0;
        int restPixels = 0;
        for (int i = 0; i < tissue.size(); i++) {
            GeneratedTissue.Painted painted = tissue.paint(i);
            for (int p = 0; p < painted.structures().length; p++) {
                int red = painted.image().rgb()[3 * p] & 0xff;
                if (painted.structures()[p] == Structure.NUCLEUS.ordinal()) {
                    nuclei += red;
                    nucleiPixels++;
                } else {
                    rest += red;
                    restPixels++;
                }
            }
        }
        assertThat(nuclei / nucleiPixels).isLessThan(rest / restPixels - 40);
    }

    @Test
    void colourTellsTheKindOfTissueLessWhereSlidesAreOfManyLaboratories() {
        assertThat(byColour(StainPopulation.MANY_LABORATORIES))
                .isLessThan(byColour(StainPopulation.ONE_LABORATORY) - 0.05);
        assertThat(new GeneratedTissue(6, 3, 64, StainPopulation.MANY_LABORATORIES, 7).fingerprint())
                .isNotEqualTo(tissue.fingerprint());
    }

    @Test
    void foldersWithBrokenAndForeignFilesAreReadAndTheseAreNamed(@TempDir Path folder) throws IOException {
        tissue.writeTo(folder, done -> {});
        Files.write(folder.resolve("slide0/adipose/broken.jpg"), new byte[] {(byte) 0xff, (byte) 0xd8, 1, 2});
        Files.writeString(folder.resolve("notes.txt"), "no image");
        Files.write(folder.resolve("slide0/adipose/empty.png"), new byte[0]);
        ImageFolder source = ImageFolder.scan(folder, ImageFolder.Labels.PARENT, 16, 1);
        assertThat(source.size()).isEqualTo(tissue.size());
        assertThat(source.classes()).hasSize(9).contains("tumour");
        assertThat(source.skipped())
                .extracting(ImageFolder.Skipped::name)
                .contains("slide0/adipose/broken.jpg", "slide0/adipose/empty.png");
        Split split = Split.of(source, 0.34, 1);
        assertThat(split.test().size()).isBetween(10, 30);
        for (int i = 0; i < split.test().size(); i++) {
            for (int j = 0; j < split.train().size(); j++) {
                assertThat(split.test().group(i)).isNotEqualTo(split.train().group(j));
            }
        }
    }

    @Test
    void aShareThatLeavesAPartEmptyIsRefused() {
        GeneratedTissue tissue = new GeneratedTissue(12, 4, 32, 1);
        for (double share : new double[] {1e-9, 1 - 1e-9}) {
            assertThatThrownBy(() -> Split.of(tissue, share, 0))
                    .isInstanceOf(UserError.class)
                    .hasMessageContainingAll("share of " + share, "setting 'test-share'", "108 tiles");
        }
        TileSource one = new TileSubset(tissue, List.of(0));
        assertThat(KnnProbe.of(one, "cpu", (what, tiles) -> done -> {})).isNull();
    }

    // Accuracy of the nearest colour histograms on slides that are not among the known ones.
    private static double byColour(StainPopulation stains) {
        Split split = Split.of(new KeptTiles(new GeneratedTissue(24, 12, 32, stains, 3)), 0.33, 3);
        Protocol<LabelledFeatures> knn = Protocols.named(Protocols.classification(Protocols.Options.standard()), "knn");
        ProtocolResult found = knn.judge(coloured(split.train()), coloured(split.test()));
        return Arrays.stream(found.perSample()).average().orElseThrow(); // hits
    }

    private static LabelledFeatures coloured(TileSource tiles) {
        return LabelledFeatures.of(tiles, Baselines.colorHistograms(tiles));
    }
}
