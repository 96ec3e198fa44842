package org.cyphervit.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import org.cyphervit.TestDevice;
import org.cyphervit.UserError;
import org.cyphervit.data.KeptTiles;
import org.cyphervit.data.Split;
import org.cyphervit.data.TileSource;
import org.cyphervit.data.generated.GeneratedTissue;
import org.cyphervit.data.stain.StainOptions;
import org.cyphervit.eval.TargetFeatures;
import org.cyphervit.eval.finetune.FineTuneOptions;
import org.cyphervit.file.FileClaim;
import org.cyphervit.torch.Precision;
import org.cyphervit.train.FailedRun;
import org.cyphervit.train.Run;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {
    private static final TileSource TISSUE = new KeptTiles(new GeneratedTissue(6, 6, 48, 1));
    private static final List<String> TINY = List.of(
            "run.steps=2",
            "run.batch=4",
            "run.precision=fp32",
            "run.loaderThreads=1",
            "backbone.width=24",
            "views.globalSize=32",
            "backbone.imageSize=32");

    private final List<String> trained = new CopyOnWriteArrayList<>();

    @Test
    void aTableIsPlannedStoppedResumedAndNotDoneTwiceAndACollapsedRunLeavesItsRowEmpty(@TempDir Path out)
            throws Exception {
        Plan plan = study(out, Integer.MAX_VALUE).plan("table3", false);
        assertThat(plan.runs())
                .hasSize(7)
                .allSatisfy(run -> assertThat(run.state()).isEqualTo("missing"));
        assertThat(plan.works()).hasSize(2 * (7 + 3));

        assertThatThrownBy(() -> study(out, 1).run("table3"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("goes on");
        assertThat(study(out, 0).plan("table3", false).runs().stream()
                        .filter(run -> run.state().equals("finished")))
                .hasSize(1);
        assertThat(study(out, 0).plan("table3", false).runs().stream()
                        .filter(run -> run.state().equals("failed")))
                .hasSize(1);

        trained.clear();
        study(out, Integer.MAX_VALUE).run("table3");
        assertThat(trained).hasSize(5); // neither the one that was finished nor the one that failed is trained again
        String markdown = Files.readString(out.resolve("table3.md"));
        assertThat(markdown)
                .contains("| Method | tissue KNN | fat MSE | fat Tau |", "(93.32 ± 0.12)", "DINO VanillaViT")
                .contains("DINO: CypherViT beats the ViT in tissue KNN: ordering", "p = ")
                .contains("Of 9 claims that could be tested ", "By chance alone")
                .contains("| MAE | - (75.06 ± 0.79) |", "MAE, seed 0, is missing: Stopped: collapsed.");
        assertThat(Files.readString(out.resolve("table3.tex"))).contains("\\toprule");
        assertThat(Files.readAllLines(out.resolve("table3-cells.csv"))).hasSize(1 + 9 * 3);

        trained.clear();
        study(out, 0).run("table3"); // nothing may be trained, everything is there
        assertThat(trained).isEmpty();
        assertThat(Files.readString(out.resolve("table3.md"))).isEqualTo(markdown);
        // Table 1 shares the runs of DINO, MoCo and SimCLR with Table 3.
        assertThat(study(out, 0).plan("table1", false).runs().stream()
                        .filter(run -> run.state().equals("missing")))
                .hasSize(1)
                .allSatisfy(run -> assertThat(run.key()).startsWith("ibot-vit-s0-"));
    }

    @Test
    void theGridOfTableFourHasTheDefaultRunOnce(@TempDir Path out) throws Exception {
        Plan plan = study(out, 0).plan("table4", false);
        assertThat(plan.runs()).hasSize(8);
        assertThat(plan.runs().stream().map(Plan.Run::key).distinct()).hasSize(8);
        String dino = study(out, 0).plan("table3", false).runs().getLast().key();
        assertThat(plan.runs().get(2).key()).isEqualTo(dino); // 4 tokens, 4 local views: the nano recipe
    }

    @Test
    void aRunThatAnotherProcessHasIsLeftToItAndLookedAtOnceMore(@TempDir Path out) throws Exception {
        List<Plan.Run> runs = study(out, 0).plan("table3", false).runs();
        Path lock = out.resolve(".claims").resolve(runs.get(1).key() + ".lock");
        FileClaim other = FileClaim.take(lock).orElseThrow();
        Thread dies = Thread.startVirtualThread(() -> {
            try (other) {
                while (trained.size() < runs.size() - 2) { // all others but MAE, which fails
                    Thread.sleep(10);
                }
            } catch (IOException | InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        study(out, Integer.MAX_VALUE).run("table3");
        dies.join();
        assertThat(trained).hasSize(runs.size() - 1);
        assertThat(trained.getLast()).endsWith(runs.get(1).key());
    }

    @Test
    void theMatrixGivesEachRowAsManySteps(@TempDir Path out) throws Exception {
        List<Plan.Run> runs = study(out, 0).plan("matrix", false).runs();
        assertThat(runs).hasSize(13); // seven methods on two backbones, but MAE on CypherViT
        assertThat(runs.getFirst().key()).startsWith("simclr-vit");
        assertThat(runs.getFirst().steps()).isEqualTo(2);
        assertThat(steps(runs, "supervised-vit"))
                .as("one view of a tile instead of two: twice as many steps for the same cost")
                .isGreaterThan(3);
    }

    private static long steps(List<Plan.Run> runs, String key) {
        return runs.stream()
                .filter(run -> run.key().startsWith(key))
                .findFirst()
                .orElseThrow()
                .steps();
    }

    @Test
    void theAblationChangesOneOptionAtATime(@TempDir Path out) throws Exception {
        study(out, Integer.MAX_VALUE).run("ablation");
        assertThat(trained).hasSize(13).doesNotHaveDuplicates();
        String markdown = Files.readString(out.resolve("ablation.md"));
        assertThat(markdown)
                .contains("| defaults |", "| hard assignment |", "The defaults beat 'ε = 1' in tissue KNN: ordering")
                .doesNotContain("In brackets");
        assertThatThrownBy(() -> study(out, 0).plan("table5", false)).hasMessageContaining("matrix or ablation");
    }

    @Test
    void fewLabelsAreMeasuredForEveryShare(@TempDir Path out) throws Exception {
        study(out, Integer.MAX_VALUE).run("table2");
        String markdown = Files.readString(out.resolve("table2.md"));
        assertThat(markdown).contains("| Method | 1 % | 5 % | 10 % | 20 % | 50 % | 100 % |", "(51.64)", "(94.82)");
        assertThat(markdown).contains("DINO-CypherViT is best with 1 % of the labels: ordering");
    }

    private Study study(Path out, int allowed) {
        Study.Training training = (folder, recipe, source, resume) -> {
            if (recipe.method().provider().name().equals("mae")) {
                throw new FailedRun("Stopped: collapsed.");
            }
            if (trained.size() >= allowed) {
                throw new UserError("Stopped. The same command goes on where it was.");
            }
            trained.add(folder.toString());
            return new Run(folder, recipe, source, null, List.of()).train(resume);
        };
        return new Study(out, data(), options(), training, silent());
    }

    private static Study.Options options() {
        FineTuneOptions tuning =
                FineTuneOptions.standard(TestDevice.NAME, Precision.FP32).withLength(0.1, 2);
        return new Study.Options(Budget.NANO, 1, TINY, tuning, null);
    }

    private static StudyData data() {
        Split split = Split.of(TISSUE, 0.34, 0);
        return new StudyData(
                List.of("tissue"),
                TISSUE,
                StainOptions.NONE,
                List.of(new StudyData.ClassSet("tissue", "crc-norm", split)),
                List.of(new StudyData.NumberSet(
                        "fat",
                        "breastpathq",
                        split,
                        (source, indices, features) -> {
                            double[] targets = new double[indices.length];
                            for (int i = 0; i < targets.length; i++) {
                                targets[i] = source.label(indices[i]) / 8.0;
                            }
                            return new TargetFeatures(features, targets, null);
                        },
                        "labels / 8")));
    }

    private static StudyListener silent() {
        return new StudyListener() {
            @Override
            public void say(String message) {}

            @Override
            public IntConsumer tiles(String what, int total) {
                return done -> {};
            }

            @Override
            public void step(String what, long step, long steps) {}
        };
    }
}
