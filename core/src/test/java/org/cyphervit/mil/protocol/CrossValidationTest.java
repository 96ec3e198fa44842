package org.cyphervit.mil.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;
import org.bytedeco.pytorch.Device;
import org.cyphervit.UserError;
import org.cyphervit.eval.StratifiedSplit;
import org.cyphervit.eval.metric.ClassScores;
import org.cyphervit.mil.aggregator.AggregatorKind;
import org.cyphervit.mil.aggregator.AggregatorOptions;
import org.cyphervit.mil.aggregator.InstanceLoss;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.bag.Example;
import org.cyphervit.mil.bag.MadeCohort;
import org.cyphervit.mil.bag.SlideTask;
import org.cyphervit.mil.bag.TableOptions;
import org.cyphervit.mil.fit.BagMoments;
import org.cyphervit.mil.fit.FitOptions;
import org.cyphervit.mil.fit.Fitting;
import org.cyphervit.mil.fit.TrainedAggregator;
import org.cyphervit.mil.survival.CoxLoss;
import org.cyphervit.torch.Precision;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CrossValidationTest {
    @TempDir
    private Path folder;

    private static FitOptions quick(SlideTask task, AggregatorKind kind) {
        return quick(task, kind, Precision.FP32);
    }

    private static FitOptions quick(SlideTask task, AggregatorKind kind, Precision precision) {
        AggregatorOptions small = new AggregatorOptions(
                kind == AggregatorKind.CLAM_SB ? 16 : 0,
                16,
                0.1,
                new AggregatorOptions.Clam(4, 0.7, true, InstanceLoss.SVM));
        return new FitOptions(
                kind,
                small,
                20,
                20,
                List.of(1e-2),
                1e-3,
                task == SlideTask.SURVIVAL ? 8 : 2,
                16,
                CoxLoss.Ties.EFRON,
                precision,
                "cpu");
    }

    @ParameterizedTest
    @CsvSource({
        "CLASSES, ABMIL, FP32, 0.95",
        "CLASSES, ABMIL, BF16, 0.95",
        "CLASSES, CLAM_SB, FP32, 0.95",
        "CLASSES, CLAM_SB, BF16, 0.95",
        "CLASSES, MAX, FP32, 0.95",
        "SURVIVAL, ABMIL, FP32, 0.6"
    })
    void whatIsThereIsFoundAndChanceIsNot(SlideTask task, AggregatorKind kind, Precision precision, double least)
            throws Exception {
        MadeCohort.write(folder, 24);
        Cohort cohort = MadeCohort.read(folder, TableOptions.of(task));
        BagMoments moments = BagMoments.of(cohort, done -> {});
        Folds folds = Folds.draw(cohort, 3, 1);
        CrossValidation validation = new CrossValidation(cohort, List.of(folds), 1, words -> {});
        ValidatedModel found = validation.train("chosen", kind.key(), moments, quick(task, kind, precision));
        ValidatedModel majority = validation.majority();
        assertThat(found.metrics().get(found.headline())).isGreaterThan(least);
        PatientBootstrap interval = Objects.requireNonNull(found.intervals().get(found.headline()));
        assertThat(interval.low()).isLessThanOrEqualTo(found.metrics().get(found.headline()));
        assertThat(interval.high()).isGreaterThanOrEqualTo(found.metrics().get(found.headline()));
        assertThat(majority.metrics().get(majority.headline())).isCloseTo(0.5, within(0.12));
        ValidatedModel permuted = validation.permuted(moments, quick(task, kind));
        assertThat(permuted.metrics().get(permuted.headline()))
                .isLessThan(found.metrics().get(found.headline()));
        CrossValidation.Comparison comparison = validation.compare(found, permuted);
        assertThat(comparison.metric()).isEqualTo(found.headline());
        assertThat(comparison.result().t()).isPositive();
        assertThat(comparison.result().p()).isBetween(0.0, 1.0);
    }

    @Test
    void numbersAreLearntOnTheirOwnScale() throws Exception {
        MadeCohort.write(folder, 24);
        TableOptions shares =
                new TableOptions(SlideTask.NUMBER, "slide", "patient", "share", "time", "event", false, false);
        Cohort cohort = MadeCohort.read(folder, shares);
        BagMoments moments = BagMoments.of(cohort, done -> {});
        CrossValidation validation = new CrossValidation(cohort, List.of(Folds.draw(cohort, 3, 1)), 1, words -> {});
        ValidatedModel mean = validation.train("mean", "mean", moments, quick(SlideTask.NUMBER, AggregatorKind.MEAN));
        assertThat(mean.headline()).isEqualTo("mse");
        assertThat(mean.metrics().get("r2")).isGreaterThan(0.3);
        assertThat(validation.majority().metrics().get("r2")).isLessThan(0.05);
    }

    @Test
    void foldsPartPatientsEvenlyAndRepeat() throws Exception {
        MadeCohort.write(folder, 20);
        Cohort cohort = MadeCohort.read(folder, TableOptions.of(SlideTask.CLASSES));
        Folds folds = Folds.draw(cohort, 5, 7);
        folds.requireApart(cohort);
        assertThat(folds.of())
                .containsExactly(Folds.draw(cohort, 5, 7).of())
                .isNotEqualTo(Folds.draw(cohort, 5, 8).of());
        int[] labels = cohort.labels();
        for (int f = 0; f < 5; f++) {
            int[] test = folds.test(f);
            assertThat(test).hasSize(8);
            assertThat(IntStream.of(test).map(i -> labels[i]).sum())
                    .as("class b of fold " + f)
                    .isEqualTo(4);
            StratifiedSplit parts = folds.train(cohort, f, 3);
            Set<String> sides = new HashSet<>();
            for (int[] side : List.of(test, parts.rest(), parts.drawn())) {
                Set<String> own = new HashSet<>();
                IntStream.of(side).forEach(i -> own.add(cohort.examples().get(i).patient()));
                assertThat(own).isNotEmpty();
                assertThat(java.util.Collections.disjoint(own, sides)).isTrue();
                sides.addAll(own);
            }
        }
    }

    @Test
    void aPatientOnTwoSidesIsRefusedAndNamed() throws Exception {
        Path table = MadeCohort.write(folder, 4);
        Cohort cohort = MadeCohort.read(folder, TableOptions.of(SlideTask.CLASSES));
        List<String> rows = Files.readString(table).lines().toList();
        Path folds = folder.resolve("folds.csv");
        StringBuilder good = new StringBuilder("slide,fold\n");
        StringBuilder bad = new StringBuilder("slide,fold\n");
        for (int i = 1; i < rows.size(); i++) {
            String slide = rows.get(i).split(",")[0];
            good.append(slide).append(i <= 4 ? ",x\n" : ",y\n");
            bad.append(slide).append(i % 2 == 0 ? ",x\n" : ",y\n");
        }
        Files.writeString(folds, good);
        assertThat(Folds.read(cohort, folds, "slide", "fold").of()).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
        Files.writeString(folds, bad);
        assertThatThrownBy(() -> Folds.read(cohort, folds, "slide", "fold"))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Patient 'patient-0' is in two folds, with 'slide-0a' and 'slide-0b'");
        Folds apart = new Folds(new int[] {0, 1, 0, 1, 0, 1, 0, 1}, 2);
        assertThatThrownBy(() -> new CrossValidation(cohort, List.of(apart), 0, words -> {}))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("patient-0");
    }

    @Test
    void aClassThatAFoldWouldLackIsNamed() throws Exception {
        Path table = MadeCohort.write(folder, 6);
        Files.writeString(table, Files.readString(table).replaceAll("patient-([13]),b", "patient-$1,a"));
        Cohort cohort = MadeCohort.read(folder, TableOptions.of(SlideTask.CLASSES));
        assertThatThrownBy(() -> Folds.draw(cohort, 3, 0))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("Class 'b' is seen in 1 patient,")
                .hasMessageContaining("3 folds");
        assertThatThrownBy(() -> Folds.draw(cohort, 9, 0))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("9 folds of 6 patients");
    }

    @Test
    void aSavedModelSaysTheSame() throws Exception {
        MadeCohort.write(folder, 12);
        Cohort cohort = MadeCohort.read(folder, TableOptions.of(SlideTask.CLASSES));
        Fitting fitting = new Fitting(
                cohort,
                cohort.labels(),
                BagMoments.of(cohort, done -> {}),
                quick(SlideTask.CLASSES, AggregatorKind.ABMIL));
        int[] all = IntStream.range(0, cohort.size()).toArray();
        Fitting.Fitted fitted = fitting.fit(all, new int[0], 5);
        Path file = folder.resolve("model/" + TrainedAggregator.NAME);
        TrainedAggregator.Config config = new TrainedAggregator.Config(
                1,
                AggregatorKind.ABMIL,
                quick(SlideTask.CLASSES, AggregatorKind.ABMIL).aggregator(),
                cohort.task(),
                cohort.classes(),
                cohort.width(),
                "made",
                0,
                0);
        double[][] outputs = fitting.outputs(fitted.net(), all);
        try (TrainedAggregator model = new TrainedAggregator(fitted.net(), config)) {
            model.write(file, java.util.Map.of());
        }
        try (TrainedAggregator read =
                TrainedAggregator.read(Objects.requireNonNull(file.getParent()), new Device("cpu"))) {
            assertThat(read.config()).isEqualTo(config);
            Example example = cohort.examples().get(3);
            TrainedAggregator.Prediction prediction = read.predict(example);
            assertThat(prediction.outputs()).containsExactly(TrainedAggregator.softmax(outputs[3]), within(1e-9));
            assertThat(prediction.attention()).hasSize(example.rows());
            float[] narrow = new float[12];
            MadeCohort.h5(folder.resolve("other/s.h5"), narrow, 4, "made");
            try (var features = org.cyphervit.mil.bag.FeatureFolder.open(folder.resolve("other"), folder)) {
                Example wrong = new Example("s", "p", List.of(features.bag("s")), example.target());
                assertThatThrownBy(() -> read.predict(wrong))
                        .isInstanceOf(UserError.class)
                        .hasMessageContaining("of 4 numbers; the slide model takes 8");
            }
        }
        assertThatThrownBy(() -> TrainedAggregator.read(folder, new Device("cpu")))
                .isInstanceOf(UserError.class)
                .hasMessageContaining("no slide model");
    }

    // By hand: four predictions in three bins of five.
    @Test
    void curvesAreThoseByHand() {
        ClassScores scores = new ClassScores(new double[] {0.9, 0.1, 0.3, 0.7, 0.35, 0.65, 0.45, 0.55}, 2);
        int[] labels = {0, 1, 0, 1};
        List<ReliabilityBin> curve = ReliabilityBin.curve(scores, labels, 5);
        assertThat(curve).extracting(ReliabilityBin::count).containsExactly(1, 2, 1);
        assertThat(curve.get(1).confidence()).isCloseTo(0.675, within(1e-12));
        assertThat(curve.get(1).accuracy()).isEqualTo(0.5);
        assertThat(RocCurve.of(scores, labels, 1))
                .containsExactly(
                        new RocCurve(0, 0),
                        new RocCurve(0, 0.5),
                        new RocCurve(0.5, 0.5),
                        new RocCurve(0.5, 1),
                        new RocCurve(1, 1));
        assertThat(RocCurve.of(scores, new int[] {1, 1, 1, 1}, 1)).isEmpty();
    }
}
