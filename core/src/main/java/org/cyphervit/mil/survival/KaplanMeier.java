package org.cyphervit.mil.survival;

import java.util.ArrayList;
import java.util.List;

/**
 * The curve of Kaplan and Meier (1958): the estimated share of patients without the event after each time.
 *
 * @param steps at the times of events, rising
 * @param censored times at which patients left without the event, rising
 */
public record KaplanMeier(List<Step> steps, double[] censored) {
    private static final double Z = 1.959963984540054;

    /**
     * The curve from a time on.
     *
     * @param time of events
     * @param atRisk patients just before
     * @param events at that time
     * @param survival share without the event, from this time on
     * @param low lower end of the 95 % interval, by the log-log transformation (Kalbfleisch and Prentice); NaN at 0 and 1
     * @param high upper end
     */
    public record Step(double time, int atRisk, int events, double survival, double low, double high) {}

    public KaplanMeier {
        steps = List.copyOf(steps);
    }

    /** The curve of a group. */
    public static KaplanMeier of(Survival group) {
        List<Step> steps = new ArrayList<>();
        double survival = 1;
        double greenwood = 0; // sum d / (n (n - d))
        for (double time : group.eventTimes()) {
            int n = group.atRisk(time);
            int d = group.eventsAt(time);
            survival *= 1 - (double) d / n;
            greenwood += d / ((double) n * (n - d));
            double log = Math.log(survival);
            double width = Z * Math.sqrt(greenwood) / log; // of log(-log S)
            boolean inside = survival > 0 && survival < 1;
            double low = inside ? Math.pow(survival, Math.exp(-width)) : Double.NaN;
            double high = inside ? Math.pow(survival, Math.exp(width)) : Double.NaN;
            steps.add(new Step(time, n, d, survival, low, high));
        }
        double[] censored = java.util.stream.IntStream.range(0, group.size())
                .filter(i -> !group.events()[i])
                .mapToDouble(i -> group.times()[i])
                .sorted()
                .toArray();
        return new KaplanMeier(steps, censored);
    }

    /** Share without the event at a time. */
    public double at(double time) {
        double survival = 1;
        for (Step step : steps) {
            survival = step.time <= time ? step.survival : survival;
        }
        return survival;
    }

    /** The first time at which half or less are without the event; NaN where the curve stays above. */
    public double median() {
        return steps.stream()
                .filter(step -> step.survival <= 0.5)
                .mapToDouble(Step::time)
                .findFirst()
                .orElse(Double.NaN);
    }
}
