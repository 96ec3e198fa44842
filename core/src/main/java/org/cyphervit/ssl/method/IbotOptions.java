package org.cyphervit.ssl.method;

import org.cyphervit.Ranges;
import org.cyphervit.UserError;

/**
 * Options of iBOT (<a href="https://arxiv.org/abs/2111.07832">arXiv:2111.07832</a>) and, with {@code koleo} and
 * {@code dino.sinkhorn}, of DINOv2 (<a href="https://arxiv.org/abs/2304.07193">arXiv:2304.07193</a>).
 *
 * @param dino of the loss between whole views; iBOT shares its head between [cls] token and patches
 * @param patchWeight lambda of the patch loss (paper: 1)
 * @param patchTemperature of the teacher's patch scores after the warm-up, which is DINO's (paper: 0.07)
 * @param warmupPatchTemperature at the start (paper: 0.04)
 * @param maskProbability share of the global views that are masked at all (paper: 0.5)
 * @param maskMin least share of hidden patches in a masked view (paper: 0.1)
 * @param maskMax largest share (paper: 0.5)
 * @param koleo weight of the KoLeo regulariser, which spreads features evenly; 0 for none (DINOv2: 0.1)
 */
public record IbotOptions(
        DinoOptions dino,
        double patchWeight,
        double patchTemperature,
        double warmupPatchTemperature,
        double maskProbability,
        double maskMin,
        double maskMax,
        double koleo) {
    public IbotOptions {
        Ranges.of("iBOT")
                .number("patchWeight", patchWeight, 0, 1000)
                .number("koleo", koleo, 0, 1000)
                .above("patchTemperature", patchTemperature, 0, 100)
                .above("warmupPatchTemperature", warmupPatchTemperature, 0, 100)
                .check();
        if (!(maskProbability >= 0 && maskProbability <= 1) || !(maskMin >= 0 && maskMin <= maskMax && maskMax < 1)) {
            throw new UserError("iBOT needs maskProbability in [0, 1] and 0 <= maskMin <= maskMax < 1; got "
                    + maskProbability + ", " + maskMin + " and " + maskMax + ".");
        }
    }

    /** The paper's masks and weights; the rest as DINO's for that many tiles and steps. */
    public static IbotOptions forTiles(long tiles, long steps) {
        int out = tiles <= 20_000 ? 1024 : 8192;
        return of(DinoOptions.forTiles(tiles, steps).with(options -> options.out = out), 0);
    }

    /** DINOv2's additions. */
    public static IbotOptions dinov2ForTiles(long tiles, long steps) {
        return of(forTiles(tiles, steps).dino.with(options -> options.sinkhorn = true), 0.1);
    }

    private static IbotOptions of(DinoOptions dino, double koleo) {
        return new IbotOptions(
                dino, 1, dino.teacherTemperature(), dino.warmupTeacherTemperature(), 0.5, 0.1, 0.5, koleo);
    }

    /** The temperature of patches in an epoch, rising with DINO's. */
    double patchTemperature(int epoch) {
        return DinoOptions.ramp(warmupPatchTemperature, patchTemperature, dino.teacherWarmupEpochs(), epoch);
    }
}
