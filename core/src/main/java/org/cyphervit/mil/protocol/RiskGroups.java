package org.cyphervit.mil.protocol;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.cyphervit.mil.bag.Cohort;
import org.cyphervit.mil.survival.KaplanMeier;
import org.cyphervit.mil.survival.LogRank;
import org.cyphervit.mil.survival.Survival;

/**
 * What became of those predicted to be at low and at high risk, each by a model that had not seen them, with the median of
 * that model's training risks as the threshold.
 *
 * @param low group at low risk
 * @param high group at high risk
 * @param lowCurve of the low group
 * @param highCurve of the high group
 * @param logRank whether they differ; NaN where one is empty
 */
public record RiskGroups(Survival low, Survival high, KaplanMeier lowCurve, KaplanMeier highCurve, LogRank logRank) {
    /** The groups of one seed. */
    public static RiskGroups of(Cohort cohort, Scores.Seed seed) {
        Survival all = cohort.survival();
        Survival low = all.select(
                IntStream.range(0, all.size()).filter(i -> !seed.isHigh()[i]).toArray());
        Survival high = all.select(
                IntStream.range(0, all.size()).filter(i -> seed.isHigh()[i]).toArray());
        return new RiskGroups(low, high, KaplanMeier.of(low), KaplanMeier.of(high), LogRank.of(low, high));
    }

    /** The last time seen. */
    public double last() {
        return Math.max(
                Arrays.stream(low.times()).max().orElse(0),
                Arrays.stream(high.times()).max().orElse(0));
    }

    /** Pairs of time and share without the event, from (0,1) to the last time of the group. */
    public List<double[]> lowPoints() {
        return points(lowCurve, low);
    }

    /** The same of the high group. */
    public List<double[]> highPoints() {
        return points(highCurve, high);
    }

    private static List<double[]> points(KaplanMeier curve, Survival group) {
        List<double[]> points = new ArrayList<>();
        points.add(new double[] {0, 1});
        curve.steps().forEach(step -> points.add(new double[] {step.time(), step.survival()}));
        double last = Arrays.stream(group.times()).max().orElse(0);
        points.add(new double[] {last, curve.at(last)});
        return points;
    }
}
