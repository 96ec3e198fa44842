package org.cyphervit.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.generated.Phenotype;
import org.cyphervit.data.label.SlidesAsClasses;
import org.cyphervit.data.sets.TileLocation;
import org.cyphervit.eval.protocol.KnnProbe;
import org.cyphervit.image.ImageFiles;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PathLabelsTest {
    @Test
    void theSameFoldersUnderEachPatientAreClasses() {
        List<String> names = new ArrayList<>();
        for (String patient : List.of("8863", "9254", "9255")) {
            names.add(patient + "/0/a.png");
            names.add(patient + "/1/b.png");
        }
        PathLabels found = PathLabels.of(names, ImageFolder.Labels.AUTO);
        assertThat(found.classes()).containsExactly("0", "1");
        assertThat(found.groups()).containsExactly("8863", "8863", "9254", "9254", "9255", "9255");
        assertThat(found.taken()).contains("3 patients", "classes 0, 1");
    }

    @Test
    void classesAboveTheSamePatientsStayClasses() {
        List<String> names =
                List.of("fat/p1/a.png", "fat/p2/a.png", "fat/p3/a.png", "mucus/p1/a.png", "mucus/p2/a.png");
        assertThat(PathLabels.of(names, ImageFolder.Labels.AUTO).classes()).containsExactly("fat", "mucus");
    }

    @Test
    void slidesThatWereCutAreNoClasses(@TempDir Path out) throws Exception {
        Path tiles = cut(out, "", "");
        List<String> told = new ArrayList<>();
        TileSource source = TileLocation.parse(tiles.toString()).open(ImageFolder.Labels.AUTO, told::add);
        assertThat(source.classes()).isEmpty();
        assertThat(source.group(0)).isEqualTo("one");
        assertThat(source.group(3)).isEqualTo("two");
        assertThat(told).containsExactly("Tiles of 2 slides; slides are no classes.");
        assertThat(SlidesAsClasses.of(source).orElseThrow().classes()).containsExactly("one", "two");
        assertThat(KnnProbe.of(source, "cpu", (what, total) -> done -> {})).isNotNull();
    }

    @Test
    void theManifestTellsTheClassesOfSlides(@TempDir Path out) throws Exception {
        TileSource source = ImageFolder.scan(cut(out, "tumor", "normal"));
        assertThat(source.classes()).containsExactly("normal", "tumor");
        assertThat(source.label(0)).isEqualTo(1);
        assertThat(source.group(0)).isEqualTo("one");
    }

    private static Path cut(Path out, String first, String second) throws Exception {
        Path tiles = out.resolve("tiles");
        StringBuilder manifest = new StringBuilder("slide,label,file,size_level0\n");
        for (String slide : List.of("one", "two")) {
            Path folder = Files.createDirectories(tiles.resolve(slide));
            for (int i = 0; i < 2; i++) {
                ImageFiles.writePng(
                        folder.resolve(i + ".png"),
                        GeneratedTissue.field(32, List.of(Phenotype.MUSCLE), i).image());
                manifest.append(slide + "," + (slide.equals("one") ? first : second) + ",x,224\n");
            }
        }
        Files.writeString(out.resolve("manifest.csv"), manifest);
        return tiles;
    }
}
