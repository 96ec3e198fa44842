package org.cyphervit.ssl;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;
import org.cyphervit.nn.DinoHead;
import org.cyphervit.nn.Init;

/**
 * Options of DINO. The official values are for a million images; {@link #forTiles} scales those that must fall with the
 * amount of data.
 *
 * @param hidden width of the head's hidden layers
 * @param bottleneck width before the prototypes
 * @param out number of prototypes K
 * @param batchNorm normalise the head's hidden layers over the batch (the official use_bn_in_head): the default on
 *     small data
 * @param normLast keep prototypes at unit magnitude
 * @param studentTemperature paper: 0.1
 * @param teacherTemperature after the warm-up; above 0.07 is unstable
 * @param warmupTeacherTemperature at the start; lower sharpens the targets and holds off the uniform collapse
 * @param teacherWarmupEpochs epochs over which the temperature rises, stepwise per epoch
 * @param centerMomentum paper: 0.9
 * @param sinkhorn instead of the centre, three rounds of Sinkhorn-Knopp make the teacher use all prototypes alike within
 *     the batch (SwAV, DINOv2): neither collapse can happen
 * @param momentum of the teacher, cosine to 1 at the end of the run
 * @param freezeLastSteps steps for which the prototypes are not trained
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
        long freezeLastSteps) {
    public DinoOptions {
        Ranges.of("DINO")
                .whole("hidden", hidden, 1, 16_384)
                .whole("bottleneck", bottleneck, 1, 16_384)
                .whole("out", out, 2, 1 << 18)
                .above("studentTemperature", studentTemperature, 0, 100)
                .above("teacherTemperature", teacherTemperature, 0, 100)
                .above("warmupTeacherTemperature", warmupTeacherTemperature, 0, 100)
                .whole("teacherWarmupEpochs", teacherWarmupEpochs, 0, 1_000_000)
                .whole("freezeLastSteps", freezeLastSteps, 0, 1_000_000_000)
                .check();
        if (!(studentTemperature > 0) || !(teacherTemperature > 0) || !(warmupTeacherTemperature > 0)) {
            throw new UserError("DINO's temperatures must be above 0; got student " + studentTemperature + ", teacher "
                    + warmupTeacherTemperature + " to " + teacherTemperature + ".");
        }
        if (!(centerMomentum >= 0 && centerMomentum <= 1) || !(momentum >= 0 && momentum <= 1)) {
            throw new UserError("DINO's centre momentum and teacher momentum must lie in [0, 1]; got " + centerMomentum
                    + " and " + momentum + ".");
        }
        if (teacherWarmupEpochs < 0 || freezeLastSteps < 0) {
            throw new UserError("DINO's warm-up epochs and frozen steps must be at least 0; got " + teacherWarmupEpochs
                    + " and " + freezeLastSteps + ".");
        }
    }

    /**
     * Values for a number of tiles. Up to 20,000 tiles: 1,024 prototypes, teacher temperature from .02 and momentum .99;
     * these tend to the official values at ImageNet's 1.28 million (the interpolation of LightlyTrain).
     */
    public static DinoOptions forTiles(long tiles) {
        int out = tiles <= 20_000
                ? 1024
                : tiles <= 50_000
                        ? 2048
                        : tiles <= 100_000 ? 4096 : tiles <= 200_000 ? 16_384 : tiles <= 500_000 ? 32_768 : 65_536;
        double share = Math.clamp((tiles - 20_000) / 1_260_000.0, 0, 1);
        return new DinoOptions(
                2048,
                256,
                out,
                tiles <= 20_000,
                true,
                0.1,
                0.02 + share * 0.05,
                Math.min(0.04, 0.02 + share * 0.05),
                0,
                0.9,
                false,
                0.99 + share * 0.006,
                1250);
    }

    /** The teacher's temperature in an epoch: linear over the warm-up epochs as the official code has it, then constant. */
    public double teacherTemperature(int epoch) {
        return ramp(warmupTeacherTemperature, teacherTemperature, teacherWarmupEpochs, epoch);
    }

    /** The same with Sinkhorn-Knopp in the centre's place. */
    DinoOptions withSinkhorn() {
        return with(out, true);
    }

    /** The same with another number of prototypes. */
    DinoOptions withPrototypes(int prototypes) {
        return with(prototypes, sinkhorn);
    }

    private DinoOptions with(int prototypes, boolean balanced) {
        return new DinoOptions(
                hidden,
                bottleneck,
                prototypes,
                batchNorm,
                normLast,
                studentTemperature,
                teacherTemperature,
                warmupTeacherTemperature,
                teacherWarmupEpochs,
                centerMomentum,
                balanced,
                momentum,
                freezeLastSteps);
    }

    /** The head for features of a width. */
    DinoHead head(int width, Init init) {
        return new DinoHead(width, hidden, bottleneck, out, batchNorm, normLast, init);
    }

    static double ramp(double from, double to, int epochs, int epoch) {
        if (epoch >= epochs) {
            return to;
        }
        return epochs == 1 ? from : from + (to - from) * epoch / (epochs - 1);
    }
}
