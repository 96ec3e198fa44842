package org.cyphervit.mil.survival;

import java.util.Arrays;
import org.apache.commons.statistics.distribution.ChiSquaredDistribution;

/**
 * The log-rank test (Mantel 1966) of whether two groups have the events at the same rate.
 *
 * @param statistic chi-squared with one degree of freedom; NaN where no event was seen or one group is empty
 * @param p probability of a statistic at least as large if the rates were equal
 */
public record LogRank(double statistic, double p) {
    /** Compares two groups. */
    public static LogRank of(Survival first, Survival second) {
        double[] times = java.util.stream.DoubleStream.concat(
                        Arrays.stream(first.eventTimes()), Arrays.stream(second.eventTimes()))
                .sorted()
                .distinct()
                .toArray();
        double surplus = 0; // events of the first group less those expected
        double variance = 0;
        for (double time : times) {
            double n1 = first.atRisk(time);
            double n = n1 + second.atRisk(time);
            double d1 = first.eventsAt(time);
            double d = d1 + second.eventsAt(time);
            surplus += d1 - d * n1 / n;
            variance += n > 1 ? d * (n1 / n) * (1 - n1 / n) * (n - d) / (n - 1) : 0;
        }
        if (variance == 0) {
            return new LogRank(Double.NaN, Double.NaN);
        }
        double statistic = surplus * surplus / variance;
        return new LogRank(statistic, ChiSquaredDistribution.of(1).survivalProbability(statistic));
    }
}
