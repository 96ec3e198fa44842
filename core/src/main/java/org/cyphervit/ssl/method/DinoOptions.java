package org.cyphervit.ssl.method;

import java.util.Locale;
import java.util.function.Consumer;
import org.cyphervit.Ranges;
import org.cyphervit.nn.DinoHead;
import org.cyphervit.nn.Init;
import org.cyphervit.ssl.StudentTeacher;
import org.cyphervit.ssl.TrainingProgress;

/**
 * Options of DINO (<a href="https://arxiv.org/abs/2104.14294">arXiv:2104.14294</a>). The official values are for a million images; {@link #forTiles} scales those that must fall with
 * the amount of data.
 *
 * @param hidden width of the head's hidden layers
 * @param bottleneck width before the prototypes
 * @param out number of prototypes K
 * @param batchNorm normalise the head's hidden layers over the batch (the official use_bn_in_head, off there too)
 * @param normLast keep prototypes at unit magnitude
 * @param studentTemperature paper: 0.1
 * @param teacherTemperature after the warm-up; above 0.07 is unstable
 * @param warmupTeacherTemperature at the start; lower sharpens the targets and holds off the uniform collapse
 * @param teacherWarmupEpochs epochs over which the temperature rises, stepwise per epoch
 * @param centerMomentum paper: 0.9
 * @param sinkhorn instead of the centre, three rounds of Sinkhorn-Knopp make the teacher use all prototypes alike
 *     within the batch (SwAV, DINOv2): neither collapse can happen
 * @param momentum of the teacher, cosine to 1 at the end of the run (official: .996); by default no more than the
 *     run's length allows, see {@link StudentTeacher#momentumFor}
 * @param freezeLastEpochs epochs at the start in which the prototypes are not trained (official: 1)
 */
public record DinoOptions(
        int hidden,
        int bottleneck,
        int out,
        boolean batchNorm,
        boolean normLast,
        double studentTemperature,
        double teacherTemperature,
        double warmupTeacherTemperature,
        int teacherWarmupEpochs,
        double centerMomentum,
        boolean sinkhorn,
        double momentum,
        double freezeLastEpochs) {
    /** What the names of the head's prototypes start with among the student's parameters. */
    static final String PROTOTYPES = "head.last_layer.";

    public DinoOptions {
        Ranges.of("DINO")
                .whole("hidden", hidden, 1, 16_384)
                .whole("bottleneck", bottleneck, 1, 16_384)
                .whole("out", out, 2, 1 << 18)
                .above("studentTemperature", studentTemperature, 0, 100)
                .above("teacherTemperature", teacherTemperature, 0, 100)
                .above("warmupTeacherTemperature", warmupTeacherTemperature, 0, 100)
                .whole("teacherWarmupEpochs", teacherWarmupEpochs, 0, 1_000_000)
                .number("centerMomentum", centerMomentum, 0, 1)
                .number("momentum", momentum, 0, 1)
                .number("freezeLastEpochs", freezeLastEpochs, 0, 1_000_000)
                .check();
    }

    /**
     * Values for a number of tiles. Up to 20,000 tiles: 1,024 prototypes, teacher temperature from .02 and momentum
     * .99; these tend to the official values at ImageNet's 1.28 million (the interpolation of LightlyTrain).
     *
     * @param steps of the run, which the momentum must fit
     */
    public static DinoOptions forTiles(long tiles, long steps) {
        int prototypes = tiles <= 20_000
                ? 1024
                : tiles <= 50_000
                        ? 2048
                        : tiles <= 100_000 ? 4096 : tiles <= 200_000 ? 16_384 : tiles <= 500_000 ? 32_768 : 65_536;
        double share = Math.clamp((tiles - 20_000) / 1_260_000.0, 0, 1);
        return official().with(options -> {
            options.out = prototypes;
            options.teacherTemperature = 0.02 + share * 0.05;
            options.warmupTeacherTemperature = Math.min(0.04, options.teacherTemperature);
            options.momentum = StudentTeacher.momentumFor(0.99 + share * 0.006, steps);
        });
    }

    /** The official code's defaults. */
    public static DinoOptions official() {
        return new DinoOptions(2048, 256, 65_536, false, true, 0.1, 0.04, 0.04, 0, 0.9, false, 0.996, 1);
    }

    /** The same with some of them changed, by name: {@code with(options -> options.out = 1024)}. */
    public DinoOptions with(Consumer<Changed> change) {
        Changed changed = new Changed(this);
        change.accept(changed);
        return changed.options();
    }

    /**
     * The teacher's temperature in an epoch: linear over the warm-up epochs as the official code has it, then
     * constant.
     */
    public double teacherTemperature(int epoch) {
        return ramp(warmupTeacherTemperature, teacherTemperature, teacherWarmupEpochs, epoch);
    }

    /** The head for features of a width. */
    DinoHead head(int width, Init init) {
        return new DinoHead(width, hidden, bottleneck, out, batchNorm, normLast, init);
    }

    /** Whether the prototypes are not trained in this step. */
    boolean freezesPrototypes(TrainingProgress progress) {
        return progress.step() < frozenSteps(progress.stepsPerEpoch());
    }

    /** What the run's first lines say of the teacher and the prototypes. */
    String plan(long steps, long stepsPerEpoch) {
        return String.format(
                Locale.ROOT,
                "teacher's %s; prototypes frozen for %.3g epochs (%d steps)",
                StudentTeacher.plan(momentum, steps),
                freezeLastEpochs,
                frozenSteps(stepsPerEpoch));
    }

    // Rounded, so that epochs that were translated from steps give the same steps.
    private long frozenSteps(long stepsPerEpoch) {
        return Math.round(freezeLastEpochs * stepsPerEpoch);
    }

    static double ramp(double from, double to, int epochs, int epoch) {
        if (epoch >= epochs) {
            return to;
        }
        return epochs == 1 ? from : from + (to - from) * epoch / (epochs - 1);
    }

    /** Options that can be changed one by one. */
    public static final class Changed {
        public int hidden;
        public int bottleneck;
        public int out;
        public boolean batchNorm;
        public boolean normLast;
        public double studentTemperature;
        public double teacherTemperature;
        public double warmupTeacherTemperature;
        public int teacherWarmupEpochs;
        public double centerMomentum;
        public boolean sinkhorn;
        public double momentum;
        public double freezeLastEpochs;

        private Changed(DinoOptions options) {
            hidden = options.hidden;
            bottleneck = options.bottleneck;
            out = options.out;
            batchNorm = options.batchNorm;
            normLast = options.normLast;
            studentTemperature = options.studentTemperature;
            teacherTemperature = options.teacherTemperature;
            warmupTeacherTemperature = options.warmupTeacherTemperature;
            teacherWarmupEpochs = options.teacherWarmupEpochs;
            centerMomentum = options.centerMomentum;
            sinkhorn = options.sinkhorn;
            momentum = options.momentum;
            freezeLastEpochs = options.freezeLastEpochs;
        }

        private DinoOptions options() {
            return new DinoOptions(
                    hidden,
                    bottleneck,
                    out,
                    batchNorm,
                    normLast,
                    studentTemperature,
                    teacherTemperature,
                    warmupTeacherTemperature,
                    teacherWarmupEpochs,
                    centerMomentum,
                    sinkhorn,
                    momentum,
                    freezeLastEpochs);
        }
    }
}
