package org.cyphervit.mil.bag;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.cyphervit.UserError;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that a cohort must not be is named with file and row; what is left out is counted. */
class CohortTest {
    private static final TableOptions CLASSES = TableOptions.of(SlideTask.CLASSES);

    @TempDir
    private Path folder;

    @BeforeEach
    void made() throws IOException {
        MadeCohort.write(folder, 4);
    }

    @Test
    void slidesAndPatientsAreCounted() throws Exception {
        Cohort cohort = MadeCohort.read(folder, CLASSES);
        assertThat(cohort.counts().slides()).isEqualTo(8);
        assertThat(cohort.counts().patients()).isEqualTo(4);
        assertThat(cohort.counts().tiles())
                .isEqualTo(cohort.examples().stream().mapToInt(Example::rows).sum());
        assertThat(cohort.classes()).containsExactly("a", "b");
        assertThat(cohort.labels()).containsExactly(0, 0, 1, 1, 0, 0, 1, 1);
        assertThat(cohort.patientIds()).containsExactly(0, 0, 1, 1, 2, 2, 3, 3);
        assertThat(cohort.encoder()).isEqualTo("made");
        Cohort patients = MadeCohort.read(folder, TableOptions.of(SlideTask.SURVIVAL));
        assertThat(patients.size()).isEqualTo(4);
        assertThat(patients.examples().getFirst().bags()).hasSize(2);
        assertThat(patients.survival().count()).isEqualTo(3);
    }

    @Test
    void rowsWithoutFeaturesOrTargetAreRefusedOrCounted() throws Exception {
        edit("slide-1a,patient-1,b", "slide-1a,patient-1,");
        edit("slide-2a,", "unknown,");
        assertThatThrownBy(() -> MadeCohort.read(folder, CLASSES))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("2 of the 8 rows")
                .hasMessageContaining("row 3 of '" + folder.resolve("slides.csv") + "' (slide 'slide-1a')")
                .hasMessageContaining("does not say")
                .hasMessageContaining("row 5")
                .hasMessageContaining("no features");
        TableOptions leaving =
                new TableOptions(SlideTask.CLASSES, "slide", "patient", "label", "time", "event", false, true);
        Cohort.Counts counts = MadeCohort.read(folder, leaving).counts();
        assertThat(counts.slides()).isEqualTo(6);
        assertThat(counts.withoutFeatures()).isEqualTo(1);
        assertThat(counts.withoutTarget()).isEqualTo(1);
        assertThat(counts.notInTable()).isEqualTo(1);
    }

    @Test
    void anEmptyBagIsRefused() throws Exception {
        MadeCohort.h5(folder.resolve("features/slide-0a.h5"), new float[0], MadeCohort.WIDTH, "made");
        refused(CLASSES, "row 1", "slide-0a.h5", "empty bag");
    }

    @Test
    void featuresOfAnotherWidthOrEncoderAreRefused() throws Exception {
        MadeCohort.h5(folder.resolve("features/slide-3a.h5"), new float[12], 4, "made");
        refused(CLASSES, "slide-3a.h5", "of 4 numbers", "slide-0a.h5", "of 8");
        MadeCohort.h5(folder.resolve("features/slide-3a.h5"), new float[16], MadeCohort.WIDTH, "other");
        refused(CLASSES, "slide-3a.h5", "the encoder other", "of made");
    }

    @Test
    void featuresThatAreNotFiniteAreNamedByRow() throws Exception {
        float[] features = new float[10 * MadeCohort.WIDTH];
        features[7 * MadeCohort.WIDTH + 3] = Float.NaN;
        MadeCohort.h5(folder.resolve("features/slide-1b.h5"), features, MadeCohort.WIDTH, "made");
        refused(CLASSES, "Row 8 of", "slide-1b.h5", "not finite");
    }

    @Test
    void timesNeedEvents() throws Exception {
        String table = Files.readString(folder.resolve("slides.csv"));
        String row = table.lines().skip(3).findFirst().orElseThrow();
        edit(row, row.substring(0, row.length() - 1));
        refused(TableOptions.of(SlideTask.SURVIVAL), "Row 3", "slide-1a", "a time without an event");
        edit(row.substring(0, row.length() - 1), row.substring(0, row.length() - 1) + "maybe");
        refused(TableOptions.of(SlideTask.SURVIVAL), "Row 3", "'maybe' as event");
    }

    @Test
    void slidesOfAPatientMustNotContradictEachOther() throws Exception {
        edit("slide-1b,patient-1", "slide-1b,patient-0");
        refused(TableOptions.of(SlideTask.SURVIVAL), "patient-0", "differ");
    }

    @Test
    void aSlideStandsInOneRow() throws Exception {
        edit("slide-1b,", "slide-1a,");
        refused(CLASSES, "Rows 3 and 4", "slide-1a");
    }

    private void refused(TableOptions options, String... words) {
        assertThatThrownBy(() -> MadeCohort.read(folder, options))
                .isInstanceOf(UserError.class)
                .hasMessageContainingAll(words);
    }

    private void edit(String from, String to) throws IOException {
        Path file = folder.resolve("slides.csv");
        String table = Files.readString(file);
        assertThat(table).contains(from);
        Files.writeString(file, table.replace(from, to));
    }
}
